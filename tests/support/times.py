"""Times of RFC 3339 by a model that shares nothing with the product: counts days by hand, and knows no datetime."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from local.stack.settings import ROOT

CASES: Final[dict[str, list[Any]]] = json.loads((ROOT / "tests/cases/times.json").read_text())
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_A_DAY: Final = 86_400_000_000


def days_in(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def day_number(year: int, month: int, day: int) -> int:
    """Counts the days since 1970-01-01 in the proleptic Gregorian calendar."""
    before = sum(days_in(year, earlier) for earlier in range(1, month)) + day - 1
    past = year - 1
    return 365 * past + past // 4 - past // 100 + past // 400 + before - 719_162


FIRST: Final = day_number(1, 1, 1) * MICROSECONDS_A_DAY
END: Final = (day_number(9999, 12, 31) + 1) * MICROSECONDS_A_DAY


def number(text: str, least: int, most: int) -> int | None:
    if not text or any(character not in "0123456789" for character in text):
        return None
    return int(text) if least <= int(text) <= most else None


def day_of(text: str) -> tuple[int, int, int] | None:
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2]:
        return None
    year, month = number(parts[0], 1, 9999), number(parts[1], 1, 12)
    if year is None or month is None:
        return None
    day = number(parts[2], 1, days_in(year, month))
    return None if day is None else (year, month, day)


def minutes_of(text: str) -> int | None:
    hour, colon, minute = text.partition(":")
    if len(hour) != 2 or len(minute) != 2 or not colon:
        return None
    hours, minutes = number(hour, 0, 23), number(minute, 0, 59)
    return None if hours is None or minutes is None else hours * 60 + minutes


def model_instant(text: str) -> int | None:
    """Returns the microseconds since 1970 of a text of RFC 3339; None for any other text."""
    if len(text) > 64 or not text.isascii() or len(text) < 20 or text[10] not in "Tt":
        return None
    day = day_of(text[:10])
    rest = text[11:]
    offset: int | None = 0
    if rest[-1] in "Zz":
        rest = rest[:-1]
    elif rest[-6:-5] in ("+", "-"):
        offset = minutes_of(rest[-5:])
        offset = None if offset is None else offset * (1 if rest[-6] == "+" else -1)
        rest = rest[:-6]
    else:
        return None
    minutes, second = minutes_of(rest[:5]), number(rest[6:8], 0, 60)
    fraction = rest[8:]
    if day is None or offset is None or minutes is None or second is None or rest[5:6] != ":" or len(rest[6:8]) != 2:
        return None
    if fraction and (fraction[0] != "." or number(fraction[1:], 0, 10**80) is None):
        return None
    whole = (day_number(*day) * 1440 + minutes - offset) * 60_000_000
    micros = whole + second * 1_000_000 + int((fraction[1:] + "000000")[:6] if fraction else 0)
    if second == 60 and not any(
        whole == ((day_number(year, month, last) * 1440) + 1439) * 60_000_000
        for year in (day[0] - 1, day[0], day[0] + 1)
        for month, last in ((6, 30), (12, 31))
        if year >= 1
    ):
        return None
    return micros if whole >= FIRST and micros < END else None


def as_micros(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def _two(least: int, most: int) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(lambda value: f"{value:02}")


_YEARS = st.one_of(st.integers(1890, 2210), st.sampled_from((0, 1, 2, 1900, 2000, 2024, 9998, 9999)))
_DAYS = st.tuples(_YEARS.map(lambda year: f"{year:04}"), _two(0, 13), _two(0, 32)).map("-".join)
_CLOCKS = st.tuples(
    st.one_of(_two(0, 24), st.just("23")),
    st.one_of(_two(0, 60), st.just("59")),
    st.one_of(_two(0, 61), st.just("60")),
).map(":".join)
_FRACTIONS = st.one_of(st.just(""), st.text("0123456789", max_size=50).map(lambda digits: f".{digits}"), st.just(",5"))
_OFFSETS = st.one_of(
    st.sampled_from(("Z", "z", "", "+00:00", "-00:00", "+02", "+0200", "+24:00", "+23:59", "-23:59")),
    st.tuples(st.sampled_from("+-"), _two(0, 24), st.just(":"), _two(0, 60)).map("".join),
)
_WHOLE = st.tuples(_DAYS, st.sampled_from("TTTTt _"), _CLOCKS, _FRACTIONS, _OFFSETS).map("".join)


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    text = draw(_WHOLE)
    place = draw(st.integers(0, len(text)))
    cut = draw(st.integers(0, 2))
    return text[:place] + draw(st.text("0123456789TtZz:+-., ٢２e\n", max_size=2)) + text[place + cut :]


TIME_TEXTS: Final = st.one_of(
    _WHOLE, _mutated(), _DAYS, st.floats().map(str), st.integers().map(str), st.text(max_size=40),
    st.sampled_from([case["text"] for case in CASES["instants"]]),
)  # fmt: skip
"""Texts that are times, nearly times, and anything else."""
