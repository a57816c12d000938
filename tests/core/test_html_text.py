"""The text of HTML is what browsers show of it, also of broken HTML, in a time that is linear in its length."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from lib.core.html_text import (
    BLOCKS,
    PICTURES,
    count_words,
    first_words,
    on_one_line,
    text_of_html,
    text_of_value,
    tokens,
)
from tests.support.cases import cases

CASES = cases("text_of_html")


@pytest.mark.parametrize("case", CASES["texts"], ids=lambda case: repr(case["html"])[:40])
def test_text(case: dict[str, str]) -> None:
    assert text_of_html(case["html"]) == case["text"]


@pytest.mark.parametrize("case", CASES["lines"], ids=lambda case: repr(case["html"])[:40])
def test_lines(case: dict[str, Any]) -> None:
    assert text_of_html(case["html"], line="\n").splitlines() == case["lines"]


@pytest.mark.parametrize("case", CASES["values"], ids=lambda case: repr(case["value"])[:40])
def test_values(case: dict[str, Any]) -> None:
    assert text_of_value(case["value"], case["kind"]) == case["text"]


@pytest.mark.parametrize("case", CASES["words"], ids=lambda case: repr(case["text"])[:40])
def test_words(case: dict[str, Any]) -> None:
    assert count_words(case["text"]) == case["words"]


# Pieces that a parser of HTML reads by rules of its tree, and not of its letters, are left out: end tags of blocks that
# are not open, an equals sign after a value, and scripts within comments within scripts.
PIECES = (
    *("<p>", "</p>", "<b>", "</b>", "<br>", "<br/>", "<img src=x>", '<a href="x>y">', "<a title='", '"', "'", ">", "<"),
    *("/", "!", "-", "--", "<!--", "-->", "--!>", "<!", "<?", "</", "<p", "<b x=", '<P CLASS="a">', "<x-y>", "<li>"),
    *("<style>", "</style >", "a", "b c", " ", "\n", "é", "漢", "&amp;", "&lt;", "&", "&#65", "&#x41;", ";", "&nbsp;"),
    *("amp;", "lt;", "#", "&bogus;", "&#128;", "&#0;", "&eacute;"),
)


def _shown(node: Any) -> Iterator[str]:
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text_content or ""
        elif child.tag not in ("script", "style", "-comment", "_comment"):
            space = " " if child.tag in BLOCKS or child.tag in PICTURES else ""
            yield space
            yield from _shown(child)
            yield space
        child = child.next


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=1000, deadline=None)
def test_the_text_is_that_of_a_parser(markup: str) -> None:
    body = LexborHTMLParser(f"<!doctype html><html><head></head><body><em></em>{markup}").body
    assert text_of_html(markup) == on_one_line("".join(_shown(body)))


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_tokens_are_the_whole_text(markup: str) -> None:
    assert "".join(token.written for token in tokens(markup)) == markup


@given(st.text(max_size=60))
def test_text_without_markup_stays(text: str) -> None:
    """Escaped, any text reads as it was written, but for its white space."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert text_of_html(escaped) == on_one_line(text)
    assert text_of_html(f"<p>{escaped}</p>") == on_one_line(text)


@given(st.text(alphabet="ab 深度，か.", max_size=40), st.integers(0, 20))
def test_first_words(text: str, most: int) -> None:
    head = first_words(text, most)
    assert text.startswith(head)
    assert count_words(head) == min(most, count_words(text))


HOSTILE = (
    *("<", "<!--", "<p ", '<p x="', "<a b='", "</", "<!", "&", "&#", "&a", "&#x", "<script>", "<style><script>"),
    *("- ->", '="<a ', "<script></script", "<p>a</p>", "&amp;", "<b", " ", "\u00a0 ", "&lt", "</p"),
)


def _seconds(markup: str) -> float:
    least = 1e9
    for _ in range(3):
        begun = time.process_time()
        text_of_html(markup)
        least = min(least, time.process_time() - begun)
    return least


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_is_linear(piece: str) -> None:
    """Four times the text takes about four times the time; with the square of the length it would be sixteen times."""
    short = _seconds(piece * (100_000 // len(piece)))
    assert _seconds(piece * (400_000 // len(piece))) < 9 * max(short, 0.002)
