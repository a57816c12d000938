"""Tests that no cache gives out a content after its expiry, in any form, and that lists are asked for again in time."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.data.db import Db
from lib.publishing.delivery.caching import EDGE_SECONDS, STALE_SECONDS, edge_times
from local.demo.callers import own_address
from tests.publishing.delivery.support import FILES, configure, slug_of
from tests.support.world import World

pytestmark = [
    pytest.mark.anyio,
    # FastAPI warns about aliases of parameters, and warnings are errors in the process of the tests.
    pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning"),
]


@pytest.fixture
async def function(service: Db) -> AsyncIterator[httpx.AsyncClient]:
    """The function of delivery itself, without the edge, which keeps its headers for itself."""
    from api.delivery import app

    assert service is not None  # its settings
    transport = httpx.ASGITransport(app=app, client=(own_address(), 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://function/api/v1/delivery") as client:
        yield client


async def kept(function: httpx.AsyncClient, path: str, **headers: str) -> tuple[int, int] | None:
    """Returns for how many seconds the edge keeps an answer, and for how many more as a stale one; None for none."""
    answer = await function.get(path, headers=headers)
    assert answer.status_code in (200, 304), answer.text
    control = answer.headers.get("Vercel-CDN-Cache-Control")
    if control is None:
        return None
    found = re.fullmatch(r"public, max-age=(\d+)(?:, stale-while-revalidate=(\d+))?", control)
    assert found, control
    return int(found[1]), int(found[2] or 0)


def expire(world: World, content: dict[str, Any], interval: str) -> None:
    world.rows(f"update public.contents set expires_at = now() + interval '{interval}' where id = %s", content["id"])


@pytest.mark.parametrize(
    ("interval", "fresh", "whole"),
    [("20 seconds", 20, 20), ("2 minutes", 120, 120), ("1 hour", EDGE_SECONDS, 3600), ("1 day", EDGE_SECONDS, 86_400)],
)
async def test_no_answer_outlives_what_it_shows(
    world: World, function: httpx.AsyncClient, interval: str, fresh: int, whole: int
) -> None:
    brand = await world.brand()
    await configure(brand)
    lasting, ending = await world.published(brand), await world.published(brand, tags=["ending"])
    slug = slug_of(world, brand)
    one = f"/{slug}/contents/{ending['slug']}"
    paths = [f"/{slug}/contents", f"/{slug}/contents?tag=ending", f"/{slug}/contents?fields=body", one]
    paths += [f"{one}.md", f"{one}.jsonld", *(f"/{slug}/{name}" for name in FILES), f"/{slug}/sitemap-1.xml"]
    others = [f"/{slug}/contents/{lasting['slug']}", f"/{slug}/contents/{lasting['slug']}.md"]
    for path in (*paths, *others):
        assert await kept(function, path) == (EDGE_SECONDS, STALE_SECONDS), path
    expire(world, ending, interval)
    for path in paths:
        times = await kept(function, path)
        assert times is not None, path
        assert fresh - 15 <= times[0] <= fresh, (path, times)
        assert whole - 15 <= sum(times) <= whole, (path, times)
    for path in others:
        assert await kept(function, path) == (EDGE_SECONDS, STALE_SECONDS), path
    # An answer without a body says the same, and the time that is left changes no ETag.
    etags = [(await function.get(paths[0])).headers["ETag"] for _ in range(2)]
    assert etags[0] == etags[1]
    times = await kept(function, paths[0], **{"If-None-Match": etags[0]})
    assert times is not None
    assert sum(times) <= whole


async def test_a_page_ends_with_what_is_on_it(world: World, function: httpx.AsyncClient) -> None:
    brand = await world.brand()
    ending = await world.published(brand)
    for _ in range(2):
        await world.published(brand)
    expire(world, ending, "1 minute")
    path = f"/{slug_of(world, brand)}/contents?pageSize=2"
    answer = await function.get(path)
    assert await kept(function, path) == (EDGE_SECONDS, STALE_SECONDS)  # the latest two
    following = answer.json()["links"]["next"].removeprefix("/api/v1/delivery")
    times = await kept(function, following)
    assert times is not None
    assert sum(times) <= 60


async def test_what_has_less_than_a_second_is_not_kept(world: World, function: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
    world.rows("update public.contents set expires_at = '2199-01-01Z' where id = %s", content["id"])
    assert await kept(function, path) == (EDGE_SECONDS, STALE_SECONDS)
    assert edge_times({"expires_in": 0}).fresh == 0


async def test_lists_are_asked_for_again_when_a_content_is_to_be_published(
    world: World, function: httpx.AsyncClient
) -> None:
    brand = await world.brand()
    shown = await world.published(brand)
    coming = await world.approved(brand, tags=["coming"])
    body = {"scheduledFor": "2031-01-01T09:00:00Z"}
    assert (await brand.admin.post(f"/contents/{coming['id']}/schedule", body)).status_code == 200
    slug = slug_of(world, brand)
    lists = [f"/{slug}/contents", f"/{slug}/sitemap.xml", f"/{slug}/feed.atom", f"/{slug}/llms.txt"]
    for path in lists:
        assert await kept(function, path) == (EDGE_SECONDS, STALE_SECONDS), path
    # Further away than the edge keeps an answer it is nobody's business.
    for interval, is_told in (("6 minutes", False), ("2 minutes", True)):
        world.rows(
            f"update public.contents set scheduled_for = now() + interval '{interval}' where id = %s", coming["id"]
        )
        for path in lists:
            times = await kept(function, path)
            assert times is not None, path
            assert (times[0] <= 120) == is_told, (path, times)
            assert times[1] == STALE_SECONDS
        for path in (f"/{slug}/contents?tag=other", f"/{slug}/contents/{shown['slug']}"):
            assert await kept(function, path) == (EDGE_SECONDS, STALE_SECONDS), path


async def test_the_edge_gives_out_no_expired_content(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    ending = await world.published(brand)
    await world.published(brand)
    slug = slug_of(world, brand)
    one, listed = f"/{slug}/contents/{ending['slug']}", f"/{slug}/contents"
    expire(world, ending, "4 seconds")
    for path in (one, listed):
        assert (await website.get(path)).headers["x-vercel-cache"] == "MISS"
    # The schedule, which would archive it and purge the edge, does not run here.
    for _ in range(200):
        if (await website.get(one)).status_code == 404:
            break
        await asyncio.sleep(0.1)
    assert (await website.get(one)).status_code == 404
    assert ending["id"] not in (await website.get(listed)).text


@given(st.one_of(st.none(), st.integers(-5, 200_000)), st.one_of(st.none(), st.integers(0, 300)))
def test_any_times(expires_in: int | None, changes_in: int | None) -> None:
    answer: dict[str, Any] = {"expires_in": expires_in, "changes_in": changes_in, "items": []}
    times = edge_times(answer)
    assert answer == {"items": []}
    assert 0 <= times.fresh <= EDGE_SECONDS
    assert 0 <= times.stale <= STALE_SECONDS
    assert expires_in is None or times.fresh + times.stale <= max(expires_in, 0)
    assert changes_in is None or times.fresh <= changes_in
    if expires_in is None and changes_in is None:
        assert (times.fresh, times.stale) == (EDGE_SECONDS, STALE_SECONDS)
