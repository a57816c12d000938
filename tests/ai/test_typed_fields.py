"""Fields that a model writes: plain ones as it wrote them, HTML as the field and the brand take it."""

import html
from typing import Any

import pytest

from lib.ai.models import BrandContext, OutputField
from lib.ai.tools.fields import read_fields
from lib.core.html_text import text_of_value
from lib.core.security.elements import ALL_ELEMENTS
from lib.core.security.html import as_html, clean_value, is_markup
from lib.core.telemetry.context import begin_context, current_context

WRITTEN = "<ul><li>One</li><li>Two</li></ul><script>x</script>"


def fields_of(*kinds: str, **options: Any) -> list[OutputField]:
    return [OutputField(id=kind, name=kind, type=kind, **options) for kind in kinds]


def test_plain_fields_stay_as_they_were_written() -> None:
    for text in ("Emil <emil@x.test>", "a < b && c > d", "Tom & Jerry <b>x</b>", "1 << 2"):
        assert read_fields({"plain_text": text}, fields_of("plain_text")) == {"plain_text": text}


@pytest.mark.parametrize("kind", ["html", "rich_text"])
def test_html_is_as_the_brand_takes_it(kind: str) -> None:
    fields = fields_of(kind)
    assert read_fields({kind: WRITTEN}, fields)[kind] == "<p>One</p><p>Two</p>"
    wide = read_fields({kind: WRITTEN}, fields, frozenset({"lists"}))
    assert wide[kind] == "<ul><li>One</li><li>Two</li></ul>"
    # A template may take less than the brand, and never more.
    narrow = fields_of(kind, allowed_tags=["br", "img"])
    assert read_fields({kind: WRITTEN}, narrow, ALL_ELEMENTS)[kind] == "One<br>Two"
    half = fields_of(kind, allowed_tags=["p", "ul", "table", "td"])
    assert read_fields({kind: WRITTEN}, half, ALL_ELEMENTS)[kind] == "<p>One</p><p>Two</p>"
    assert read_fields({kind: WRITTEN}, fields_of(kind, allowed_tags=["p", "ul", "li"]))[kind] == "<p>One</p><p>Two</p>"


def test_answers_to_questions_are_html() -> None:
    [field] = fields_of("faq")
    read = read_fields({"faq": [{"question": "A < B?", "answer": WRITTEN}]}, [field], frozenset({"lists"}))
    [entry] = read["faq"]["entries"]
    assert (entry["question"], entry["answerHtml"]) == ("A < B?", "<ul><li>One</li><li>Two</li></ul>")


@pytest.mark.parametrize("vector", ["<img src=x onerror=alert(1)>", '<x y=">" onmouseover=alert(1)>', "<b>q</b>"])
def test_no_entry_has_markup_that_references_spelt(vector: str) -> None:
    """Readers see the words, and nothing that reads the parts of an entry takes them for tags."""
    spelt = html.escape(vector)
    [field] = fields_of("faq")
    for question in (spelt, f"{spelt} <b>a</b>", f"{html.escape(spelt)} <b>a</b>"):
        read = read_fields({"faq": [{"question": question, "answer": f"<p>{spelt}</p>"}]}, [field])["faq"]
        [entry] = read["entries"]
        assert not is_markup(entry["question"])
        assert text_of_value(entry["answerPlain"], "faq") == vector
        assert as_html(read) == clean_value(read) == read
    assert text_of_value(entry["question"], "faq") == f"{vector} a"


def test_what_was_removed_is_told_of_the_last_answer() -> None:
    begin_context("r")
    read_fields({"html": WRITTEN}, fields_of("html"))
    assert current_context().removed["fields.html"].elements == ("ul", "li", "script")
    read_fields({"html": "<p>x</p>"}, fields_of("html"))
    assert current_context().removed == {}


def test_a_brand_may_name_elements_that_this_version_does_not_know() -> None:
    brand = BrandContext.model_validate(
        {"id": "01a21ae9-fcd2-74c0-89fb-7c02a2baf6c0", "name": "A", "version": 1, "rich_text": ["lists", "videos"]}
    )
    assert brand.elements == {"lists"}
