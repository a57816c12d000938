"""Makes days and times of the numbers that workbooks have for them: days since 1900, or since 1904."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

_MILLISECONDS: Final = 86_400_000
# The first workbooks took 1900 for a leap year. Since then, their day 60 is one that was none.
_BEFORE_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - times of a workbook have no zone
_YEAR_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LEAP_DAY: Final = 60
_END: Final = 2_958_466  # the year 10000


@dataclass(frozen=True, slots=True)
class TimeForm:
    """The parts of a time that the format of a cell shows."""

    shows: Literal["day", "clock", "both", "duration"]


def _clock(milliseconds: int) -> time:
    return (_YEAR_1904 + timedelta(milliseconds=milliseconds)).time()


def from_serial(value: float, form: TimeForm, *, begins_1904: bool) -> date | datetime | time | str:
    """Returns what a cell shows: a day, a time of day, both (without a zone), or a duration as ``36:30:00``.

    A day that has a time of day too, which its format hides, is the day. Raises ValueError for numbers that no
    spreadsheet shows as a time.
    """
    if not 0 <= value < _END:
        raise ValueError("no time")
    if form.shows == "duration":
        seconds = round(value * 86_400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    milliseconds = round(value * _MILLISECONDS)
    if form.shows == "clock" and value < 1:
        return _clock(milliseconds % _MILLISECONDS)
    days = milliseconds // _MILLISECONDS
    if not begins_1904:
        if days in (0, _LEAP_DAY):
            raise ValueError("a day that never was")
        milliseconds += _MILLISECONDS if days < _LEAP_DAY else 0
    moment = (_YEAR_1904 if begins_1904 else _BEFORE_1900) + timedelta(milliseconds=milliseconds)
    return moment.date() if form.shows == "day" else moment


def from_iso(text: str) -> date | datetime | time:
    """Returns the time of a cell that has it as text (ISO 8601). Raises ValueError."""
    if "T" not in text and ":" in text:
        return time.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=None) if "T" in text else date.fromisoformat(text)
