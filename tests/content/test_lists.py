"""Lists: every filter, every order, by page and by cursor, while others write."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def ids(world_brand: Brand, **query: Any) -> list[str]:
    response = await world_brand.viewer.get("/contents", **({"brandId": world_brand.id, "pageSize": 100} | query))
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["data"]]


# The parts of a content that a list leaves out.
TEXTS = ("body", "fields", "metadata", "plainTexts", "provenance", "review")


async def test_a_list_shows_heads_of_the_brand_s_contents(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand, body="<p>Text</p>", excerpt="Short")
    await world.draft(stranger)
    page = (await brand.editor.get("/contents")).json()
    assert [item["id"] for item in page["data"]] == [content["id"]]
    item = page["data"][0]
    assert item == {name: value for name, value in content.items() if name not in TEXTS}
    assert await ids(brand, brandId=stranger.id) == []


async def test_every_filter(world: World) -> None:
    brand = await world.brand()
    me, reviewer = world.id_of(brand.editor), world.id_of(brand.viewer)
    one = await world.draft(
        brand,
        type="blog_post",
        tags=["winter", "skin"],
        categories=["Care"],
        assignees=[reviewer],
        dueAt="2030-01-15T00:00:00Z",
    )
    two = await world.draft(brand, by=brand.admin, tags=["winter"], body="<p>" + "word " * 120 + "</p>")
    copy = (await brand.editor.post(f"/contents/{one['id']}/duplicate", {})).json()["data"]
    published = await world.published(brand)
    approved = await world.approved(brand)
    when = {"scheduledFor": "2031-01-01T00:00:00Z"}
    scheduled = (await brand.admin.post(f"/contents/{approved['id']}/schedule", when)).json()["data"]
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"status": "published"}, {published["id"]}),
        ({"status": ["published", "scheduled"]}, {published["id"], scheduled["id"]}),
        ({"type": "blog_post"}, {one["id"], copy["id"]}),
        ({"tag": "winter"}, {one["id"], two["id"], copy["id"]}),
        ({"tag": ["winter", "skin"]}, {one["id"], copy["id"]}),
        ({"category": "Care"}, {one["id"], copy["id"]}),
        ({"createdBy": world.id_of(brand.admin)}, {two["id"]}),
        ({"updatedBy": me, "status": "draft"}, {one["id"], copy["id"]}),
        ({"assignee": reviewer}, {one["id"]}),
        ({"templateId": brand.template_id, "parentId": one["id"]}, {copy["id"]}),
        ({"dueTo": "2030-02-01T00:00:00Z", "dueFrom": "2030-01-01T00:00:00Z"}, {one["id"]}),
        ({"scheduledFrom": "2030-12-31T00:00:00Z", "scheduledTo": "2031-02-01T00:00:00Z"}, {scheduled["id"]}),
        ({"publishedFrom": "2020-01-01T00:00:00Z"}, {published["id"]}),
        ({"publishedTo": "2020-01-01T00:00:00Z"}, set()),
        ({"createdFrom": two["createdAt"], "createdTo": copy["createdAt"]}, {two["id"]}),
        ({"updatedFrom": scheduled["updatedAt"]}, {scheduled["id"]}),
        ({"updatedTo": two["updatedAt"]}, {one["id"]}),
        ({"scoreFrom": two["score"], "scoreTo": two["score"]}, {two["id"]}),
    ]
    for query, expected in cases:
        assert set(await ids(brand, **query)) == expected, query


@pytest.mark.parametrize("sort", ["updatedAt", "createdAt", "title", "status", "score", "dueAt", "scheduledFor"])
@pytest.mark.parametrize("direction", ["asc", "desc", None])
async def test_every_order_by_page_and_by_cursor(world: World, sort: str, direction: str | None) -> None:
    brand = await world.brand()
    for number, title in enumerate(["beta", "Alpha", "gamma", "beta", "delta", "alpha", "Beta"]):
        text = "<p>" + "word " * (40 * (number % 3)) + "</p>"
        await world.draft(brand, title=title, body=text)
    first = (await world.draft(brand))["id"]
    await brand.editor.post(f"/contents/{first}/submit")
    if sort == "dueAt":
        # Some without, some on the same day.
        world.rows(
            "update public.contents set due_at = case when place %% 3 > 0 then date '2030-01-01' + (place %% "
            "3)::integer end "
            "from (select id, row_number() over (order by title) as place from public.contents where brand_id = %s) as "
            "found where contents.id = found.id",
            brand.id,
        )
    elif sort == "scheduledFor":
        for year in (2032, 2031, 2031):
            approved = (await world.approved(brand))["id"]
            when = {"scheduledFor": f"{year}-01-01T00:00:00Z"}
            assert (await brand.admin.post(f"/contents/{approved}/schedule", when)).status_code == 200
    query: dict[str, Any] = {"sort": sort} | ({"direction": direction} if direction else {})
    whole = (await brand.viewer.get("/contents", brandId=brand.id, pageSize=100, **query)).json()["data"]
    is_descending = direction == "desc" if direction else sort not in ("title", "status", "dueAt", "scheduledFor")
    column = {"dueAt": "due_at", "scheduledFor": "scheduled_for"}.get(sort, sort.replace("At", "_at"))
    nulls = " nulls last" if sort in ("dueAt", "scheduledFor") else ""
    expected = world.rows(
        f"select id::text from public.contents where brand_id = %s order by "
        f"{column} {'desc' if is_descending else 'asc'}{nulls}, id",
        brand.id,
    )
    if nulls:
        assert len({item[sort] for item in whole}) == 3
    assert [item["id"] for item in whole] == [row["id"] for row in expected]
    for page_size in (1, 3, 8):
        by_cursor, link = [], f"/contents?brandId={brand.id}&pageSize={page_size}&sort={sort}"
        link += f"&direction={direction}" if direction else ""
        by_page: list[str] = []
        while link:
            page = (await brand.viewer.get(link)).json()
            by_page += [item["id"] for item in page["data"]]
            link = (page["links"]["next"] or "").removeprefix("/api/v1")
        cursor = None
        while True:
            asked = query | ({"cursor": cursor} if cursor else {})
            page = (await brand.viewer.get("/contents", brandId=brand.id, pageSize=page_size, **asked)).json()
            by_cursor += [item["id"] for item in page["data"]]
            cursor = page["pagination"]["nextCursor"]
            if cursor is None:
                break
        assert by_page == by_cursor == [row["id"] for row in expected], page_size


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page_size=st.integers(1, 7), existing=st.integers(0, 12), inserted=st.lists(st.integers(0, 3), max_size=8))
async def test_no_item_twice_or_lost_while_others_are_inserted(
    world: World, page_size: int, existing: int, inserted: list[int]
) -> None:
    """Items that exist when reading begins are read exactly once, whatever is added between two pages."""
    brand = await world.brand()
    for sort, direction in (("createdAt", "desc"), ("updatedAt", "desc"), ("title", "asc"), ("score", "desc")):
        lines = [{"line": n, "content": {"brand_id": brand.id, "title": uuid4().hex}} for n in range(1, existing + 1)]
        api = world.data_api(brand.editor.access_token).http
        if lines:
            await api.post("/rpc/create_contents", json={"lines": lines})
        before = {row["id"] for row in world.rows("select id::text from public.contents where brand_id = %s", brand.id)}
        seen: list[str] = []
        cursor: str | None = None
        gaps = iter(inserted)
        while True:
            arguments = {
                "filters": {"brand_id": brand.id},
                "sort": sort.replace("At", "_at"),
                "is_descending": direction == "desc",
                "page_size": page_size,
                "cursor_at": cursor,
            }
            page = (await api.post("/rpc/list_contents", json=arguments)).json()["items"]
            seen += [item["id"] for item in page]
            if len(page) < page_size:
                break
            cursor = {"value": page[-1][sort.replace("At", "_at")], "id": page[-1]["id"]}
            for number in range(next(gaps, 0)):
                new = {"brand_id": brand.id, "title": f"{number}{uuid4().hex}"}
                await api.post("/rpc/create_content", json=new)
        assert len(set(seen)) == len(seen), "an item came twice"
        assert before <= set(seen), "an item was lost"


async def test_a_cursor_is_good_for_its_own_list(world: World) -> None:
    brand = await world.brand()
    for _ in range(3):
        await world.draft(brand)
    page = (await brand.viewer.get("/contents", brandId=brand.id, pageSize=1)).json()
    cursor = page["pagination"]["nextCursor"]
    for query in (
        {"cursor": cursor, "sort": "title"},
        {"cursor": cursor, "direction": "asc"},
        {"cursor": cursor[:-4]},
        {"cursor": "x"},
        {"cursor": "bm90anNvbg"},
        {"cursor": "WyItdXBkYXRlZF9hdCIsbnVsbCxudWxsXQ"},
        {"cursor": ""},
    ):
        assert_problem(await brand.viewer.get("/contents", **query), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "query",
    [
        {"brandId": "x"},
        {"status": "unknown"},
        {"type": "No Type"},
        {"tag": ""},
        {"createdFrom": "yesterday"},
        {"createdFrom": "2026-01-01T00:00:00"},
        {"scoreFrom": "101"},
        {"scoreFrom": "nan"},
        {"sort": "rank"},
        {"direction": "up"},
        {"page": "0"},
        {"pageSize": "101"},
        {"pageSize": "x"},
        {"tag": "a\x00b"},
    ],
)
async def test_questions_that_cannot_be(world: World, query: dict[str, str]) -> None:
    person = await world.signed_in()
    assert_problem(await person.get("/contents", **query), 400, "VALIDATION_ERROR")


async def test_pages_of_two_brands_at_once(world: World) -> None:
    """Without a brand, all of the caller's, in one order."""
    brand, other = await world.brand(), await world.brand()
    world.join(brand.viewer, other.id, "viewer")
    made = [(await world.draft(brand if number % 2 else other))["id"] for number in range(6)]
    pages = await asyncio.gather(*(brand.viewer.get("/contents", pageSize=4, page=page) for page in (1, 2)))
    assert [item["id"] for page in pages for item in page.json()["data"]] == made[::-1]
    assert pages[0].json()["pagination"]["totalItems"] == 6
