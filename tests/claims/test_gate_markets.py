"""Tries to publish past a violation by the choice of the market."""

import pytest

from tests.claims.test_gate import BARRED, approve, data_of, refusal
from tests.support.shelf import ClaimShelf
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_the_country_of_a_brand_is_a_way_around_nothing(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed", countries=("GB",))
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    data_of(await brand.editor.post(f"{path}/claims/check", {"markets": ["FR"]}))
    await approve(brand, path)
    # Without a country, nobody chooses the market in which nothing is barred.
    home = f"/brands/{brand.id}"
    version = data_of(await brand.admin.get(home))["version"]
    version = data_of(await brand.admin.patch(home, version, {"country": None}))["version"]
    assert "neither a country nor markets" in await refusal(brand, path)
    # The country counts beside the markets that were chosen for another one.
    version = data_of(await brand.admin.patch(home, version, {"country": "FR"}))["version"]
    settings = f"/claims/settings/{brand.id}"
    wanted = {"markets": ["FR"], "isDelivered": False}
    data_of(await brand.admin.http.put(settings, json=wanted, headers={"If-Match": '"1"'}))
    version = data_of(await brand.admin.patch(home, version, {"country": "GB"}))["version"]
    assert data_of(await brand.viewer.get(settings))["checkedMarkets"] == ["FR", "GB"]
    assert "present claims of GB" in await refusal(brand, path)
    # Like the markets, it is changed by those who may write claims.
    world.rows(
        "update public.brand_members set restrictions = '{claim.write}' where brand_id = %s and user_id = %s",
        brand.id,
        world.id_of(brand.admin),
    )
    refused = await brand.admin.patch(home, version, {"country": "FR"})
    assert refused.status_code == 403, refused.text
    assert (await brand.admin.patch(home, version, {"description": "Skin care"})).status_code == 200
