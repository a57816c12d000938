"""A content as Markdown and as JSON-LD, by address and by Accept."""

import json
from typing import Any

import httpx
import pytest
import yaml
from pyld import jsonld

from tests.publishing.delivery.support import PATTERN, SITE, configure, plant, publish, slug_of
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

SCHEMA = "https://schema.org/"


def expanded(text: str) -> dict[str, Any]:
    """JSON-LD as a processor reads it, with each name in the vocabulary of schema.org."""
    document = json.loads(text)
    assert document["@context"] == "https://schema.org"
    [node] = jsonld.expand(document | {"@context": {"@vocab": SCHEMA}})
    return node


def parts_of(markdown: str) -> tuple[dict[str, Any], str]:
    empty, front, text = markdown.split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(front), text


async def published(world: World, brand: Brand, **changes: Any) -> tuple[str, dict[str, Any]]:
    content = await world.published(brand, **changes)
    return f"/{slug_of(world, brand)}/contents/{content['slug']}", content


async def test_markdown_has_front_matter_and_the_text(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    await configure(brand, urlPattern=PATTERN, siteUrl=SITE)
    path, content = await published(
        world,
        brand,
        body="<p>Cold <strong>air</strong></p>",
        tags=["winter"],
        metadata={"metaDescription": "Why: cold"},
    )
    answer = await website.get(f"{path}.md")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    front, text = parts_of(answer.text)
    assert front["title"] == content["title"]
    assert front["description"] == "Why: cold"
    assert front["canonical"] == f"https://www.example.com/article/{content['slug']}"
    assert (front["language"], front["tags"], front["publisher"]) == ("en", ["winter"], brand.name)
    assert front["provenance"] == {"ai_assisted": False}
    assert f"# {content['title']}\n\nCold **air**\n\n## Headline\n\nA headline\n" in text


async def test_json_ld_says_what_schema_org_says(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    await configure(brand, siteUrl=SITE)
    canonical = "https://www.example.com/winter?a=1&b=2"
    path, content = await published(
        world, brand, body="<p>Cold air</p>", tags=["winter"], metadata={"canonicalUrl": canonical}
    )
    answer = await website.get(f"{path}.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    node = expanded(answer.text)
    assert node["@type"] == [f"{SCHEMA}Article"]
    assert node["@id"] == f"urn:uuid:{content['id']}"
    assert node[f"{SCHEMA}headline"] == [{"@value": content["title"]}]
    assert node[f"{SCHEMA}url"] == node[f"{SCHEMA}mainEntityOfPage"] == [{"@value": canonical}]
    assert node[f"{SCHEMA}inLanguage"] == [{"@value": "en"}]
    [publisher] = node[f"{SCHEMA}publisher"]
    assert publisher[f"{SCHEMA}name"] == [{"@value": brand.name}]
    assert {f"{SCHEMA}datePublished", f"{SCHEMA}dateModified", f"{SCHEMA}articleBody"} <= set(node)
    assert f"{SCHEMA}digitalSourceType" not in node
    assert f'<{canonical}>; rel="canonical"' in answer.headers["Link"]


async def test_types_have_the_names_that_schema_org_has_for_them(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    faq = {"entries": [{"id": "1", "question": "Why 1. cold?", "answerHtml": "<p>Wind</p>", "answerPlain": "Wind"}]}
    fields = {"faq": faq, "ingredients": ["water", "salt"], "steps": "Mix\nWait"}
    for kind, expected, part in (
        ("blog_post", "BlogPosting", "articleBody"),
        ("social_media", "SocialMediaPosting", "articleBody"),
        ("owned_pdp", "WebPage", "mainEntity"),
        ("faq", "FAQPage", "mainEntity"),
        ("recipe", "Recipe", "recipeInstructions"),
        ("something_else", "Article", "hasPart"),
    ):
        content = await world.draft(brand)
        world.rows(
            "update public.contents set type = %s, template_id = null, template_version = null, fields = %s "
            "where id = %s returning id",
            kind,
            json.dumps(fields),
            content["id"],
        )
        await publish(brand, content["id"])
        node = expanded((await website.get(f"/{slug_of(world, brand)}/contents/{content['slug']}.jsonld")).text)
        assert node["@type"] == [SCHEMA + expected]
        assert SCHEMA + part in node, kind
        if expected == "WebPage":
            assert node[f"{SCHEMA}mainEntity"][0]["@type"] == [f"{SCHEMA}Product"]
    text = (await website.get(f"/{slug_of(world, brand)}/contents/{content['slug']}.md")).text
    assert "### Why 1. cold?\n\nWind" in text
    assert "- water\n- salt" in text


async def test_accept_chooses_and_only_json_is_kept(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    path, _ = await published(world, brand)
    for accept, media_type in (
        ("text/markdown", "text/markdown; charset=utf-8"),
        ("application/ld+json, application/json;q=0.5", "application/ld+json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("image/png", "application/json"),
    ):
        answer = await website.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert "Accept" in answer.headers["Vary"]
        if media_type != "application/json":
            assert answer.headers["x-vercel-cache"] in ("MISS", "BYPASS")
            again = await website.get(path, headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304
    tags = {(await website.get(f"{path}{end}")).headers["ETag"] for end in ("", ".md", ".jsonld")}
    assert len(tags) == 3, "each form has its own"


async def test_addresses_are_canonical_kept_and_few(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    path, _ = await published(world, brand)
    for suffix in ("md", "jsonld"):
        assert (await website.get(f"{path}.{suffix}")).headers["x-vercel-cache"] == "MISS"
        kept = await website.get(f"{path}.{suffix}")
        assert kept.headers["x-vercel-cache"] in ("HIT", "STALE")
        assert "Vary" not in kept.headers or "Accept" not in kept.headers["Vary"].replace("Accept-Encoding", "")
        head = await website.head(f"{path}.{suffix}")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == kept.headers["ETag"]
        unchanged = await website.get(f"{path}.{suffix}", headers={"If-None-Match": kept.headers["ETag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        moved = await website.get(f"{path}.{suffix}?&")
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/v1/delivery{path}.{suffix}")
        assert_problem(await website.get(f"{path}.{suffix}?x=1"), 400, "VALIDATION_ERROR")
        assert_problem(await website.get(f"{path}x.{suffix}"), 404, "NOT_FOUND")
    for unknown in ("html", "json", "MD", "md.md", "xml", "m"):
        assert (await website.get(f"{path}.{unknown}")).status_code in (400, 404), unknown
    for unknown in ("html", "json", "MD", "xml"):
        assert_problem(await website.get(f"{path}.{unknown}"), 404, "NOT_FOUND")


async def test_poison_stays_text(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    plant(world, content["id"])
    await publish(brand, content["id"])
    path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
    linked = (await website.get(f"{path}.jsonld")).text
    assert not set("<>&\u2028\u2029") & set(linked), "it may stand within <script>"
    node = expanded(linked)
    assert node[f"{SCHEMA}headline"] == [{"@value": "\"'&]]-- title: x #"}]
    written = (await website.get(f"{path}.md")).text
    front, text = parts_of(written)
    assert front["title"] == "\"'&]]-- title: x #"
    assert front["provenance"] == {"ai_assisted": False}
    assert "[x](javascript" not in text
    assert "<script" not in text.replace("\\<script", "")


async def test_a_private_brand_gives_nothing_away(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    path, _ = await published(world, brand)
    key = (await configure(brand, "private", newKey=True))["key"]
    for end in (".md", ".jsonld"):
        assert_problem(await website.get(f"{path}{end}", headers={"X-Delivery-Key": "mdk_x"}), 404, "NOT_FOUND")
        answer = await website.get(f"{path}{end}", headers={"X-Delivery-Key": key})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["x-vercel-cache"] == "BYPASS"
    accepted = await website.get(path, headers={"X-Delivery-Key": key, "Accept": "text/markdown"})
    assert accepted.headers["Vary"] == "Accept, X-Delivery-Key"
    await configure(brand, "off")
    for end in (".md", ".jsonld"):
        assert_problem(await website.get(f"{path}{end}", headers={"X-Delivery-Key": key}), 404, "NOT_FOUND")
