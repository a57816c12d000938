"""Everyone reads published contents, nobody reads others; and the caches in between."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from lib.core.security.html import ALLOWED_ATTRIBUTES, ALLOWED_SCHEMES, ALLOWED_TAGS, MARKUP_VERSION, PLAIN_PATTERN
from local.stack.client import RunningStack
from local.stack.settings import ROOT
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
    # Nobody wrote a description, so it is made from the text.
    metadata = {"metaTitle": "M", "metaDescription": "Text"}
    assert (item["title"], item["body"], item["metadata"]) == (published["title"], "<p>Text</p>", metadata)
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
    for size, pages in ((3, 2), (2, 2), (4, 1)):  # a full page may be the last
        seen: list[list[str]] = []
        link: str | None = f"{path}?pageSize={size}"  # the address of the links, which no page redirects
        while link:
            answer = await website.get(link)
            assert answer.status_code == 200
            page = answer.json()
            seen.append([item["id"] for item in page["data"]])
            link = page["links"]["next"] and page["links"]["next"].removeprefix("/api/v1/delivery")
        assert [item for items in seen for item in items] == [content["id"] for content in reversed(made)]
        assert len(seen) == pages
    tagged = (await website.get(path, params={"type": "article", "tag": TAG})).json()["data"]
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
        assert {"x-request-id", "x-ratelimit-remaining"} <= set(answer.headers)
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
    """The answer of the edge once it has been told, by the request (test_at_once.py) or by the schedule: another
    run may hold the events just now, and those of the latest transactions wait for any that began before them."""
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


async def test_no_spelling_of_an_address_gets_past_the_edge(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.published(brand, tags=["a"])
    path = f"/{slug_of(world, brand)}/contents"
    one = f"{path}/{content['slug']}"
    for canonical, others in (
        (path, ["?", "?&", "?&&", "?pageSize=20", "?pageSize=020", f"?path={path[1:]}"]),
        (f"{path}?type=article&tag=a", ["?tag=a&type=article", "?type=article&tag=%61", "?tag=a&type=article&tag=a"]),
        (f"{path}?fields=slug%2Ctitle", ["?fields=title,slug", "?fields=slug&fields=title", "?fields=slug,,title,id"]),
        (one, ["?&", f"?path={slug_of(world, brand)}/contents/{content['slug']}"]),
    ):
        assert (await website.get(canonical)).headers["x-vercel-cache"] == "MISS"
        for other in others:
            moved = await website.get(f"{canonical.partition('?')[0]}{other}")
            if other == "?":  # no client sends it
                continue
            assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/v1/delivery{canonical}"), other
            assert moved.headers["Access-Control-Allow-Origin"] == "*"
            assert "X-RateLimit-Remaining" not in moved.headers
            again = await website.get(f"{canonical.partition('?')[0]}{other}")
            assert again.headers["x-vercel-cache"] in ("HIT", "STALE")
            followed = await website.get(f"{canonical.partition('?')[0]}{other}", follow_redirects=True)
            # Stale where the purge of the publication came only now; the edge answers in both cases.
            assert (followed.status_code, followed.headers["x-vercel-cache"] in ("HIT", "STALE")) == (200, True)
    for unknown in ("utm_source=x", "x=1", "pagesize=3", "path=a", "type=article&type=page"):
        assert_problem(await website.get(f"{path}?{unknown}"), 400, "VALIDATION_ERROR")
        assert_problem(await website.get(f"{one}?{unknown}"), 400, "VALIDATION_ERROR")


async def test_a_page_of_long_texts_ends_early(world: World, website: httpx.AsyncClient) -> None:
    """A page of a hundred of the longest texts would have 60 MB."""
    brand = await world.brand()
    made = [await world.published(brand, body="€" * 200_000) for _ in range(5)]
    path = f"/{slug_of(world, brand)}/contents"
    assert len((await website.get(path)).json()["data"]) == 5
    seen: list[str] = []
    sizes: list[int] = []
    link: str | None = f"{path}?fields=body"
    while link:
        page = (await website.get(link)).json()
        seen += [item["id"] for item in page["data"]]
        sizes.append(len(page["data"]))
        link = page["links"]["next"] and page["links"]["next"].removeprefix("/api/v1/delivery")
    assert seen == [content["id"] for content in reversed(made)]
    assert sizes == [3, 2]


def test_the_platform_adds_nothing_to_the_query_of_delivery() -> None:
    """A named part of the source would be added, so that no address would be canonical any more."""
    rewrites = json.loads((ROOT / "vercel.json").read_text())["rewrites"]
    sources = [rewrite["source"] for rewrite in rewrites if rewrite["destination"] == "/api/delivery"]
    assert sources
    assert not [source for source in sources if ":" in source or "(?<" in source]


async def publish(brand: Brand, content: dict[str, Any]) -> None:
    for person, step in ((brand.editor, "submit"), (brand.viewer, "approve"), (brand.admin, "publish")):
        assert (await person.post(f"/contents/{content['id']}/{step}")).status_code == 200


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)><p>ok</p>"


async def test_contents_from_before_are_cleaned_on_the_way_out(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    world.rows(
        """
        update public.contents set
          markup_version = 0, body = hostile.html, excerpt = hostile.html, tags = array[hostile.short, '<b>tag'],
          categories = array[hostile.short, 'R&D <3'], fields = fields || jsonb_build_object('body', hostile.html),
          metadata = jsonb_build_object('metaTitle', hostile.html, 'keywords', jsonb_build_array(hostile.short, 'a'))
        from (values (%s::text, '<script>1</script>ok')) as hostile (html, short)
        where contents.id = %s returning contents.id
        """,
        HOSTILE,
        content["id"],
    )
    await publish(brand, content)
    path = f"/{slug_of(world, brand)}/contents"
    item = (await website.get(f"{path}/{content['slug']}")).json()["data"]
    assert (item["body"], item["excerpt"], item["fields"]["body"]) == ("<p>ok</p>", "<p>ok</p>", "<p>ok</p>")
    assert (item["tags"], item["categories"]) == (["1ok", "tag"], ["1ok", "R&D <3"])
    made = {"metaDescription": "ok"}
    assert item["metadata"] == {"metaTitle": "alert(1)ok", "keywords": ["1ok", "a"]} | made
    for listed in (await website.get(path), await website.get(path, params={"fields": "body,tags"})):
        assert "<script" not in listed.text
        assert "onerror" not in listed.text


async def test_texts_are_cleaned_once_and_delivered_as_they_are(world: World, website: httpx.AsyncClient) -> None:
    """Texts that came through the functions are clean, so delivery does not parse them again."""
    brand = await world.brand()
    content = await world.draft(brand)
    copy = (await brand.editor.post(f"/contents/{content['id']}/duplicate", {})).json()["data"]
    known = world.rows("select id, markup_version as version from public.contents where brand_id = %s", brand.id)
    assert {row["version"] for row in known} == {MARKUP_VERSION}
    assert str(copy["id"]) in {str(row["id"]) for row in known}
    # Planted with the mark of clean texts: an unclean one shows that nothing reads it again.
    world.rows("update public.contents set body = '<i>x</i>' where id = %s returning id", content["id"])
    await publish(brand, content)
    item = (await website.get(f"/{slug_of(world, brand)}/contents/{content['slug']}")).json()["data"]
    assert item["body"] == "<i>x</i>"


async def test_tags_categories_and_metadata_are_plain_text(world: World) -> None:
    brand = await world.brand()
    for hostile in ("<b>x</b>", "<script", "a<img src=x onerror=alert(1)>", "<<b>", "</p>", "<!--", "a<"):
        for change in (
            {"tags": [hostile]},
            {"categories": [hostile]},
            {"fields": {hostile: "x"}},
            {"metadata": {"metaTitle": hostile}},
            {"metadata": {"metaDescription": hostile}},
            {"metadata": {"keywords": [hostile]}},
            {"metadata": {"targetAudience": hostile}},
            {"metadata": {"ogImage": "javascript:alert(1)"}},
        ):
            refused = await brand.editor.post("/contents", {"brandId": brand.id, "title": "T"} | change)
            assert_problem(refused, 400, "VALIDATION_ERROR")
    plain = {"tags": ["R&D", "<3", "5 < 6"], "metadata": {"metaTitle": "Tom & Jerry's >"}}
    made = await brand.editor.post("/contents", {"brandId": brand.id, "title": "T"} | plain)
    assert made.status_code == 201, made.text
    assert made.json()["data"]["tags"] == plain["tags"]


async def test_the_mark_of_clean_texts_belongs_to_the_allow_list(world: World) -> None:
    """To change the allow-list, count both versions up, so that stored texts are sanitised again."""
    assert world.rows("select private.markup_version() as version")[0]["version"] == MARKUP_VERSION
    allowed = f"{sorted(ALLOWED_TAGS)} {sorted((tag, sorted(names)) for tag, names in ALLOWED_ATTRIBUTES.items())}"
    digest = hashlib.sha256(f"{allowed} {sorted(ALLOWED_SCHEMES)} {PLAIN_PATTERN}".encode()).hexdigest()[:16]
    assert (MARKUP_VERSION, digest) == (1, "d0a54ef9255c1be0")
