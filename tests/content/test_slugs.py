"""Slugs: made of any title, the same each time, and never held by two."""

import asyncio
import re
import unicodedata

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.world import World

# Some of those that the database reads one by one.
READ = frozenset("az09ßłøþαςжяբა\u1100")
TITLES = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)


def slugify(database: psycopg.Connection, title: str) -> str:
    row = database.execute("select private.slugify(%s)", [title]).fetchone()
    assert row is not None
    return row[0]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=TITLES)
def test_a_slug_is_fit_for_an_address_and_made_once(database: psycopg.Connection, title: str) -> None:
    slug = slugify(database, title)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug), slug
    assert len(slug) <= 80
    assert slug or not READ.intersection(unicodedata.normalize("NFKD", title.lower())), "a letter is lost"
    assert slugify(database, slug) == slug
    assert slugify(database, title.upper().lower()) == slugify(database, title.upper())


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(titles=st.lists(st.sampled_from(["Winter skin", "winter  SKIN!", "Wintér skin", "日本", "", "-"]), min_size=8))
@pytest.mark.anyio
async def test_however_many_are_made_at_once_no_two_have_the_same(world: World, titles: list[str]) -> None:
    brand = await world.brand()
    api = world.data_api(brand.editor.access_token).http
    bodies = [{"brand_id": brand.id, "title": title, "body": "x"} for title in titles]
    answers = await asyncio.gather(*(api.post("/rpc/create_content", json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    slugs = [answer.json()[0]["slug"] for answer in answers]
    assert len(set(slugs)) == len(slugs)
    held = world.rows("select slug from private.content_slugs where brand_id = %s", brand.id)
    assert sorted(row["slug"] for row in held) == sorted(slugs)
