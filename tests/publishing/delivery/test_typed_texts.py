"""Texts as they were typed are text in every form of delivery, whatever they look like."""

import html
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lib.core.data.db import Db
from lib.core.security.elements import ALL_ELEMENTS
from lib.core.security.html import is_markup, sanitize_html, spelt_as_html
from lib.publishing.delivery.formats import documents, feeds, texts
from lib.publishing.delivery.models import Delivered, DeliveringBrand
from tests.publishing.delivery.support import publish, slug_of
from tests.publishing.delivery.test_texts import BASE
from tests.support.world import World
from tests.support.xss import VECTORS, executed

pytestmark = pytest.mark.anyio

TYPED: Final[list[str]] = json.loads((Path(__file__).parents[2] / "cases" / "typed_texts.json").read_text())
BRAND: Final = DeliveringBrand.model_validate(
    {"id": BASE["id"], "name": "A & <b>", "slug": "a", "language": "en", "site_url": "https://a.test/"}
)
READER: Final = MarkdownIt("commonmark", {"html": True})
ATOM: Final = "{http://www.w3.org/2005/Atom}"


def content_of(typed: str) -> Delivered:
    """A published content as the database gives it, all of whose plain texts are these."""
    fields = {"line": typed, "list": [typed, "b"], "headline": typed, "safe": "<p>safe</p>"}
    row: dict[str, Any] = BASE | {
        "type": "recipe",
        "excerpt": typed,
        "fields": fields | {"ingredients": typed},
        "plain_texts": ["excerpt", "fields.headline", "fields.ingredients", "fields.line", "fields.list"],
    }
    return Delivered.model_validate(spelt_as_html(row))


def words(text: str) -> list[str]:
    return text.split()


def check(typed: str) -> None:
    """Asserts that every form shows what was typed, and that a browser would run nothing of it."""
    content = content_of(typed)
    page = texts.as_html(content)
    assert executed(page) == []
    assert html.escape(" ".join(words(typed)))[:20] in " ".join(words(page.replace("<br>", " ")))
    assert texts.plain(content.excerpt) == " ".join(words(typed))
    assert " ".join(words(typed)) in " ".join(words(texts.as_text(content)))
    rendered = READER.render(texts.as_markdown(content))
    assert executed(rendered) == []
    shown = html.unescape(re.sub(r"<[^>]*>", " ", rendered))
    assert words(typed)[0] in shown or not words(typed)[0].isascii()
    linked = documents.as_json_ld(BRAND, content)
    assert not set("<>&\u2028\u2029") & set(linked)
    assert json.loads(linked)["description"] == " ".join(words(typed))
    [item] = json.loads(feeds.as_json_feed(BRAND, [content]))["items"]
    assert executed(item["content_html"]) == []
    assert item["summary"] == " ".join(words(typed))
    [summary] = ET.fromstring(feeds.as_atom(BRAND, [content])).iter(f"{ATOM}summary")
    assert executed(summary.text or "") == []
    [described] = ET.fromstring(feeds.as_rss(BRAND, [content])).findall("channel/item/description")
    assert executed(described.text or "") == []
    assert html.unescape(described.text or "") == " ".join(words(typed))


@pytest.mark.parametrize("typed", TYPED)
async def test_what_was_typed_is_shown(typed: str, service: Db) -> None:
    check(typed)


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if "\x00" not in vector and "\x01" not in vector])
async def test_nothing_executes(vector: str, service: Db) -> None:
    check(vector)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab<>&;/!'\"=# \n-", min_size=1, max_size=30).filter(str.strip))
def test_any_text(typed: str) -> None:
    content = content_of(typed)
    assert executed(texts.as_html(content)) == []
    assert texts.plain(content.excerpt) == " ".join(words(typed))
    assert not is_markup(content.excerpt)


@pytest.mark.parametrize(
    ("value", "is_typed", "expected"),
    [
        ("Salt & pepper\n2 eggs\n<50 g butter", True, ["Salt & pepper", "2 eggs", "<50 g butter"]),
        ("Press <b> & then <emil@x.test>\nUse &amp; here", True, ["Press <b> & then <emil@x.test>", "Use &amp; here"]),
        ("2 eggs\r\n\r\n  1\xa0 l milk ", False, ["2 eggs", "1 l milk"]),
        ("Salt &amp; pepper\n&lt;50 g", False, ["Salt & pepper", "<50 g"]),
        ("<p>Salt &amp; &lt;b&gt;\npepper</p><p></p><p>&amp;lt;2&amp;gt; eggs<br>milk</p>", False,
         ["Salt & <b> pepper", "&lt;2&gt; eggs", "milk"]),
        (["Press <b> & go", "", " a\nb "], True, ["Press <b> & go", "a b"]),
        (["<p>one</p>", 2], False, ["one", "2"]),
        ({"a": "b"}, False, None),
        (" \n ", False, None),
    ],
)  # fmt: skip
async def test_lists_of_recipes_have_an_item_for_each_line(
    value: Any, expected: list[str] | None, service: Db, *, is_typed: bool
) -> None:
    row: dict[str, Any] = BASE | {
        "type": "recipe", "fields": {"ingredients": value, "recipeIngredient": ["last"], "steps": "Mix"},
        "plain_texts": ["fields.ingredients"] if is_typed else [],
    }  # fmt: skip
    linked = json.loads(documents.as_json_ld(BRAND, Delivered.model_validate(spelt_as_html(row))))
    assert linked["recipeIngredient"] == (expected or ["last"])
    assert linked["recipeInstructions"] == [{"@type": "HowToStep", "text": "Mix"}]


