"""The types of times and dates in requests, rows and answers: texts of RFC 3339, and nothing that is taken for one.

Pydantic by itself reads ``"46022"``, ``1.5``, ``"2027"`` and ``"20271231"`` as seconds since 1970, ``"2027-01-01"`` as
a midnight, and takes times without an offset. Each of them is a mistake of the caller that would be stored without a
word. So every model uses these types (a test looks for others), and private.as_instant and private.as_day read texts
within SQL by the same rules: tests/cases/times.json.

As RFC 3339 has it, ``t`` and ``z`` may be small letters, a fraction may have any number of digits, and an offset is at
most 23:59. Digits beyond microseconds are cut off, so that no time moves into the next second. ``23:59:60`` UTC at the
end of June and December, where leap seconds are, is read as the second that follows: neither Python nor PostgreSQL has
it. A year 0000 is none for Python.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

# The bounds of times in the database: see the checks in supabase/schemas.
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_EARLIEST_DAY: Final = date(1900, 1, 1)
_LATEST_DAY: Final = date(2199, 12, 31)
_MOST_CHARACTERS: Final = 64

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_INSTANT: Final = re.compile(rf"{_DAY.pattern}[Tt]{_CLOCK}:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-]{_CLOCK})")
_CLOCK_TIME: Final = re.compile(rf"{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,6}})?)?(?:Z|[+-]{_CLOCK})?")
_LEAP_SECONDS: Final = frozenset({(6, 30, 23, 59), (12, 31, 23, 59)})


def _no_instant() -> PydanticCustomError:
    return PydanticCustomError("datetime_parsing", "is no time of RFC 3339 with an offset")


def _no_day() -> PydanticCustomError:
    return PydanticCustomError("date_parsing", "is no date of ISO 8601")


def _out_of_years() -> ValueError:
    return ValueError("must lie between the years 1 and 9999")


def read_instant(written: str) -> datetime:
    """Returns the instant that a text of RFC 3339 names, in UTC. Raises ValueError for any other text."""
    if len(written) > _MOST_CHARACTERS or not _INSTANT.fullmatch(written):
        raise _no_instant()
    if written.startswith("0000"):
        raise _out_of_years()
    is_leap = written[17:19] == "60"
    try:
        # More digits than six are cut off.
        read = datetime.fromisoformat((f"{written[:17]}59{written[19:]}" if is_leap else written).upper())
    except ValueError:  # such as the 30th of February
        raise _no_instant() from None
    try:
        instant = read.astimezone(UTC)
        if is_leap and (instant.month, instant.day, instant.hour, instant.minute) not in _LEAP_SECONDS:
            raise _no_instant()
        return instant + timedelta(seconds=1) if is_leap else instant
    except OverflowError:
        raise _out_of_years() from None


def read_day(written: str) -> date:
    """Returns the date that a text such as ``2026-11-24`` names. Raises ValueError for any other text."""
    if not _DAY.fullmatch(written):
        raise _no_day()
    try:
        return date.fromisoformat(written)
    except ValueError:  # such as the 30th of February
        raise _no_day() from None


def _is_as_stored(written: str) -> bool:
    """Whether a text has the form in which PostgreSQL writes nearly all of its times, which is read faster."""
    return (
        len(written) == 32
        and written[7] == "-"
        and written[10] == "T"
        and written[19] == "."
        and written.endswith("+00:00")
    )


def _instant(value: Any) -> datetime:
    """Returns an instant in UTC: PostgreSQL takes offsets of at most 16 hours, RFC 3339 of nearly 24."""
    if isinstance(value, str):
        if _is_as_stored(value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                raise _no_instant() from None
        return read_instant(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value if value.tzinfo is UTC else value.astimezone(UTC)
    raise _no_instant()


def _day(value: Any) -> date:
    if isinstance(value, str):
        return read_day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _no_day()


def _clock_time(value: Any) -> Any:
    if isinstance(value, time) or (isinstance(value, str) and _CLOCK_TIME.fullmatch(value)):
        return value
    raise PydanticCustomError("time_parsing", "is no time of a day")


def _check_storable(instant: datetime) -> datetime:
    if not _EARLIEST <= instant <= _LATEST:
        raise ValueError("must lie between the years 1900 and 2200")
    return instant


def _check_storable_day(day: date) -> date:
    if not _EARLIEST_DAY <= day <= _LATEST_DAY:
        raise ValueError("must lie between the years 1900 and 2199")
    return day


type Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""A time with its offset from UTC, such as ``2026-11-24T09:00:00Z``; in UTC once it is read."""
type StorableInstant = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_check_storable)]
"""An instant that the database stores: of the years 1900 to 2200."""
type Day = Annotated[date, BeforeValidator(_day)]
"""A date, such as ``2026-11-24``."""
type StorableDay = Annotated[date, BeforeValidator(_day), AfterValidator(_check_storable_day)]
"""A date that the database stores: of the years 1900 to 2199."""
type ClockTime = Annotated[time, BeforeValidator(_clock_time)]
"""A time of a day, such as ``22:00``."""
