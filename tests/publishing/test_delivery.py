"""Everyone reads published contents, nobody reads others; and the caches in between."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

TAG = "fresh"


@pytest.fixture
async def website(stack: RunningStack) -> AsyncIterator[httpx.AsyncClient]:
    """Without any login."""
    async with httpx.AsyncClient(base_url=f"{stack.urls['web']}/api/v1/delivery") as client:
        yield client


def slug_of(world: World, brand: Brand) -> str:
    return world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]


async def run_schedule(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60, headers=headers) as platform:
        response = await platform.get(f"{world.stack.urls['web']}/api/v1/cron/minute")
    assert response.status_code == 200, response.text


async def test_only_what_is_published_is_delivered(world: World, website: httpx.AsyncClient) -> None:
    brand, other = await world.brand(), await world.brand()
    published = await world.published(brand, tags=["a"], body="<p>Text</p>", metadata={"metaTitle": "M"})
    hidden = [await world.draft(brand), await world.approved(brand)]
    archived = await world.published(brand)
    await brand.admin.post(f"/contents/{archived['id']}/archive")
    deleted = await world.draft(brand)
    await brand.editor.delete(f"/contents/{deleted['id']}")
    elsewhere = await world.published(other)
    path = f"/{slug_of(world, brand)}/contents"
    page = (await website.get(path)).json()
    assert [item["slug"] for item in page["data"]] == [published["slug"]]
    item = (await website.get(f"{path}/{published['slug']}")).json()["data"]
    assert (item["title"], item["body"], item["metadata"]) == (published["title"], "<p>Text</p>", {"metaTitle": "M"})
    # The brief is not for readers, and neither are the people.
    assert item["fields"] == {"headline": "A headline"}
    people = {world.id_of(person) for person in (brand.admin, brand.editor, brand.viewer)}
    assert not [person for person in people if person in str(page) + str(item)]
    for content in (*hidden, archived, deleted, elsewhere):
        assert_problem(await website.get(f"{path}/{content['slug']}"), 404, "NOT_FOUND")
    assert_problem(await website.get("/no-such-brand/contents"), 404, "NOT_FOUND")
    silent = await world.brand()
    assert_problem(await website.get(f"/{slug_of(world, silent)}/contents"), 404, "NOT_FOUND")


async def test_pages_filters_and_conditions(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    made = [await world.published(brand, tags=[TAG] if number else []) for number in range(4)]
    path = f"/{slug_of(world, brand)}/contents"
    seen: list[str] = []
    link: str | None = f"{path}?pageSize=3"
    while link:
        page = (await website.get(link)).json()
        seen += [item["id"] for item in page["data"]]
        link = page["links"]["next"] and page["links"]["next"].removeprefix("/api/v1/delivery")
    assert seen == [content["id"] for content in reversed(made)]
    tagged = (await website.get(path, params={"tag": TAG, "type": "article"})).json()["data"]
    assert len(tagged) == 3
    assert (await website.get(path, params={"type": "blog_post"})).json()["data"] == []
    texts = (await website.get(path, params={"fields": "slug,body,fields", "pageSize": "1"})).json()
    assert [set(item) for item in texts["data"]] == [{"id", "slug", "body", "fields"}]
    assert texts["data"][0]["fields"] == {"headline": made[3]["fields"]["headline"]}
    assert "fields=slug%2Cbody%2Cfields" in texts["links"]["next"]
    assert_problem(await website.get(path, params={"fields": "createdBy"}), 400, "VALIDATION_ERROR")
    first = await website.get(f"{path}/{made[0]['slug']}")
    tag = first.headers["ETag"]
    unchanged = await website.get(f"{path}/{made[0]['slug']}", headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for query in ({"pageSize": 0}, {"cursor": "x"}, {"type": "No Type"}, {"tag": ""}):
        assert_problem(await website.get(path, params=query), 400, "VALIDATION_ERROR")
    for bad in ("/Bad_Slug/contents", f"{path}/Bad_Slug"):
        assert_problem(await website.get(bad), 400, "VALIDATION_ERROR")


async def delivery(brand: Brand, mode: str, *, new_key: bool = False) -> dict[str, Any]:
    response = await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": mode, "newKey": new_key})
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_a_brand_that_wants_it_private_gives_a_key(world: World, website: httpx.AsyncClient) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.published(brand)
    path = f"/{slug_of(world, brand)}/contents"
    without = await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "private"})
    assert_problem(without, 400, "VALIDATION_ERROR")
    key = (await delivery(brand, "private", new_key=True))["key"]
    theirs = (await delivery(other, "private", new_key=True))["key"]
    assert key.startswith("mdk_")
    for wrong in (None, "", "mdk_wrong", theirs, "x" * 200):
        headers = {"X-Delivery-Key": wrong} if wrong is not None else {}
        for each in (path, f"{path}/{content['slug']}"):
            assert_problem(await website.get(each, headers=headers), 404, "NOT_FOUND")
    for each in (path, f"{path}/{content['slug']}"):
        answer = await website.get(each, headers={"X-Delivery-Key": key})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"x-request-id", "server-timing", "x-ratelimit-remaining"} <= set(answer.headers)
        assert answer.headers["x-vercel-cache"] == "BYPASS"
    second = (await delivery(brand, "private", new_key=True))["key"]
    assert_problem(await website.get(path, headers={"X-Delivery-Key": key}), 404, "NOT_FOUND")
    assert (await website.get(path, headers={"X-Delivery-Key": second})).status_code == 200
    await delivery(brand, "off")
    assert_problem(await website.get(path, headers={"X-Delivery-Key": second}), 404, "NOT_FOUND")
    await delivery(brand, "public")
    assert (await website.get(path)).status_code == 200
    await delivery(brand, "private")  # the key that there is goes on
    assert (await website.get(path, headers={"X-Delivery-Key": second})).status_code == 200
    stored = world.rows("select key_hash from private.delivery_settings where brand_id = %s", brand.id)[0]["key_hash"]
    assert second not in stored


async def test_only_admins_say_how(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    path = f"/brands/{brand.id}/delivery"
    for person, status, code in (
        (brand.editor, 403, "FORBIDDEN"),
        (brand.viewer, 403, "FORBIDDEN"),
        (stranger.admin, 404, "NOT_FOUND"),
    ):
        assert_problem(await person.put(path, {"mode": "public"}), status, code)
    for bad in ({}, {"mode": "open"}, {"mode": "public", "key": "mine"}):
        assert_problem(await brand.admin.put(path, bad), 400, "VALIDATION_ERROR")


async def tell_everything(world: World) -> None:
    """Runs the schedule until the edge has been told of every event so far."""
    untold = (
        "select count(*) as n from public.domain_events as events, private.outbox_consumers as consumers "
        "where consumers.name = 'edge_cache' and (events.transaction_id, events.id) > "
        "(consumers.read_transaction_id, consumers.read_event_id)"
    )
    until = time.monotonic() + 60
    while True:
        await run_schedule(world)
        if world.rows(untold)[0]["n"] == 0 or time.monotonic() > until:
            return
        await asyncio.sleep(0.1)


async def after_schedule(
    world: World, website: httpx.AsyncClient, path: str, is_told: Callable[[httpx.Response], bool]
) -> httpx.Response:
    """The answer of the edge once it has been told: another run of the scheduler may hold the events just now, and
    those of the latest transactions wait for any that began before them."""
    until = time.monotonic() + 60
    while True:
        await run_schedule(world)
        answer = await website.get(path)
        if is_told(answer) or time.monotonic() > until:
            return answer
        await asyncio.sleep(0.1)


async def test_the_edge_keeps_it_until_it_is_published_anew_or_archived(
    world: World, website: httpx.AsyncClient
) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    await tell_everything(world)
    path = f"/{slug_of(world, brand)}/contents"
    one = f"{path}/{content['slug']}"
    for each in (path, one):
        first = await website.get(each)
        assert first.headers["x-vercel-cache"] == "MISS"
        for platforms in ("vercel-cdn-cache-control", "vercel-cache-tag"):
            assert platforms not in first.headers
        of_one_request = ("X-Request-Id", "Server-Timing", "X-RateLimit-Limit", "X-RateLimit-Remaining")
        assert not [name for name in of_one_request if name in first.headers], "others get this answer too"
        again = await website.get(each)
        assert (again.headers["x-vercel-cache"], again.json()) == ("HIT", first.json())
    # Another content is published: the list is stale and made again, the answer of the first content stays.
    second = await world.published(brand)
    assert (await website.get(path)).headers["x-vercel-cache"] == "HIT"
    stale = await after_schedule(world, website, path, lambda answer: answer.headers["x-vercel-cache"] == "STALE")
    assert stale.headers["x-vercel-cache"] == "STALE"
    for _ in range(100):
        fresh = await website.get(path)
        if fresh.headers["x-vercel-cache"] == "HIT":
            break
        await asyncio.sleep(0.02)
    assert [item["id"] for item in fresh.json()["data"]] == [second["id"], content["id"]]
    assert (await website.get(one)).headers["x-vercel-cache"] == "HIT"
    # Archived, it is given to nobody, not even once more.
    await brand.admin.post(f"/contents/{content['id']}/archive")
    gone = await after_schedule(world, website, one, lambda answer: answer.status_code == 404)
    assert_problem(gone, 404, "NOT_FOUND")
    assert [item["id"] for item in (await website.get(path)).json()["data"]] == [second["id"]]
    # Closed, all of the brand's is gone.
    assert (await website.get(path)).headers["x-vercel-cache"] == "HIT"
    await delivery(brand, "off")
    closed = await after_schedule(world, website, path, lambda answer: answer.status_code == 404)
    assert_problem(closed, 404, "NOT_FOUND")


async def test_what_was_written_past_the_api_is_cleaned_on_the_way_out(
    world: World, website: httpx.AsyncClient
) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    api = world.data_api(brand.editor.access_token).http
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)><p>ok</p>"
    changes = {"body": hostile, "fields": {"headline": "ok", "body": hostile}}
    body = {"content_id": content["id"], "expected_version": 1, "changes": changes}
    assert (await api.post("/rpc/update_content", json=body)).status_code == 200
    for person, step in ((brand.editor, "submit"), (brand.viewer, "approve"), (brand.admin, "publish")):
        assert (await person.post(f"/contents/{content['id']}/{step}")).status_code == 200
    item = (await website.get(f"/{slug_of(world, brand)}/contents/{content['slug']}")).json()["data"]
    assert (item["body"], item["fields"]) == ("<p>ok</p>", {"headline": "ok", "body": "<p>ok</p>"})
