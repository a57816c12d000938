"""Lists read an index by its order, or all matches of a narrow filter: both give the same pages."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.world import Brand, Person, World

pytestmark = pytest.mark.anyio

# More than picked_contents looks up for one brand.
MANY = 410
SORTS = ("updated_at", "created_at", "title", "status", "score", "due_at", "scheduled_for")


async def fill(world: World, brand: Brand, by: Person, count: int) -> None:
    """Makes contents with ties in every order, and some without the date that contents may lack."""
    api = world.data_api(by.access_token).http
    for start in range(0, count, 100):
        lines = [
            {"line": number - start + 1, "content": {"brand_id": brand.id, "title": f"Title {number // 3}"}}
            for number in range(start, min(start + 100, count))
        ]
        response = await api.post("/rpc/create_contents", json={"lines": lines}, timeout=60)
        assert response.status_code == 200, response.text
    world.rows(
        "with changed as (update public.contents set due_at = case when place %% 3 > 0 then date '2030-01-01' + "
        "(place / 5)::integer end from (select id, row_number() over (order by title, id) as place "
        "from public.contents where brand_id = %s) as found where contents.id = found.id returning 1) "
        "select count(*) from changed",
        brand.id,
    )


async def listed(brand: Brand, arguments: dict[str, Any], world: World) -> dict[str, Any]:
    response = await world.data_api(brand.viewer.access_token).http.post("/rpc/list_contents", json=arguments)
    assert response.status_code == 200, response.text
    return response.json()


def expected(world: World, brands: list[str], sort: str, *, down: bool, where: str = "true") -> list[str]:
    nulls = " nulls last" if sort in ("due_at", "scheduled_for") or (sort == "score" and down) else ""
    nulls = " nulls first" if sort == "score" and not down else nulls
    rows = world.rows(
        f"select id::text from public.contents where brand_id = any (%s::uuid[]) and {where} "
        f"order by {sort} {'desc' if down else 'asc'}{nulls}, id",
        brands,
    )
    return [row["id"] for row in rows]


@pytest.mark.parametrize("count", [40, MANY])
async def test_both_ways_give_every_order(world: World, count: int) -> None:
    brand = await world.brand()
    creator = world.id_of(brand.editor)
    await fill(world, brand, brand.editor, count)
    await fill(world, brand, brand.admin, 5)
    narrow: list[tuple[dict[str, Any], str]] = [
        ({"created_by": creator}, f"created_by = '{creator}'"),
        ({"status": ["draft", "published"], "created_by": creator}, f"created_by = '{creator}'"),
        ({"status": ["draft"]}, "status = 'draft'"),
        ({"created_from": "2000-01-01T00:00:00Z"}, "true"),
    ]
    for filters, where in narrow:
        for sort in SORTS:
            for down in (True, False):
                wanted = expected(world, [brand.id], sort, down=down, where=where)
                page = {"filters": filters | {"brand_id": brand.id}, "sort": sort, "is_descending": down}
                first = await listed(brand, page | {"page_size": 30, "is_counted": True}, world)
                assert [item["id"] for item in first["items"]] == wanted[:30], (filters, sort, down)
                assert first["total"] == len(wanted)
                second = await listed(brand, page | {"page_size": 7, "page_offset": 30}, world)
                assert [item["id"] for item in second["items"]] == wanted[30:37]
                # Across the place where contents without a date begin.
                for place in (min(29, len(wanted) - 1), len(wanted) * 2 // 3, len(wanted) - 3):
                    whole = await listed(brand, page | {"page_size": 1, "page_offset": place}, world)
                    last = whole["items"][0]
                    cursor = {"value": last[sort], "id": last["id"]}
                    if last[sort] is None and sort == "score":
                        continue
                    after = await listed(brand, page | {"page_size": 100, "cursor_at": cursor}, world)
                    assert [item["id"] for item in after["items"]] == wanted[place + 1 : place + 101]


async def test_many_brands_of_which_one_has_the_whole_page(world: World) -> None:
    """Few contents of each brand are looked at first, which is not enough here."""
    brands = [await world.brand() for _ in range(7)]
    for number, brand in enumerate(brands):
        await fill(world, brand, brand.editor, 30 if number == 3 else 2)
        if number:
            world.join(brands[0].viewer, brand.id, "viewer")
    for sort in SORTS:
        for down in (True, False):
            wanted = expected(world, [brand.id for brand in brands], sort, down=down)
            first = await listed(brands[0], {"sort": sort, "is_descending": down, "is_counted": True}, world)
            assert [item["id"] for item in first["items"]] == wanted[:20], (sort, down)
            assert first["total"] == len(wanted) == 42


async def test_what_may_be_done_is_told_for_each_brand(world: World) -> None:
    """Contents of brands in which a caller holds the same are judged together, others are not."""
    brands = [await world.brand() for _ in range(3)]
    person = brands[0].viewer
    for brand, role in ((brands[1], "editor"), (brands[2], "editor")):
        world.join(person, brand.id, role)
    contents = [await world.draft(brand, title=uuid4().hex) for brand in brands]
    whole = {item["id"]: item for item in (await person.get("/contents")).json()["data"]}
    for content in contents:
        alone = (await person.get(f"/contents/{content['id']}")).json()["data"]
        assert whole[content["id"]]["allowedActions"] == alone["allowedActions"]
    actions = [whole[content["id"]]["allowedActions"] for content in contents]
    assert actions[1] == actions[2] != actions[0]
