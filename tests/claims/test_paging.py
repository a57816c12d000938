"""Bills of materials and the reach of a change, page by page."""

import pytest

from tests.claims.test_gate import approve, data_of
from tests.support.errors import assert_problem
from tests.support.shelf import ClaimShelf
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_pages_of_a_bill_and_of_an_impact(world: World) -> None:
    brand = await world.brand()
    claim = ClaimShelf.of(world, brand).claim("Softens skin")
    body = "".join(f"<p>Number {number}: it softens skin.</p>" for number in range(25))
    content = await world.draft(brand, fields={"topic": "winter", "headline": "Winter", "body": body})
    path = f"/contents/{content['id']}"
    data_of(await brand.editor.post(f"{path}/claims/check"))
    for is_published in (False, True):
        seen: list[str] = []
        for page, count in ((1, 10), (2, 10), (3, 5), (4, 0)):
            shown = data_of(await brand.viewer.get(f"{path}/claims", page=page, pageSize=10))
            assert (shown["page"], shown["pageSize"], shown["totalItems"]) == (page, 10, 25)
            assert (shown["isPublished"], len(shown["items"])) == (is_published, count)
            seen += [item["sentence"] for item in shown["items"]]
        # In the order of the text, each once.
        assert seen == [f"Number {number}: it softens skin." for number in range(25)]
        assert len(data_of(await brand.viewer.get(f"{path}/claims"))["items"]) == 20
        places: list[int] = []
        for page, count in ((1, 15), (2, 10), (3, 0)):
            reach = data_of(await brand.admin.post(f"/claims/{claim}/impact", {"page": page, "pageSize": 15}))
            assert (reach["page"], reach["total"], len(reach["items"])) == (page, 25, count)
            assert reach["published"] + reach["pending"] == 1
            places += [item["startOffset"] for item in reach["items"] if "startOffset" in item]
        assert places == sorted(places)
        if not is_published:
            await approve(brand, path)
            data_of(await brand.admin.post(f"{path}/publish"))
    for query in ({"page": 0}, {"pageSize": 101}):
        assert_problem(await brand.viewer.get(f"{path}/claims", **query), 400, "VALIDATION_ERROR")
    assert_problem(await brand.admin.post(f"/claims/{claim}/impact", {"pageSize": 501}), 400, "VALIDATION_ERROR")
