"""Trimming splits no character, word or tag, and keeps to its limit."""

import regex
from hypothesis import given
from hypothesis import strategies as st

from lib.ai.embeddings.service import CHUNK_TOKENS, chunks
from lib.ai.prompts.sections import SECTION_TOKENS, TokenBudget
from lib.ai.text.lengths import trim_html, trim_text
from lib.ai.text.tokens import count_tokens, cut_to_tokens
from lib.ai.tools.brand_analysis import ALL_CHARACTERS, MIN_CHARACTERS, PAGE_CHARACTERS, shares
from lib.core.html_text import text_of_html
from lib.core.security.html import sanitize_html

# Emoji sequences, flags, combining accents, and letters of several scripts.
PIECES = st.sampled_from(
    ["frost", "é", "e\u0301", "👩‍👩‍👧", "🇳🇴", "👍🏽", "漢字", "नमस्ते", "a", " ", "  ", "x" * 30, ",", "–"]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS, st.integers(min_value=0, max_value=60))
def test_text(text: str, limit: int) -> None:
    trimmed = trim_text(text, limit)
    assert len(trimmed) <= limit or trimmed == text
    assert text.startswith(trimmed)
    # Each grapheme cluster of the trimmed text is one of the original.
    assert regex.findall(r"\X", text)[: len(regex.findall(r"\X", trimmed))] == regex.findall(r"\X", trimmed)


@given(TEXTS, st.integers(min_value=3, max_value=60))
def test_text_with_an_end(text: str, limit: int) -> None:
    trimmed = trim_text(text, limit, end="...")
    assert len(trimmed) <= limit or trimmed == text
    assert trimmed == text or trimmed.endswith("...")


def test_words_stay_whole() -> None:
    assert trim_text("frost on the window", 10) == "frost on"
    assert trim_text("a" * 20, 10) == "a" * 10
    assert trim_text("frost on the window", 15, end="...") == "frost on the..."
    assert trim_text("👩‍👩‍👧" * 3, 7) == "👩‍👩‍👧"


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<strong>",
        "</strong>",
        "<em>",
        "</em>",
        "<br>",
        '<a href="https://a.test/?x=1">',
        "</a>",
        "&amp;",
        "&lt;",
        "&nbsp;",
    ]
)


@given(st.lists(st.one_of(PIECES, TAGS), max_size=40).map("".join), st.integers(min_value=0, max_value=60))
def test_html(markup: str, limit: int) -> None:
    clean = sanitize_html(markup)
    trimmed = trim_html(clean, limit)
    text = text_of_html(clean)
    assert text_of_html(trimmed) == (trim_text(text, limit) if len(text) > limit else text)
    assert sanitize_html(trimmed) == trimmed, "nothing is left open"


def test_html_keeps_its_tags() -> None:
    assert trim_html("<p>frost <strong>on the window</strong></p>", 8) == "<p>frost <strong>on</strong></p>"
    assert trim_html("<p>a &lt; b</p>", 3) == "<p>a &lt;</p>"
    assert trim_html("<p>a</p><p>b</p><p>c</p>", 3) == "<p>a</p><p>b</p>"
    assert trim_html("<p>a&nbsp;b c</p>", 3) == "<p>a&nbsp;b</p>"


@given(TEXTS, st.integers(min_value=1, max_value=50))
def test_tokens(text: str, limit: int) -> None:
    cut = cut_to_tokens(text, limit)
    assert count_tokens(cut) <= limit
    assert text.startswith(cut)


@given(st.lists(TEXTS, max_size=8))
def test_section_keeps_its_budget_and_reports_omissions(items: list[str]) -> None:
    budget = TokenBudget()
    many = [item * 40 for item in items]
    kept = budget.fit("audience", many)
    assert sum(map(count_tokens, kept)) <= SECTION_TOKENS["audience"] + len(kept)
    lost = sum(map(count_tokens, many)) > sum(map(count_tokens, kept))
    assert bool(budget.omissions) == lost


@given(st.lists(st.integers(min_value=1, max_value=50_000), min_size=1, max_size=5))
def test_shares_of_pages(lengths: list[int]) -> None:
    found = shares(lengths)
    for length, share in zip(lengths, found, strict=True):
        assert share <= min(length, PAGE_CHARACTERS)
        assert share >= min(length, MIN_CHARACTERS)
    assert sum(found) <= ALL_CHARACTERS + MIN_CHARACTERS * len(lengths)


@given(st.text(max_size=4000))
def test_chunks_lose_nothing(text: str) -> None:
    pieces = chunks(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(count_tokens(piece) <= CHUNK_TOKENS for piece in pieces)
