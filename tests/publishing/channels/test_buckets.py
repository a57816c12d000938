"""Contents become static files in a bucket. The bucket is moto's, which understands AWS's requests and signatures."""

import json

import pytest

from lib.core.data.db import Db
from tests.publishing.channels.targets import (
    Bucket,
    Targets,
    add,
    edited,
    failure,
    generated,
    new_name,
    publication,
    publish,
    unpublish,
)
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_files_are_written_moved_and_deleted(world: World, targets: Targets, service: Db, bucket: Bucket) -> None:
    brand = await world.brand()
    settings = {"prefix": "site/articles", "publicUrl": "https://static.aurora.test"}
    channel = await add(brand, targets.channel("s3", bucket.name, **settings))
    content = await world.draft(brand, body="<p>Cold <strong>air</strong></p>", excerpt='Says "cold" & short')
    result = await publish(service, channel, content)
    slug = content["slug"]
    assert bucket.keys() == [f"site/articles/{slug}.html", f"site/articles/{slug}.json"]
    assert result.url == f"https://static.aurora.test/site/articles/{slug}.html"
    page = bucket.read(f"site/articles/{slug}.html")
    text = page["Body"].read().decode()
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "public, max-age=300")
    assert "<p>Cold <strong>air</strong></p>" in text
    assert 'content="Says &quot;cold&quot; &amp; short"' in text
    changed = await edited(brand, content, slug=f"{slug[:60]}-moved")
    await publish(service, channel, changed)
    assert bucket.keys() == [f"site/articles/{changed['slug']}.{form}" for form in ("html", "json")]
    await unpublish(service, channel, content)
    await unpublish(service, channel, content)
    assert bucket.keys() == []
    assert publication(world, channel, content)["status"] == "unpublished"


async def test_files_tell_what_a_model_wrote(world: World, targets: Targets, service: Db, bucket: Bucket) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("s3", bucket.name))
    by_model, by_people = await generated(world, brand), await world.draft(brand)
    for content in (by_model, by_people):
        await publish(service, channel, content)
    pages = [bucket.read(f"{content['slug']}.html")["Body"].read().decode() for content in (by_model, by_people)]
    assert '<meta name="ai-disclosure" content="mode=machine-generated">' in pages[0]
    assert 'name="digital-source-type" content="http://cv.iptc.org/newscodes/digitalsourcetype/' in pages[0]
    assert "ai-disclosure" not in pages[1]
    assert json.loads(bucket.read(f"{by_model['slug']}.json")["Body"].read())["provenance"]["aiAssisted"] is True


async def test_a_bucket_is_kept_while_files_are_there(
    world: World, targets: Targets, service: Db, bucket: Bucket
) -> None:
    brand = await world.brand()
    channel, content = await add(brand, targets.channel("s3", bucket.name)), await world.draft(brand)
    await publish(service, channel, content)
    path, moved = f"/channels/{channel['id']}", channel["settings"] | {"bucket": f"b-{new_name()}"}
    assert_problem(await brand.admin.patch(path, 1, {"settings": moved}), 409, "CONFLICT")
    # The folder is noted with each file.
    inside = channel["settings"] | {"prefix": "site"}
    assert (await brand.admin.patch(path, 1, {"settings": inside})).status_code == 200
    await unpublish(service, channel, content)
    assert bucket.keys() == []
    assert (await brand.admin.patch(path, 2, {"settings": moved})).status_code == 200


async def test_a_file_of_somebody_else_is_left_alone(
    world: World, targets: Targets, service: Db, bucket: Bucket
) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("s3", bucket.name, formats=["html"]))
    content = await world.draft(brand, slug="index")
    bucket.client.put_object(Bucket=bucket.name, Key="index.html", Body=b"theirs")
    refused = await failure(service, channel, content)
    assert (refused.is_final, str(refused)) == (True, "a file index.html exists and is not of this content")
    await unpublish(service, channel, content)
    assert bucket.read("index.html")["Body"].read() == b"theirs"


async def test_check_and_refusals(world: World, targets: Targets, service: Db, bucket: Bucket) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("s3", bucket.name))
    checked = (await brand.admin.post(f"/channels/{channel['id']}/check")).json()["data"]["lastCheck"]
    assert (checked["isUsable"], checked["message"]) == (True, "an object could be written, read and deleted")
    assert bucket.keys() == []
    missing = await add(brand, targets.channel("s3", f"b-{new_name()}"))
    checked = (await brand.admin.post(f"/channels/{missing['id']}/check")).json()["data"]["lastCheck"]
    assert (checked["isUsable"], "NoSuchBucket" in checked["message"]) == (False, True)
    content = await world.draft(brand)
    assert (await failure(service, missing, content)).is_final
    for prefix in ("../up", "a//b", "a/../b", "a b", "a\\b"):
        body = targets.channel("s3", bucket.name, prefix=prefix) | {"brandId": brand.id, "name": "Files"}
        response = await brand.admin.post("/channels", body)
        assert response.status_code == 400, prefix
        assert response.json()["error"]["details"][0]["field"] == "settings.prefix"
