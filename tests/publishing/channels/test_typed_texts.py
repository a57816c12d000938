"""Texts as they were typed are escaped where a target takes HTML, and sent as they are where it takes text."""

import json
from typing import Final

import pytest

from lib.core.data.db import Db
from tests.publishing.channels.targets import Bucket, Targets, add, new_name, publish
from tests.support.world import World
from tests.support.xss import executed

pytestmark = pytest.mark.anyio

TYPED: Final = "Tom & Jerry <b>x</b><script>alert(1)</script>"
ESCAPED: Final = "Tom &amp; Jerry &lt;b&gt;x&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;"


async def test_a_post_of_wordpress(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    mapping = {"title": "fields.headline", "content": "body", "excerpt": "excerpt", "slug": "slug", "meta.x": "excerpt"}
    channel = await add(brand, targets.channel("wordpress", site), fieldMapping=mapping)
    content = await world.draft(
        brand, fields={"topic": "winter", "headline": TYPED}, excerpt=TYPED, body="<p>Cold &amp; <b>dry</b></p>"
    )
    await publish(service, channel, content)
    [post] = await targets.state("wordpress", site)
    assert (post["title"]["raw"], post["excerpt"]["raw"]) == (ESCAPED, ESCAPED)
    assert post["content"]["raw"].startswith("<p>Cold &amp; <strong>dry</strong></p>")
    [sent] = [each for each in await targets.received(f"/sites/{site}/") if each["method"] == "POST"]
    assert json.loads(sent["body"])["meta"] == {"x": TYPED}


async def test_an_article_of_shopify(world: World, targets: Targets, service: Db) -> None:
    brand, shop = await world.brand(), new_name()
    mapping = {"title": "title", "body": "fields.headline", "summary": "excerpt", "handle": "slug"}
    channel = await add(brand, targets.channel("shopify", shop), fieldMapping=mapping)
    content = await world.draft(brand, fields={"topic": "winter", "headline": TYPED}, excerpt=TYPED)
    await publish(service, channel, content)
    [article] = (await targets.state("shopify", shop))["articles"]
    assert (article["body"], article["summary"]) == (ESCAPED, ESCAPED)


async def test_files_and_webhooks(world: World, targets: Targets, service: Db, bucket: Bucket) -> None:
    brand, hook = await world.brand(), new_name()
    content = await world.draft(brand, fields={"topic": "winter", "headline": TYPED}, excerpt=TYPED)
    await publish(service, await add(brand, targets.channel("s3", bucket.name)), content)
    page = bucket.read(f"{content['slug']}.html")["Body"].read().decode()
    assert executed(page.replace("<meta", "<x").replace("<body>", "")) == []
    assert "<script" not in page
    written = json.loads(bucket.read(f"{content['slug']}.json")["Body"].read())
    assert (written["excerpt"], written["fields"]["headline"]) == (TYPED, TYPED)
    assert written["plainTexts"] == ["excerpt", "fields.headline"]
    await publish(service, await add(brand, targets.channel("webhook", hook)), content)
    [got] = await targets.received(f"/hooks/{hook}")
    data = json.loads(got["body"])["data"]
    assert json.dumps(TYPED) in json.dumps(data)
    assert '"plainTexts": ["excerpt", "fields.headline"]' in json.dumps(data)
