"""Values that were stored without a tag are text, also where they hold the beginning of one."""

import nh3
import pytest

from lib.core.security.html import clean_value
from lib.publishing.delivery.formats import texts
from lib.publishing.delivery.models import Delivered

BASE = {
    "id": "01a21ae9-fcd2-74c0-89fb-7c02a2baf6c0",
    "type": "article",
    "slug": "s",
    "title": "t",
    "excerpt": "",
    "metadata": {},
    "tags": [],
    "categories": [],
    "version": 1,
    "published_at": "2026-11-27T00:00:00Z",
    "expires_at": None,
    "updated_at": "2026-11-27T00:00:00Z",
    "provenance": {
        "ai_assisted": False,
        "fields": [],
        "human_reviewed": None,
        "system_names": [],
        "digital_source_type": None,
    },
    "body": "",
}
BEGINNINGS = (
    "a &amp; <script",
    "&lt; <img src",
    "x <!--",
    "<a href",
    "&#60;script&#62;",
    "<style",
    "<p title",
    "</p",
    "<",
)


def content_of(fields: dict[str, object]) -> Delivered:
    return Delivered.model_validate(BASE | {"fields": clean_value(fields)})


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_no_beginning_of_a_tag_is_completed_by_what_follows(beginning: str) -> None:
    entry = {"id": "1", "question": beginning, "answerHtml": beginning, "answerPlain": beginning}
    faq = {"entries": [entry, entry | {"answerHtml": "<p>yes</p>"}]}
    content = content_of({"one": beginning, "two": "><b>onerror=alert(1)", "faq": faq, "list": [beginning, ">"]})
    written = texts.as_html(content)
    ours = {"p", "br", "strong", "em", "u", "a", "h2", "h3", "ul", "li"}
    assert nh3.clean(written, tags=ours, attributes={}, link_rel=None) == written.replace("&quot;", '"').replace(
        "&#x27;", "'"
    )
    for _, answer in texts.questions_in(content.fields["faq"]):
        assert nh3.clean(answer, tags={"p", "br"}, attributes={}) == answer