async def test_websites_get_what_was_typed_and_where(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    for typed in (TYPED[0], TYPED[4], "<script>alert(1)</script>"):
        fields = {"topic": "winter", "headline": typed, "body": f"<p>{html.escape(typed)}</p>"}
        content = await world.draft(brand, fields=fields, excerpt=typed, body="<p>a</p><script>b</script>")
        await publish(brand, content["id"])
        path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
        item = (await website.get(path)).json()["data"]
        assert (item["fields"]["headline"], item["excerpt"]) == (typed, typed)
        assert item["plainTexts"] == ["excerpt", "fields.headline"]
        assert (item["body"], item["fields"]["body"]) == ("<p>a</p>", f"<p>{html.escape(typed, quote=False)}</p>")
        # Descriptions for search engines that are made of it have no tag.
        assert "<" not in item["metadata"].get("metaDescription", "")
        linked = (await website.get(f"{path}.jsonld")).text
        assert json.loads(linked)["description"]
        assert "</script" not in linked
        rendered = READER.render((await website.get(f"{path}.md")).text.split("---\n", 2)[2])
        assert executed(rendered) == []
        assert html.escape(typed, quote=False) in rendered
    listed = (await website.get(f"/{slug_of(world, brand)}/contents")).json()["data"]
    assert {item["excerpt"] for item in listed} >= {TYPED[0]}
    assert all("excerpt" in item["plainTexts"] for item in listed)
    # The summary of a JSON Feed is plain text.
    feed = (await website.get(f"/{slug_of(world, brand)}/feed.json")).json()
    assert [executed(entry["content_html"]) for entry in feed["items"]] == [[], [], []]
    for name in ("feed.rss", "feed.atom", "llms.txt", "llms-full.txt"):
        file = (await website.get(f"/{slug_of(world, brand)}/{name}")).text
        assert "<script>alert" not in file.replace("\\<script", "")


async def test_texts_of_before_are_cleaned_and_texts_as_typed_are_not(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "winter", "headline": TYPED[4]}, excerpt=TYPED[0])
    world.rows(
        "update public.contents set markup_version = 0, body = %s where id = %s",
        "<i>a</i><script>x</script><ul><li>b</li></ul>",
        content["id"],
    )
    await publish(brand, content["id"])
    item = (await website.get(f"/{slug_of(world, brand)}/contents/{content['slug']}")).json()["data"]
    assert (item["fields"]["headline"], item["excerpt"]) == (TYPED[4], TYPED[0])
    # All elements, also if the brand takes fewer now.
    assert item["body"] == sanitize_html("<i>a</i><script>x</script><ul><li>b</li></ul>", elements=ALL_ELEMENTS)


async def test_markdown_has_lists_headings_tables_and_images(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    version = (await brand.admin.get(f"/brands/{brand.id}")).json()["data"]["version"]
    everything = {"settings": {"richText": sorted(ALL_ELEMENTS)}}
    assert (await brand.admin.patch(f"/brands/{brand.id}", version, everything)).status_code == 200
    body = (
        "<h2>Head</h2><ul><li>One<ul><li>Deep</li></ul></li></ul><ol><li>A</li><li>B</li></ol>"
        '<table><tr><th>a|b</th></tr><tr><td>c</td></tr></table><p><img src="https://x.test/a.png" alt="[x]"></p>'
    )
    content = await world.draft(brand, body=body)
    await publish(brand, content["id"])
    path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
    delivered = (await website.get(path)).json()["data"]["body"]
    assert delivered == sanitize_html(body, elements=ALL_ELEMENTS)
    written = (await website.get(f"{path}.md")).text
    for line in (
        "## Head",
        "- One\n  - Deep",
        "1. A\n2. B",
        "| a\\|b |\n| --- |\n| c |",
        "![\\[x\\]](<https://x.test/a.png>)",
    ):
        assert f"\n{line}\n" in written, written
