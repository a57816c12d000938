"""Titles are sorted by the language of their brand, the same by page and by cursor, on every machine."""

import json
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from tests.support.world import Brand, World

CASES = json.loads((Path(__file__).parents[1] / "cases" / "title_order.json").read_text())
# As in private.title_collation.
AS_THE_ROOT = ("ca", "de", "en", "eu", "fr", "ga", "gd", "id", "it", "lb", "ms", "nl", "pt", "rm", "sw", "zu")


async def by_page(brand: Brand, **query: Any) -> list[str]:
    titles: list[str] = []
    for page in range(1, 20):
        answer = await brand.viewer.get("/contents", sort="title", page=page, **query)
        assert answer.status_code == 200, answer.text
        titles += [item["title"] for item in answer.json()["data"]]
        if not answer.json()["links"]["next"]:
            break
    return titles


async def by_cursor(brand: Brand, **query: Any) -> list[str]:
    titles: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await brand.viewer.get("/contents", sort="title", **query, **cursor)
        assert answer.status_code == 200, answer.text
        titles += [item["title"] for item in answer.json()["data"]]
        following = answer.json()["pagination"]["nextCursor"]
        if not following:
            return titles
        cursor = {"cursor": following}


async def fill(world: World, brand: Brand, language: str | None, titles: list[str]) -> None:
    world.rows("update public.brands set language = %s where id = %s returning id", language, brand.id)
    for title in Random(4).sample(titles, len(titles)):
        await world.draft(brand, title=title, tags=["sorted"])
    # Twice the same title: the id decides.
    await world.draft(brand, title=titles[0], tags=["sorted"])


@pytest.mark.anyio
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["language"] or "none")
async def test_a_brand_sorts_by_its_language(world: World, case: dict[str, Any]) -> None:
    brand, titles = await world.brand(), case["titles"]
    await fill(world, brand, case["language"], titles)
    expected = [titles[0], *titles]
    # All of the brand, by a filter that few match, and by one that many match.
    queries: list[dict[str, Any]] = [{}, {"createdBy": world.id_of(brand.editor)}, {"tag": "sorted"}]
    for query in queries:
        for size in (3, 100):
            shared = {"brandId": brand.id, "pageSize": size, **query}
            assert await by_page(brand, direction="asc", **shared) == expected, query
            assert await by_cursor(brand, direction="asc", **shared) == expected, query
            assert await by_page(brand, direction="desc", **shared) == expected[::-1], query
            assert await by_cursor(brand, direction="desc", **shared) == expected[::-1], query
    # Without naming the brand: it is the only one of the caller.
    assert await by_cursor(brand, pageSize=3) == expected


@pytest.mark.anyio
async def test_the_bin_sorts_by_the_language_too(world: World) -> None:
    brand = await world.brand()
    await fill(world, brand, "sv", ["Zebra", "Ångström", "Öl"])
    for item in (await brand.admin.get("/contents", brandId=brand.id)).json()["data"]:
        assert (await brand.admin.delete(f"/contents/{item['id']}")).status_code == 204
    answer = await brand.admin.get("/contents", brandId=brand.id, sort="title", deleted="true")
    assert [item["title"] for item in answer.json()["data"]] == ["Zebra", "Zebra", "Ångström", "Öl"]


@pytest.mark.anyio
async def test_contents_of_several_brands_are_in_one_order(world: World) -> None:
    swedish, other = await world.brand(), await world.brand()
    await fill(world, swedish, "sv", ["Zebra", "Ångström"])
    await fill(world, other, "da", ["Aal", "Ål"])
    world.join(swedish.viewer, other.id, "viewer")
    world.renew(swedish.viewer)
    assert await by_cursor(swedish, pageSize=2) == ["Aal", "Aal", "Ål", "Ångström", "Zebra", "Zebra"]
    assert await by_page(swedish, pageSize=2) == ["Aal", "Aal", "Ål", "Ångström", "Zebra", "Zebra"]
    assert await by_cursor(swedish, pageSize=2, brandId=swedish.id) == ["Zebra", "Zebra", "Ångström"]


@pytest.mark.parametrize("language", AS_THE_ROOT)
def test_languages_that_need_no_collation_of_their_own(database: psycopg.Connection, language: str) -> None:
    rows = database.execute(
        f"""
        with letters as (
          select chr(code) as letter from generate_series(33, 1423) as code where code < 127 or code > 191
          union all
          select a.letter || b.letter from regexp_split_to_table('abcdefghijklmnopqrstuvwxyz', '') as a (letter)
          cross join regexp_split_to_table('acehijklnrsyzABCHLNZ', '') as b (letter)
        )
        select
          array_agg(letter order by letter collate "und-x-icu")
          = array_agg(letter order by letter collate "{language}-x-icu")
        from letters
        """.encode()
    ).fetchone()
    assert rows == (True,)


def test_the_index_of_titles_has_the_order_of_lists(database: psycopg.Connection) -> None:
    with database.transaction(force_rollback=True):
        database.execute("set local enable_seqscan = off")
        database.execute("set local enable_bitmapscan = off")
        plan = database.execute(
            "explain select id from public.contents "
            "where brand_id = '00000000-0000-7000-8000-00000000000a' and deleted_at is null "
            'order by title collate "und-x-icu", id limit 20'
        ).fetchall()
    text = "\n".join(row[0] for row in plan)
    assert "title" in text
    assert "Sort  " not in text
