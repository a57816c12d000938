"""A page with a cursor has others behind it: the last one has none, also where it is full."""

from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def pages_of(caller: Person, path: str, **query: Any) -> list[int]:
    """Returns how many items each page has, following cursors to the end."""
    sizes: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await caller.get(path, **query, **cursor)).json()
        sizes.append(len(page["data"]))
        if (following := page["pagination"]["nextCursor"]) is None:
            return sizes
        cursor = {"cursor": following}


async def test_a_full_page_of_contents_may_be_the_last(world: World) -> None:
    brand = await world.brand()
    lines = [{"line": n, "content": {"brand_id": brand.id, "title": uuid4().hex}} for n in range(1, 5)]
    await world.data_api(brand.editor.access_token).http.post("/rpc/create_contents", json={"lines": lines})
    for size, sizes in ((1, [1] * 4), (2, [2, 2]), (3, [3, 1]), (4, [4]), (100, [4])):
        assert await pages_of(brand.viewer, "/contents", brandId=brand.id, pageSize=size) == sizes
    events = sum(await pages_of(brand.viewer, "/activity", brandId=brand.id, pageSize=100))
    for size in (1, events - 1, events):
        whole, rest = divmod(events, size)
        expected = [size] * whole + [rest] * bool(rest)
        assert await pages_of(brand.viewer, "/activity", brandId=brand.id, pageSize=size) == expected


async def test_the_largest_page(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.editor.access_token).http
    for number in (100, 1):
        lines = [{"line": n, "content": {"brand_id": brand.id, "title": uuid4().hex}} for n in range(1, number + 1)]
        assert (await api.post("/rpc/create_contents", json={"lines": lines})).is_success
        sizes = await pages_of(brand.viewer, "/contents", brandId=brand.id, pageSize=100)
        assert sizes == ([100] if number == 100 else [100, 1])
