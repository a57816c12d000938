"""Counts the calls of the data API for a page of settings: one for all that is read at once."""

from collections.abc import Iterator
from typing import Final

import pytest

from local.stack.client import RunningStack
from tests.support.graph import ask
from tests.support.recorder import DATA_API, Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio

SETTINGS: Final = """query($id: ID!) {
  permissions(brandId: $id) { nodes { role permissions } totalCount }
  mailSettings(brandId: $id) { version }
  apiKeys(brandId: $id) { name owner { name } }
  auditLog(brandId: $id, first: 5) { nodes { action } }
  eventLog(brandId: $id, first: 5) { nodes { type } }
  eventCursor(brandId: $id)
  config { supabaseUrl }
}"""
WITH_BRANDS: Final = "{ permissions { nodes { role brand { name slug } } } }"


@pytest.fixture(scope="module")
def recorded(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    with recording(stack.environment) as (recorder, settings), functions_with(settings) as origin:
        recorder.delays["supabase"] = 0.0
        recorder.delays["kv"] = 0.0
        yield recorder, origin


@pytest.mark.parametrize(("document", "calls"), [(SETTINGS, 1), (WITH_BRANDS, 2)])
async def test_settings(world: World, recorded: tuple[Recorder, str], document: str, calls: int) -> None:
    recorder, origin = recorded
    brand, other = await world.brand(), await world.brand()
    admin = await world.signed_in(origin)
    for each in (brand, other):
        world.join(admin, each.id, "admin")
    recorder.hops.clear()
    found = await ask(admin, document, **({"id": brand.id} if "$id" in document else {}))
    assert None not in [value for name, value in found.items() if name != "eventCursor"]
    made = [hop.path for hop in recorder.hops if hop.path.startswith(DATA_API)]
    assert len(made) == calls, made
