"""Two levels of cache under a brand, and nobody who sees anything through them that is not theirs."""

import asyncio
import json
from typing import Any

import pytest
from upstash_redis.asyncio import Redis

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def stored(world: World, brand: Brand) -> dict[str, Any] | None:
    """The entry of a brand in KV."""
    settings = world.stack.environment
    kv = Redis(url=settings["UPSTASH_REDIS_REST_URL"], token=settings["UPSTASH_REDIS_REST_TOKEN"])
    found = await kv.get(f"brand:v2:{brand.id}")
    await kv.close()
    return json.loads(found) if found else None


async def eventually(world: World, brand: Brand, version: int | None) -> None:
    """After the answer has gone out, KV is told; an entry of this version, or none."""
    for _ in range(100):
        found = await stored(world, brand)
        if (found["version"] if found else None) == version:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"KV holds {found}, and not version {version}")


async def test_an_entry_is_kept_given_out_and_dropped(world: World) -> None:
    brand = await world.brand()
    first = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]
    await eventually(world, brand, first["version"])
    assert (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"] == first
    changed = await brand.admin.patch(f"/brands/{brand.id}", first["version"], {"description": "New"})
    assert changed.status_code == 200
    await eventually(world, brand, None)
    again = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]
    assert (again["description"], again["version"]) == ("New", first["version"] + 1)
    await eventually(world, brand, again["version"])


async def test_what_a_cache_holds_is_shown_to_members_only(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    version = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]["version"]
    await eventually(world, brand, version)
    assert_problem(await stranger.admin.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.viewer))
    assert_problem(await brand.viewer.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")


async def test_a_change_past_the_api_is_seen_at_once(world: World) -> None:
    """The entry is of an older version then, whatever the caches believe."""
    brand = await world.brand()
    version = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]["version"]
    await eventually(world, brand, version)
    api = world.data_api(brand.admin.access_token)
    params = {"id": f"eq.{brand.id}", "select": "id"}
    await api.http.patch("/brands", params=params, json={"description": "Past the API"})
    assert (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]["description"] == "Past the API"
    await api.http.post("/vetting_agencies", json={"brand_id": brand.id, "name": "Authority"})
    agencies = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]["vettingAgencies"]
    assert [agency["name"] for agency in agencies] == ["Authority"]
