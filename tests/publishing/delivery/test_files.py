"""Feeds, sitemaps and llms.txt, read by readers of their kind."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import feedparser
import httpx
import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from markdown_it import MarkdownIt

from local.stack.settings import ROOT
from tests.publishing.delivery.support import FILES, PATTERN, SITE, configure, plant, publish, slug_of
from tests.support.errors import assert_problem
from tests.support.waiting import until_told
from tests.support.world import World

pytestmark = pytest.mark.anyio

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def parsed(text: str | bytes) -> Any:
    found = feedparser.parse(text)
    assert not found.bozo, found.get("bozo_exception")
    return found


async def test_feeds_are_read_by_a_feed_reader(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    slug = slug_of(world, brand)
    await configure(brand, urlPattern=PATTERN, siteUrl=SITE)
    made = [await world.published(brand, body=f"<p>Text {n} &amp; more</p>", tags=["a & b"]) for n in range(2)]
    addresses = [f"https://www.example.com/article/{content['slug']}" for content in reversed(made)]
    ids = [f"urn:uuid:{content['id']}" for content in reversed(made)]
    for name, version, media_type in (
        ("feed.rss", "rss20", "application/rss+xml"),
        ("feed.atom", "atom10", "application/atom+xml"),
    ):
        answer = await website.get(f"/{slug}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        feed = parsed(answer.content)
        assert feed.version == version
        assert (feed.feed.title, feed.feed.link) == (brand.name, SITE)
        assert [entry.id for entry in feed.entries] == ids
        assert [entry.link for entry in feed.entries] == addresses
        assert [entry.title for entry in feed.entries] == [content["title"] for content in reversed(made)]
        assert "<p>Text 1 &amp; more</p>" in feed.entries[0].content[-1].value
        assert all(entry.published_parsed and entry.updated_parsed for entry in feed.entries)
        assert feed.entries[0].tags[0].term == "a & b"
    feed = json.loads((await website.get(f"/{slug}/feed.json")).content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == ids
    assert [item["url"] for item in feed["items"]] == addresses
    assert feed["feed_url"].endswith(f"/api/v1/delivery/{slug}/feed.json")
    assert all(item["_mixerai"]["aiAssisted"] is False for item in feed["items"])


async def test_a_feed_holds_the_latest_fifty(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    await world.published(brand)
    copy_published(world, brand.id, 60)
    for name in ("feed.rss", "feed.atom"):
        assert len(parsed((await website.get(f"/{slug_of(world, brand)}/{name}")).content).entries) == 50
    assert "more than is listed" not in (await website.get(f"/{slug_of(world, brand)}/llms.txt")).text


def copy_published(world: World, brand_id: str, copies: int) -> None:
    world.rows(
        """
        insert into public.contents (brand_id, type, title, slug)
        select %s, 'article', 'Copy ' || number, 'copy-' || %s || '-' || number from generate_series(1, %s) as number
        returning id
        """,
        brand_id,
        uuid4().hex[:8],
        copies,
    )
    for status in ("approved", "published"):
        world.rows(
            "update public.contents set status = %s::public.content_status, published_at = now() "
            "where brand_id = %s and title like 'Copy %%' returning id",
            status,
            brand_id,
        )


def valid_sitemap(content: bytes, name: str) -> list[str]:
    root = etree.fromstring(content)
    schema = etree.XMLSchema(etree.parse(ROOT / "tests/publishing/delivery" / name))
    schema.assertValid(root)
    return [element.text or "" for element in root.iter(f"{SITEMAP}loc")]


async def test_the_sitemap_has_every_address_and_pages(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    slug = slug_of(world, brand)
    first = await world.published(brand, metadata={"canonicalUrl": "https://www.example.com/ä?a=1&b=2"})
    answer = await website.get(f"/{slug}/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml"
    assert valid_sitemap(answer.content, "sitemap.xsd") == ["https://www.example.com/%C3%A4?a=1&b=2"]
    assert_problem(await website.get(f"/{slug}/sitemap-2.xml"), 404, "NOT_FOUND")
    copy_published(world, brand.id, 1001)
    await configure(brand, urlPattern=PATTERN)  # and so the edge forgets the answer
    await until_told(world)
    index = valid_sitemap((await website.get(f"/{slug}/sitemap.xml")).content, "siteindex.xsd")
    assert [address.rsplit("/", 1)[1] for address in index] == ["sitemap-1.xml", "sitemap-2.xml"]
    pages = [(await website.get(f"/{slug}/sitemap-{page}.xml")).content for page in (1, 2)]
    listed = [valid_sitemap(page, "sitemap.xsd") for page in pages]
    assert [len(page) for page in listed] == [1000, 2]
    assert len({*listed[0], *listed[1]}) == 1002
    assert "https://www.example.com/article/copy-" in listed[1][0]
    assert first["slug"] not in str(listed), "it has an address of its own"
    for page in ("0", "01", "3", "100000", "-1", "x"):
        assert (await website.get(f"/{slug}/sitemap-{page}.xml")).status_code in (400, 404), page


async def test_llms_txt_links_to_markdown(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    slug = slug_of(world, brand)
    content = await world.published(brand, body="<p>Cold air</p>", metadata={"metaDescription": "Why [it] is cold"})
    short = (await website.get(f"/{slug}/llms.txt")).text
    assert short.startswith(f"# {brand.name}\n\n> ")
    assert f"/api/v1/delivery/{slug}/contents/{content['slug']}.md>): Why \\[it\\] is cold" in short
    html = MarkdownIt().render(short)
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == 2
    full = (await website.get(f"/{slug}/llms-full.txt")).text
    assert f"## {content['title']}" in full
    assert "Cold air" in full


async def test_poison_stays_text(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    slug = slug_of(world, brand)
    content = await world.draft(brand)
    plant(world, content["id"])
    await publish(brand, content["id"])
    title = "\"'&]]-- title: x #"
    for name in ("feed.rss", "feed.atom"):
        content_of = (await website.get(f"/{slug}/{name}")).content
        etree.fromstring(content_of, etree.XMLParser(resolve_entities=False))
        [entry] = parsed(content_of).entries
        assert entry.title == title
        assert "<script" not in entry.summary
        assert entry.link == "https://www.example.com/a?b=1&c='2'&d=%5D%5D"
    [item] = json.loads((await website.get(f"/{slug}/feed.json")).content)["items"]
    assert item["title"] == title
    valid_sitemap((await website.get(f"/{slug}/sitemap.xml")).content, "sitemap.xsd")
    for name in ("llms.txt", "llms-full.txt"):
        html = MarkdownIt("commonmark", {"html": True}).render((await website.get(f"/{slug}/{name}")).text)
        assert "<script" not in html
        assert "javascript:" not in html.replace("[x](javascript:1)", "")


async def test_each_brand_alone_and_nothing_of_closed_ones(world: World, website: httpx.AsyncClient) -> None:
    brand, other = await world.brand(), await world.brand()
    mine, theirs = await world.published(brand), await world.published(other)
    await world.draft(brand)
    slug = slug_of(world, brand)
    key = (await configure(brand, "private", newKey=True))["key"]
    others = (await configure(other, "private", newKey=True))["key"]
    people = {world.id_of(person) for person in (brand.admin, brand.editor, brand.viewer)}
    for name in (*FILES, "sitemap-1.xml"):
        for wrong in ({}, {"X-Delivery-Key": others}):
            assert_problem(await website.get(f"/{slug}/{name}", headers=wrong), 404, "NOT_FOUND")
        answer = await website.get(f"/{slug}/{name}", headers={"X-Delivery-Key": key})
        assert answer.status_code == 200
        assert answer.headers["x-vercel-cache"] == "BYPASS"
        assert mine["slug"] in answer.text or mine["title"] in answer.text
        assert theirs["slug"] not in answer.text
        assert not [person for person in people if person in answer.text]
    await configure(brand, "off")
    for name in (*FILES, "sitemap-1.xml"):
        assert_problem(await website.get(f"/{slug}/{name}", headers={"X-Delivery-Key": key}), 404, "NOT_FOUND")
        assert_problem(await website.get(f"/no-such-brand/{name}"), 404, "NOT_FOUND")
    for unknown in ("feed", "feed.xml", "robots.txt", "llms.md"):
        assert (await website.get(f"/{slug}/{unknown}")).status_code == 404


async def test_they_are_kept_until_something_is_published(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    await world.published(brand)
    slug = slug_of(world, brand)
    await until_told(world)
    for name in FILES:
        first = await website.get(f"/{slug}/{name}")
        assert first.headers["x-vercel-cache"] == "MISS"
        assert (await website.get(f"/{slug}/{name}")).headers["x-vercel-cache"] == "HIT"
        assert (await website.head(f"/{slug}/{name}")).headers["ETag"] == first.headers["ETag"]
        moved = await website.get(f"/{slug}/{name}?&")
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/v1/delivery/{slug}/{name}")
        assert_problem(await website.get(f"/{slug}/{name}?x=1"), 400, "VALIDATION_ERROR")
        unchanged = await website.get(f"/{slug}/{name}", headers={"If-None-Match": first.headers["ETag"]})
        assert unchanged.status_code == 304
    await world.published(brand)
    for name in FILES:
        state = "HIT"
        for _ in range(400):
            state = (await website.get(f"/{slug}/{name}")).headers["x-vercel-cache"]
            if state != "HIT":
                break
            await asyncio.sleep(0.05)
        assert state == "STALE", name
