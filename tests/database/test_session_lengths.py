"""Checks that SQL, Python and the configuration of Auth agree on the lengths of sessions (domain §8)."""

import tomllib
from datetime import timedelta

import psycopg
import pytest

from lib.core.auth.cookies import DEVICE_SECONDS
from lib.core.auth.issuing import READING_TOKEN_SECONDS
from lib.core.auth.session_lengths import ACCESS_TOKEN_SECONDS, IDLE_SECONDS, LIFETIME_SECONDS
from lib.identity.sessions.refresh_tokens import GRACE_SECONDS
from lib.identity.sessions.refreshing import UNKNOWN_SECONDS
from local.stack.settings import ROOT


def value(database: psycopg.Connection, expression: str) -> timedelta:
    row = database.execute(f"select {expression}".encode()).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("function", "seconds"),
    [
        ("access_token_lifetime", ACCESS_TOKEN_SECONDS),
        ("reading_token_lifetime", READING_TOKEN_SECONDS),
        ("session_idle_limit", IDLE_SECONDS),
        ("session_lifetime", LIFETIME_SECONDS),
        ("remembered_device_lifetime", DEVICE_SECONDS),
        ("unrecorded_refresh_limit", UNKNOWN_SECONDS),
    ],
)
def test_sql_agrees_with_python(database: psycopg.Connection, function: str, seconds: int) -> None:
    assert value(database, f"private.{function}()") == timedelta(seconds=seconds)


def test_sql_agrees_with_the_configuration_of_auth(database: psycopg.Connection) -> None:
    """The local Auth reads the same file."""
    auth = tomllib.loads((ROOT / "supabase" / "config.toml").read_text())["auth"]
    assert value(database, "private.access_token_lifetime()") == timedelta(seconds=auth["jwt_expiry"])
    assert auth["refresh_token_reuse_interval"] == GRACE_SECONDS
    assert value(database, "private.refresh_reuse_limit()") == timedelta(seconds=GRACE_SECONDS)


def test_an_announcement_covers_the_time_that_auth_has(database: psycopg.Connection) -> None:
    """Ten seconds by default: https://github.com/supabase/auth/blob/master/internal/conf/configuration.go."""
    assert value(database, "private.refresh_grace()") >= timedelta(seconds=3 * 10)


@pytest.mark.parametrize(
    ("column", "function"),
    [
        ("public.user_sessions.expires_at", "session_lifetime"),
        ("public.trusted_devices.expires_at", "remembered_device_lifetime"),
    ],
)
def test_columns_default_to_the_lengths(database: psycopg.Connection, column: str, function: str) -> None:
    table, name = column.rsplit(".", 1)
    row = database.execute(
        "select pg_get_expr(adbin, adrelid) from pg_attrdef inner join pg_attribute "
        "on attrelid = adrelid and attnum = adnum where adrelid = %s::regclass and attname = %s",
        [table, name],
    ).fetchone()
    assert row == (f"(now() + private.{function}())",)
