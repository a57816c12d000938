"""Numbers, dates and truth values as people write them, against the CLDR (Babel)."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from lib.core.files.locales import _WRITTEN, LocaleTag, Writing, read_boolean  # pyright: ignore[reportPrivateUsage]
from tests.support.cases import cases

TAGS = get_args(LocaleTag.__value__)


@pytest.mark.parametrize("case", cases("files/numbers"), ids=lambda case: f"{case['locale']} {case['text']!r}")
def test_numbers(case: dict[str, Any]) -> None:
    writing = Writing(case["locale"])
    if case["value"] is None:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
            writing.number(case["text"])
    else:
        found = writing.number(case["text"])
        assert found == case["value"]
        assert isinstance(found, int) == isinstance(case["value"], int) or "." in case["text"] or "," in case["text"]


@pytest.mark.parametrize("case", cases("files/days"), ids=lambda case: f"{case['locale']} {case['text']!r}")
def test_days(case: dict[str, Any]) -> None:
    writing = Writing(case["locale"])
    if case["day"] is None:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
            writing.day(case["text"])
    else:
        assert writing.day(case["text"]).isoformat() == case["day"]


@pytest.mark.parametrize("case", cases("files/instants"), ids=lambda case: f"{case['timeZone']} {case['text']!r}")
def test_instants(case: dict[str, Any]) -> None:
    writing = Writing(case["locale"], case["timeZone"])
    if case["instant"] is None:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
            writing.instant(case["text"])
    else:
        assert writing.instant(case["text"]) == case["instant"]


def test_long_texts_are_no_times() -> None:
    """Each clock in a text may be its end: the second text takes minutes unless its length is looked at."""
    for text in (f"31.12.2026{' ' * 100}14:30", " 1:" * 60_000 + "\nx", "1" * 1_000_000, "\u200e" * 200 + "1" * 101):
        for read in (Writing("de-DE").instant, Writing("de-DE").day):
            with pytest.raises(ValueError, match="too long"):
                read(text)
    assert Writing("de-DE").instant(" " * 200 + "31.12.2026" + "\u200e" * 200) == "2026-12-31T00:00:00Z"


def test_without_a_locale_times_are_left_to_their_own_type() -> None:
    for text in ("46022", "2026-12-31", "31.12.2026", "2026-12-31T00:00:00Z"):
        assert Writing().instant(text) == text


def test_the_table_is_that_of_the_cldr() -> None:
    assert set(TAGS) == _WRITTEN.keys()
    for tag, ((decimal, groups), order) in _WRITTEN.items():
        locale = Locale.parse(tag, sep="-")
        symbols = locale.number_symbols["latn"]
        assert (symbols["decimal"], symbols["group"] in groups) == (decimal, True), tag
        assert decimal not in groups
        # A point where the CLDR has a space would make 1234 of a 1.234 that is meant as in English.
        assert set(groups) - {symbols["group"]} <= set(" \u00a0\u2009\u202f'\u2019"), tag
        pattern = locale.date_formats["short"].pattern
        letters = dict.fromkeys(letter for letter in pattern.lower() if letter in "dmy")
        assert "".join(letters) == order, (tag, pattern)


@given(
    tag=st.sampled_from(TAGS),
    value=st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False, allow_infinity=False),
)
def test_what_the_cldr_writes_is_read(tag: LocaleTag, value: Decimal) -> None:
    written = format_decimal(value, locale=tag.replace("-", "_"))
    assert Writing(tag).number(written) == pytest.approx(float(value), abs=0.0005)


@given(tag=st.sampled_from(TAGS), day=st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_short_dates_of_the_cldr_are_read(tag: LocaleTag, day: date) -> None:
    locale = Locale.parse(tag, sep="-")
    pattern = locale.date_formats["short"].pattern.replace("yy", "y").replace("yy", "y").replace("'г'.", "").strip()
    assert Writing(tag).day(format_date(day, format=pattern, locale=locale)) == day


@given(text=st.text(max_size=12))
def test_only_digits_of_ascii_make_numbers(text: str) -> None:
    for tag in (None, "de-DE", "fr-FR"):
        try:
            Writing(tag).number(text)
        except ValueError:
            continue
        assert set(text.strip()) <= set("0123456789+-\u2212.,eE \u00a0\u2009\u202f")


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("YES", True), ("1", True), ("WAHR", True), ("VRAI", True), (" Ja ", True),
     ("false", False), ("No", False), ("0", False), ("FALSCH", False), ("FAUX", False), ("nein", False)],
)  # fmt: skip
def test_truth_values(word: str, value: bool) -> None:
    assert read_boolean(word) is value


@pytest.mark.parametrize("word", ["", "2", "y", "t", "on", "maybe", "１", "-1", "truе"])
def test_what_is_no_truth_value(word: str) -> None:
    with pytest.raises(ValueError, match="truth"):
        read_boolean(word)
