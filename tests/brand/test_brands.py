import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_members_list_their_own_brands(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.viewer, other.id, "viewer")
    page = (await brand.viewer.get("/brands")).json()
    assert {item["id"] for item in page["data"]} == {brand.id, other.id}
    assert page["pagination"]["totalItems"] == 2
    assert [item["id"] for item in (await brand.editor.get("/brands")).json()["data"]] == [brand.id]


async def test_valid(world: World) -> None:
    brand = await world.brand()
    found = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]
    assert found["name"] == brand.name
    assert found["guardrails"] == [f"Never mention {brand.name} prices"]
    assert found["_links"]["contents"] == f"/api/v1/contents?brandId={brand.id}"


async def test_not_member(world: World) -> None:
    brand, stranger = await world.brand(), await world.signed_in()
    assert_problem(await stranger.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")


async def test_not_existing(world: World) -> None:
    person = await world.signed_in()
    assert_problem(await person.get("/brands/00000000-0000-7000-8000-ffffffffffff"), 404, "NOT_FOUND")


async def test_anonymous(world: World) -> None:
    person = await world.person()
    assert_problem(await person.get("/brands"), 401, "UNAUTHORIZED")
