"""The clients of graphql-sse and graphql-ws follow a log, and resume after random cuts without a gap or a double."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.events.test_feed import append, settled
from tests.support.world import World

pytestmark = pytest.mark.anyio

SCRIPT = Path(__file__).parent / "clients.mjs"
COUNT = 60


@pytest.mark.parametrize("has_cuts", [False, True])
@pytest.mark.parametrize("kind", ["sse", "single", "ws"])
async def test_a_client_gets_each_event_once(world: World, kind: str, has_cuts: bool) -> None:
    brand = await world.brand()
    first = append(world, brand)
    await settled(brand.viewer, brand, first)
    options = {
        "kind": kind,
        "address": f"{brand.viewer.http.base_url}graphql",
        "token": brand.viewer.access_token,
        "brandId": brand.id,
        "after": first,
        "count": COUNT,
        "cuts": has_cuts,
    }
    client = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), json.dumps(options), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    written: list[str] = []
    for _ in range(COUNT):
        written.append(append(world, brand))
        await asyncio.sleep(0.02)
    async with asyncio.timeout(90):
        output, errors = await client.communicate()
    assert client.returncode == 0, errors.decode()
    assert json.loads(output) == written
