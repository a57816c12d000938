import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.content.fields import clean_fields
from lib.core.security.html import sanitize_html
from tests.support.xss import VECTORS, executed

TAGS = {"p", "br", "strong", "em", "u", "a"}


def test_most_vectors_execute_without_sanitising() -> None:
    """Without sanitising, a browser would run nearly all vectors: the check can fail."""
    harmless = [vector for vector in VECTORS if not executed(vector)]
    assert len(VECTORS) > 80
    assert len(harmless) < 12, harmless


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_executable_survives(vector: str) -> None:
    clean = sanitize_html(vector)
    assert executed(clean) == []
    assert set(re.findall(r"<\s*/?\s*([a-zA-Z][^\s/>]*)", clean)) <= TAGS
    assert executed(clean_fields({"a": vector})["a"]) == []


@given(st.lists(st.sampled_from([*VECTORS, "<p>", "</p>", "<a href='", "'>", "text", "<", ">", '"']), max_size=6))
def test_nothing_executable_survives_put_together(parts: list[str]) -> None:
    assert executed(sanitize_html("".join(parts))) == []
    assert executed(clean_fields({"a": "".join(parts)})["a"]) == []


def test_allowed_markup_survives() -> None:
    html = '<p>a <strong>b</strong> <em>c</em> <u>d</u><br><a href="https://x.test" target="_blank">e</a></p>'
    assert sanitize_html(html) == html.replace('target="_blank"', 'target="_blank" rel="noopener noreferrer"')


@pytest.mark.parametrize("unfinished", ["<img src=x onerror=alert(1) ", "x <y onmouseover=alert(1)", "<b"])
def test_markup_that_later_text_could_complete(unfinished: str) -> None:
    clean = clean_fields({"a": unfinished})["a"]
    assert "=" not in clean
    assert "on" not in clean


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = sanitize_html(text)
    assert sanitize_html(once) == once


def test_text_without_tags_stays_as_it_was_written() -> None:
    fields = {
        "a": "5 < 6 & 7 > 3",
        "f": "use x <y and then more words",
        "b": ["x <b>y</b>"],
        "c": {"d": "<script>z</script>"},
        "e": 4,
    }
    assert clean_fields(fields) == {
        "a": "5 < 6 & 7 > 3",
        "f": "use x <y and then more words",
        "b": ["x y"],
        "c": {"d": ""},
        "e": 4,
    }
