"""Texts count as filled where they show something, by the properties of Unicode."""

from typing import Any

import pytest
import regex

from lib.core.filled import UNSEEN, check_filled, html_shows_something, is_blank, seen_length, shows_something
from lib.core.html_text import SPACE
from tests.support.cases import cases

CASES = cases("filled")


@pytest.mark.parametrize("case", CASES["texts"], ids=lambda case: ascii(case["text"])[:40])
def test_texts(case: dict[str, Any]) -> None:
    assert shows_something(case["text"]) == case["shows"]


@pytest.mark.parametrize("case", CASES["html"], ids=lambda case: ascii(case["html"])[:40])
def test_html(case: dict[str, Any]) -> None:
    assert html_shows_something(case["html"]) == case["shows"]


@pytest.mark.parametrize("case", CASES["values"], ids=lambda case: ascii(case["value"])[:40])
def test_values(case: dict[str, Any]) -> None:
    assert is_blank(case["value"], case["kind"]) == case["blank"]


@pytest.mark.parametrize("case", CASES["lengths"], ids=lambda case: ascii(case["text"])[:40])
def test_lengths(case: dict[str, Any]) -> None:
    assert seen_length(case["text"]) == case["length"]


def test_validators_refuse_what_shows_nothing() -> None:
    assert check_filled("a\u200b") == "a\u200b"
    with pytest.raises(ValueError, match="must have a character that shows"):
        check_filled("\u200b\u3164")


def test_the_characters_have_the_properties() -> None:
    """The lists are those of the Unicode database that the package regex has."""
    space = regex.compile(r"[\p{White_Space}\p{Cc}]")
    unseen = regex.compile(
        r"[[[\p{Cf}--\p{Prepended_Concatenation_Mark}]\p{Default_Ignorable_Code_Point}"
        r"\u2800\U0001d159\U00013441\U00013442[\p{M}&&\p{Script=Inherited}]]--[\p{White_Space}\p{Cc}]]",
        regex.V1,
    )
    ours = regex.compile(f"[{SPACE}]"), regex.compile(f"[{UNSEEN}]")
    for point in range(0x110000):
        if not 0xD800 <= point < 0xE000:
            character = chr(point)
            expected = space.match(character) is not None, unseen.match(character) is not None
            assert expected == tuple(each.match(character) is not None for each in ours), hex(point)
