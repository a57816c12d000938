"""Tests which functions may be called again after a call that was not answered: see lib/core/data/transport.py."""

import pytest

from lib.core.data.transport import ALSO_READING, NOT_READING, READING
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_functions_named_as_reading_only_read(world: World) -> None:
    """PostgREST runs functions that are not volatile in a read-only transaction."""
    functions = world.rows(
        "select proname as name, provolatile = 'v' as is_volatile from pg_proc "
        "where pronamespace = 'public'::regnamespace"
    )
    volatile = {row["name"] for row in functions if row["is_volatile"] and READING.fullmatch(row["name"])}
    assert volatile == NOT_READING
    assert {row["name"] for row in functions if not row["is_volatile"]} >= ALSO_READING
