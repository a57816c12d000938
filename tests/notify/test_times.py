"""Quiet hours and digests in all time zones, also where clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import psycopg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

# Changes of an hour and of half an hour, offsets of quarters, both ends of the day, changes at midnight.
ZONES = (
    "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Marquesas", "America/Sao_Paulo", "Asia/Beirut",
    "Africa/Casablanca", "Europe/Dublin", "Pacific/Auckland",
)  # fmt: skip
zones = st.sampled_from(ZONES)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
moments = st.integers(0, 5 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(0, seconds)
)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def quiet_until(database: psycopg.Connection, begins: time, ends: time, zone: str, moment: datetime) -> datetime | None:
    row = database.execute("select private.quiet_until(%s, %s, %s, %s)", (begins, ends, zone, moment)).fetchone()
    assert row is not None
    return row[0]


def is_quiet(begins: time, ends: time, clock: time) -> bool:
    return begins <= clock < ends if begins < ends else begins > ends and (clock >= begins or clock < ends)


@MANY
@given(begins=clocks, ends=clocks, zone=zones, moment=moments)
@example(time(22), time(2, 30), "Europe/Berlin", datetime(2026, 3, 29, 0, 45, tzinfo=UTC))
@example(time(22), time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 0, 15, tzinfo=UTC))
@example(time(22), time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 1, 15, tzinfo=UTC))
@example(time(22), time(2, 30), "Europe/Dublin", datetime(2026, 10, 25, 0, 45, tzinfo=UTC))
def test_quiet_hours(database: psycopg.Connection, begins: time, ends: time, zone: str, moment: datetime) -> None:
    until = quiet_until(database, begins, ends, zone, moment)
    assert (until is not None) == is_quiet(begins, ends, moment.astimezone(ZoneInfo(zone)).time())
    if until is not None:
        assert moment < until <= moment + timedelta(hours=26)


@MANY
@given(begins=clocks, ends=clocks, zone=zones, moment=moments)
def test_quiet_hours_end(database: psycopg.Connection, begins: time, ends: time, zone: str, moment: datetime) -> None:
    """Held messages are sent in a finite number of steps: at most one more where clocks went back."""
    steps = 0
    until: datetime | None = moment
    while until is not None and steps < 4:
        until = quiet_until(database, begins, ends, zone, until)
        steps += 1
    assert until is None


@MANY
@given(zone=zones, moment=moments, digest=st.sampled_from(("hourly", "daily", "weekly")))
def test_digests(database: psycopg.Connection, zone: str, moment: datetime, digest: str) -> None:
    row = database.execute("select private.next_digest_at(%s, %s, %s)", (digest, zone, moment)).fetchone()
    assert row is not None
    due: datetime = row[0]
    here = due.astimezone(ZoneInfo(zone))
    longest = {"hourly": timedelta(hours=1), "daily": timedelta(hours=26), "weekly": timedelta(days=7, hours=2)}
    assert moment < due <= moment + longest[digest]
    if digest == "hourly":
        return
    assert here.time() == time(8)
    if digest == "weekly":
        assert here.weekday() == 0


@MANY
@given(zone=zones, year=st.integers(2024, 2027), digest=st.sampled_from(("daily", "weekly")))
def test_each_period_has_one_digest(database: psycopg.Connection, zone: str, year: int, digest: str) -> None:
    """Following ones of a year are different days: none is left out and none comes twice."""
    rows = database.execute(
        "with recursive due as (select private.next_digest_at(%s, %s, %s) as at union all "
        "select private.next_digest_at(%s, %s, due.at) from due where due.at < %s) select at from due",
        (digest, zone, datetime(year, 1, 1, tzinfo=UTC), digest, zone, datetime(year + 1, 1, 1, tzinfo=UTC)),
    ).fetchall()
    days: list[date] = [at.astimezone(ZoneInfo(zone)).date() for (at,) in rows]
    step = timedelta(days=1 if digest == "daily" else 7)
    assert all(later - earlier == step for earlier, later in pairwise(days))


def test_a_zone_that_is_none_counts_as_utc(database: psycopg.Connection) -> None:
    moment = datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert quiet_until(database, time(22), time(6), "Nowhere/'; drop", moment) == datetime(2026, 1, 2, 6, tzinfo=UTC)
