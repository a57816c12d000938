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


async def ask(targets: Targets, shop: str, query: str, **variables: Any) -> None:
    """Does what the merchant does in the shop's admin."""
    async with httpx.AsyncClient(headers={"X-Shopify-Access-Token": "shpat_local"}) as client:
        path = f"{targets.url}/shops/{shop}/admin/api/2026-07/graphql.json"
        answer = (await client.post(path, json={"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer


async def test_an_article_that_was_made_again_and_not_noted_is_found(
    world: World, targets: Targets, service: Db
) -> None:
    brand, shop = await world.brand(), new_name()
    channel = await add(brand, targets.channel("shopify", shop))
    path, delete = f"/shops/{shop}/admin", "mutation D($id: ID!) { articleDelete(id: $id) { deletedArticleId } }"
    ends: list[bool] = []
    for is_published_again in (True, False):
        content = await world.draft(brand)
        first = await publish(service, channel, content)
        await ask(targets, shop, delete, id=first.remote_id)
        changed = await edited(brand, content, title="Another title")
        # The article that is known is gone, two searches find nothing, and another one is made.
        await targets.fault(path, status=0, times=3)
        await targets.fault(path, status=503, isAfterwards=True)
        assert not (await failure(service, channel, changed)).is_final
        if is_published_again:
            again = await publish(service, channel, changed)
            assert again.remote_id != first.remote_id
        else:
            await unpublish(service, channel, changed)
        articles = (await targets.state("shopify", shop))["articles"]
        ends = [article["isPublished"] for article in articles]
    # An article that nobody knows is deleted: hidden it would keep its handle from the next.
    assert ends == [True]
    other = await edited(brand, changed, slug="another-handle")
    made = await publish(service, channel, other)
    last = await edited(brand, other, slug=changed["slug"])
    assert (await publish(service, channel, last)).remote_id == made.remote_id
    handles = [article["handle"] for article in (await targets.state("shopify", shop))["articles"]]
    assert handles.count(changed["slug"]) == 1


PRODUCT = "mutation P($product: ProductUpdateInput) { productUpdate(product: $product) { product { id } } }"


async def test_a_product_has_the_text_of_one_content(world: World, targets: Targets, service: Db) -> None:
    brand, other, shop = await world.brand(), await world.brand(), new_name()
    channel = await add(brand, product_channel(targets, shop))
    theirs = await add(other, product_channel(targets, shop))
    first = await world.draft(brand, slug="cream", body="<p>First</p>")
    second = await world.draft(other, slug="cream", body="<p>Second</p>")
    await add_product(targets, shop, title="Cream", handle="cream", descriptionHtml="<p>Old</p>")
    await publish(service, channel, first)
    refused = await failure(service, theirs, second)
    assert (refused.is_final, str(refused)) == (True, "the product cream has the text of another content")
    await unpublish(service, theirs, second)
    [product] = (await targets.state("shopify", shop))["products"]
    assert product["descriptionHtml"] == "<p>First</p>"
    await unpublish(service, channel, first)
    await publish(service, theirs, second)
    await unpublish(service, channel, first)
    [product] = (await targets.state("shopify", shop))["products"]
    assert product["descriptionHtml"] == "<p>Second</p>"
    await unpublish(service, theirs, second)
    [product] = (await targets.state("shopify", shop))["products"]
    assert product["descriptionHtml"] == "<p>Old</p>"


async def test_later_edits_of_the_merchant_are_kept(world: World, targets: Targets, service: Db) -> None:
    brand, shop = await world.brand(), new_name()
    mapping = {"handle": "slug", "descriptionHtml": "body", "seo.title": "title", "tags": "tags"}
    channel = await add(brand, product_channel(targets, shop), fieldMapping=mapping)
    content = await world.draft(brand, slug="cream", body="<p>Ours</p>", tags=["winter", "cold"])
    made = await add_product(targets, shop, title="Cream", handle="cream", descriptionHtml="<p>Old</p>", tags=["face"])
    await publish(service, channel, content)
    [product] = (await targets.state("shopify", shop))["products"]
    assert (product["tags"], product["seo"]["title"]) == (["cold", "winter"], content["title"])
    await ask(targets, shop, PRODUCT, product={"id": made["id"], "descriptionHtml": "<p>By the merchant</p>"})
    await unpublish(service, channel, content)
    [product] = (await targets.state("shopify", shop))["products"]
    assert (product["descriptionHtml"], product["tags"], product["seo"]["title"]) == (
        "<p>By the merchant</p>", ["face"], None
    )  # fmt: skip


async def test_refusals_of_shopify(world: World, targets: Targets, service: Db) -> None:
    brand, shop = await world.brand(), new_name()
    content = await world.draft(brand)
    wrong = targets.channel("shopify", shop) | {"credentials": {"accessToken": "shpat_other"}}
    refused = await failure(service, await add(brand, wrong), content)
    assert (refused.is_final, "401" in str(refused)) == (True, True)
    reading = await add(brand, targets.channel("shopify", shop) | {"credentials": {"accessToken": "shpat_readonly"}})
    refused = await failure(service, reading, content)
    assert (refused.is_final, refused.full) == (True, "Shopify refused: Access denied for articleCreate field.")
    checked = (await brand.admin.post(f"/channels/{reading['id']}/check")).json()["data"]["lastCheck"]
    assert (checked["isUsable"], "write_content" in checked["message"]) == (False, True)
    nowhere = await add(brand, targets.channel("shopify", shop, blogId="9"))
    refused = await failure(service, nowhere, content)
    assert (refused.is_final, refused.full) == (True, "Shopify refused: Must reference a blog")
    channel = await add(brand, targets.channel("shopify", shop))
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
    await targets.fault(f"/shops/{shop}/", status=200, body=throttled)
    busy = await failure(service, channel, content)
    assert (busy.is_final, busy.retry_after) == (False, 2)
    noted = publication(world, channel, content)
    assert (noted["error"], noted["answer"]) == ("Shopify refused", "Throttled")
    await publish(service, channel, content)
    assert (await brand.admin.post(f"/channels/{channel['id']}/check")).json()["data"]["lastCheck"]["isUsable"]
