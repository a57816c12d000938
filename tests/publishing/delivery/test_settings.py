"""The addresses of a brand's website, and whether models are named."""

import pytest

from tests.publishing.delivery.support import PATTERN, SITE, configure
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_what_is_not_sent_stays(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}/delivery"
    empty = {"mode": "public", "siteUrl": None, "urlPattern": None, "namesModels": False}
    assert (await brand.viewer.get(path)).json()["data"] == empty
    full = await configure(brand, siteUrl=SITE, urlPattern=PATTERN, namesModels=True)
    assert full == empty | {"siteUrl": SITE, "urlPattern": PATTERN, "namesModels": True, "key": None}
    assert await configure(brand, "off") == full | {"mode": "off"}
    del full["key"]
    assert (await brand.viewer.get(path)).json()["data"] == full | {"mode": "off"}
    assert await configure(brand, siteUrl=None, urlPattern=None, namesModels=False) == empty | {"key": None}
    private = await configure(brand, "private", newKey=True)
    assert private["key"]
    assert "key" not in (await brand.admin.get(path)).json()["data"]
    stranger = await world.brand()
    assert_problem(await stranger.admin.get(path), 404, "NOT_FOUND")


async def test_addresses_are_of_https_and_have_a_place_for_the_slug(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}/delivery"
    for pattern in (
        "http://x.test/{slug}",
        "https://x.test/",
        "https://{slug}.x.test/a",
        "https://x.test/{slug}/{slug}",
        "https://x.test/{slug}/{brand}",
        "https://x.test/{slug}{",
        "https://x.test/{slug}}",
        "https://u:p@x.test/{slug}",
        "https://x.test/{slug}<b>",
        "javascript:alert(1)//{slug}",
        "https://x.test/{slug}" + "a" * 500,
        7,
    ):
        assert_problem(await brand.admin.put(path, {"mode": "public", "urlPattern": pattern}), 400, "VALIDATION_ERROR")
    for site in ("http://x.test", "x.test", "https://x.test/ a", "https://u@x.test", "https://x.test/" + "a" * 500):
        assert_problem(await brand.admin.put(path, {"mode": "public", "siteUrl": site}), 400, "VALIDATION_ERROR")
    # The database holds to it as well.
    for column, value in (
        ("url_pattern", "http://x.test/{slug}"),
        ("url_pattern", "https://x.test/"),
        ("site_url", "x"),
    ):
        await configure(brand)
        with pytest.raises(Exception, match="check constraint"):
            world.rows(
                f"update private.delivery_settings set {column} = %s where brand_id = %s returning 1 as one",
                value,
                brand.id,
            )
