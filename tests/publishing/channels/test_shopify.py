"""Contents become articles of a shop's blog, or the descriptions of its products."""

from typing import Any

import httpx
import pytest

from lib.core.data.db import Db
from tests.publishing.channels.targets import Targets, add, edited, failure, new_name, publication, publish, unpublish
from tests.support.world import World

pytestmark = pytest.mark.anyio


def product_channel(targets: Targets, shop: str) -> dict[str, Any]:
    channel = targets.channel("shopify", shop)
    channel["settings"] = {"shopUrl": channel["settings"]["shopUrl"], "resource": "product_description"}
    return channel


async def add_product(targets: Targets, shop: str, **values: Any) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        return (await client.post(f"{targets.url}/shops/{shop}/products", json=values)).json()


async def test_an_article_is_made_changed_hidden_and_shown(world: World, targets: Targets, service: Db) -> None:
    brand, shop = await world.brand(), new_name()
    channel = await add(brand, targets.channel("shopify", shop))
    content = await world.draft(brand, body="<p>Cold air</p>", excerpt="Short", tags=["winter", "skin"])
    result = await publish(service, channel, content)
    [article] = (await targets.state("shopify", shop))["articles"]
    assert (result.remote_id, result.url) == (
        article["id"], f"{targets.url}/shops/{shop}/blogs/news/{content['slug']}"
    )  # fmt: skip
    assert (article["body"], article["summary"], article["tags"]) == ("<p>Cold air</p>", "Short", ["winter", "skin"])
    name = world.rows("select name from public.brands where id = %s", brand.id)[0]["name"]
    assert (article["isPublished"], article["author"]) == (True, {"name": name})
    changed = await edited(brand, content, title="Another title")
    assert (await publish(service, channel, changed)).remote_id == result.remote_id
    await unpublish(service, channel, content)
    [article] = (await targets.state("shopify", shop))["articles"]
    assert (article["title"], article["isPublished"]) == ("Another title", False)
    await publish(service, channel, changed)
    [article] = (await targets.state("shopify", shop))["articles"]
    assert article["isPublished"]


async def test_a_lost_answer_makes_no_second_article(world: World, targets: Targets, service: Db) -> None:
    brand, shop = await world.brand(), new_name()
    channel = await add(brand, targets.channel("shopify", shop))
    content = await world.draft(brand)
    path = f"/shops/{shop}/admin"
    # The first request looks for the article, and the second makes it.
    await targets.fault(path, status=0)
    await targets.fault(path, status=503, isAfterwards=True)
    assert not (await failure(service, channel, content)).is_final
    # Also under another handle meanwhile.
    changed = await edited(brand, content, slug=f"{content['slug'][:60]}-b")
    await publish(service, channel, changed)
    [article] = (await targets.state("shopify", shop))["articles"]
    assert article["handle"] == changed["slug"]


async def test_a_product_gets_its_description_and_its_former_one_back(
    world: World, targets: Targets, service: Db
) -> None:
    brand, shop = await world.brand(), new_name()
    channel = await add(brand, product_channel(targets, shop))
    content = await world.draft(brand, body="<p>New</p>")
    refused = await failure(service, channel, content)
    assert (refused.is_final, str(refused)) == (True, f"there is no product with the handle {content['slug']}")
    await add_product(targets, shop, title="Cream", handle=content["slug"], descriptionHtml="<p>Old</p>")
    # The answer to the change is lost: the former description is still known.
    await targets.fault(f"/shops/{shop}/admin", status=0)
    await targets.fault(f"/shops/{shop}/admin", status=500, isAfterwards=True)
    await failure(service, channel, content)
    result = await publish(service, channel, content)
    [product] = (await targets.state("shopify", shop))["products"]
    assert (result.remote_id, product["descriptionHtml"], product["title"]) == (product["id"], "<p>New</p>", "Cream")
    await unpublish(service, channel, content)
    [product] = (await targets.state("shopify", shop))["products"]
    assert product["descriptionHtml"] == "<p>Old</p>"


async def test_refusals_of_shopify(world: World, targets: Targets, service: Db) -> None:
    brand, shop = await world.brand(), new_name()
    content = await world.draft(brand)
    wrong = targets.channel("shopify", shop) | {"credentials": {"accessToken": "shpat_other"}}
    refused = await failure(service, await add(brand, wrong), content)
    assert (refused.is_final, "401" in str(refused)) == (True, True)
    reading = await add(brand, targets.channel("shopify", shop) | {"credentials": {"accessToken": "shpat_readonly"}})
    refused = await failure(service, reading, content)
    assert (refused.is_final, str(refused)) == (True, "Shopify refused: Access denied for articleCreate field.")
    checked = (await brand.admin.post(f"/channels/{reading['id']}/check")).json()["data"]["lastCheck"]
    assert (checked["isUsable"], "write_content" in checked["message"]) == (False, True)
    nowhere = await add(brand, targets.channel("shopify", shop, blogId="9"))
    refused = await failure(service, nowhere, content)
    assert (refused.is_final, str(refused)) == (True, "Shopify refused: Must reference a blog")
    channel = await add(brand, targets.channel("shopify", shop))
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
    await targets.fault(f"/shops/{shop}/", status=200, body=throttled)
    busy = await failure(service, channel, content)
    assert (busy.is_final, busy.retry_after) == (False, 2)
    assert publication(world, channel, content)["error"] == "Shopify refused: Throttled"
    await publish(service, channel, content)
    assert (await brand.admin.post(f"/channels/{channel['id']}/check")).json()["data"]["lastCheck"]["isUsable"]
