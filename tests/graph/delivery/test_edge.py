"""Published contents by GraphQL at the edge: kept under one address, and dropped by the tags that REST has."""

import json

import httpx
import pytest

from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.graph.delivery.test_delivery import CONTENT, CONTENTS, PAGE, PATH, address, slug_of, website
from tests.publishing.test_delivery import after_schedule, tell_everything
from tests.support.servers import functions_with
from tests.support.world import World

__all__ = ["website"]
pytestmark = pytest.mark.anyio


async def test_answers_are_kept_and_purged_as_those_of_rest(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.published(brand, title="Before")
    await tell_everything(world)
    slug = slug_of(world, brand)
    each_address = [
        address(CONTENT, brand=slug, slug=content["slug"]),
        address(CONTENTS, brand=slug),
        address(PAGE, brand=slug, slug=content["slug"]),
    ]
    for each in each_address:
        first = await website.get(each)
        assert (first.status_code, first.headers["x-vercel-cache"]) == (200, "MISS")
        for hidden in ("vercel-cdn-cache-control", "vercel-cache-tag", "X-Request-Id", "X-RateLimit-Remaining"):
            assert hidden not in first.headers
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        again = await website.get(each)
        assert (again.headers["x-vercel-cache"], again.content) == ("HIT", first.content)
        unchanged = await website.get(each, headers={"If-None-Match": first.headers["ETag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert (await website.head(each)).headers["x-vercel-cache"] == "HIT"
    await brand.admin.post(f"/contents/{content['id']}/archive")
    gone = await after_schedule(world, website, each_address[0], lambda answer: answer.status_code == 404)
    assert gone.status_code == 404
    for other in each_address[1:]:
        assert (await website.get(other)).status_code == 404


async def test_no_answer_outlives_what_it_shows(world: World, website: httpx.AsyncClient) -> None:
    """Both fields count: the page shows a content that expires beside one that does not."""
    brand = await world.brand()
    lasting, ending = await world.published(brand), await world.published(brand)
    slug = slug_of(world, brand)
    await tell_everything(world)
    world.rows(
        "update public.contents set expires_at = now() + interval '2 seconds' where id = %s returning id", ending["id"]
    )
    alone = address(CONTENT, brand=slug, slug=lasting["slug"])
    both = address(PAGE, brand=slug, slug=lasting["slug"])
    for each in (alone, both):
        assert (await website.get(each)).status_code == 200
    world.rows("select pg_sleep(2.5)::text as slept")
    assert (await website.get(alone)).headers["x-vercel-cache"] == "HIT"
    answer = await website.get(both)
    assert answer.headers["x-vercel-cache"] == "MISS"
    assert [node["id"] for node in answer.json()["data"]["deliveredContents"]["nodes"]] == [lasting["id"]]


async def test_no_spelling_of_an_address_gets_past_the_edge(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    await world.published(brand, tags=["a"])
    slug = slug_of(world, brand)
    canonical = address(CONTENTS, brand=slug, tag="a")
    assert (await website.get(canonical)).headers["x-vercel-cache"] == "MISS"
    for variables in (
        f'{{"tag":"a","brand":"{slug}"}}',
        f'{{"brand":"{slug}", "tag":"a"}}',
        f'{{"brand":"{slug}","tag":"\\u0061"}}',
        f'{{"brand":"{slug}","first":20,"tag":"a"}}',
        f'{{"brand":"{slug}","first":20.0,"tag":"a"}}',
        f'{{"after":null,"brand":"{slug}","tag":"a","type":null}}',
        f'{{"brand":"x","brand":"{slug}","tag":"a"}}',
    ):
        for order in ({"id": CONTENTS, "variables": variables}, {"variables": variables, "id": CONTENTS}):
            moved = await website.get(PATH, params=order)
            assert (moved.status_code, moved.headers["Location"]) == (308, canonical), variables
            assert "X-RateLimit-Remaining" not in moved.headers
            followed = await website.get(PATH, params=order, follow_redirects=True)
            assert (followed.status_code, followed.headers["x-vercel-cache"] in ("HIT", "STALE")) == (200, True)
    for unknown in ("utm_source=x", f"id={CONTENT}", "path=a"):
        assert (await website.get(f"{canonical}&{unknown}")).status_code == 400


async def test_pages_of_any_origin_may_read_and_none_may_post(website: httpx.AsyncClient) -> None:
    asked = {"Origin": "https://any.example.com", "Access-Control-Request-Headers": "X-Delivery-Key"}
    read = await website.options(PATH, headers=asked | {"Access-Control-Request-Method": "GET"})
    assert (read.status_code, read.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Access-Control-Allow-Credentials" not in read.headers
    write = await website.options(PATH, headers=asked | {"Access-Control-Request-Method": "POST"})
    assert "Access-Control-Allow-Origin" not in write.headers
    answer = await website.post(PATH, json={}, headers=asked)
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_web_app_may_post_and_reads_like_any_other(stack: RunningStack) -> None:
    """Its reads carry nothing that a cache would hand to pages of another origin."""
    origin = "https://app.example.com"
    asked = {"Origin": origin, "Access-Control-Request-Headers": "Authorization"}
    with functions_with(stack.environment | {"CORS_ALLOWED_ORIGINS": origin}) as functions:
        async with httpx.AsyncClient(base_url=functions, timeout=30) as browser:
            write = await browser.options(PATH, headers=asked | {"Access-Control-Request-Method": "POST"})
            assert (write.status_code, write.headers["Access-Control-Allow-Origin"]) == (200, origin)
            assert write.headers["Access-Control-Allow-Credentials"] == "true"
            refused = await browser.post(PATH, json={}, headers={"Origin": origin})
            assert refused.headers["Access-Control-Allow-Origin"] == origin
            read = await browser.get(PATH, params={"id": CONTENT}, headers={"Origin": origin, "Cookie": "a=b"})
            assert (read.status_code, read.headers["Access-Control-Allow-Origin"]) == (400, "*")
            assert "Access-Control-Allow-Credentials" not in read.headers


def test_the_platform_adds_nothing_to_the_query() -> None:
    """A named part of the source would be added (`:path*`), so that no address would be canonical any more."""
    rewrites = json.loads((ROOT / "vercel.json").read_text())["rewrites"]
    sources = [rewrite["source"] for rewrite in rewrites if rewrite["destination"] == "/api/graph"]
    assert sources[0] == PATH
