"""Tests the lists that forms choose from: countries, languages, types of content."""

from uuid import uuid4

import httpx
import pytest

from local.demo.callers import own_address
from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_countries(world: World) -> None:
    person = await world.signed_in()
    answer = await person.get("/countries")
    countries = answer.json()["data"]
    assert {"code": "GB", "name": "United Kingdom"} in countries
    assert len(countries) > 200
    assert countries[0]["name"] == "Afghanistan"
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    again = await person.http.get("/countries", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert_problem(await (await world.person()).get("/countries"), 401, "UNAUTHORIZED")


async def test_no_empty_list_of_countries_is_kept(stack: RunningStack, world: World) -> None:
    """An instance keeps the list that its first caller reads. A session may end while its record is cached."""
    with functions_with(stack.environment) as origin:
        ended, person = await world.signed_in(origin), await world.signed_in(origin)
        assert (await ended.get("/users/me")).status_code == 200
        world.rows(
            "update public.user_sessions set ended_at = now(), end_reason = 'revoked' where user_id = %s",
            world.id_of(ended),
        )
        assert_problem(await ended.get("/countries"), 401, "UNAUTHORIZED")
        assert len((await person.get("/countries")).json()["data"]) > 200


async def test_languages_are_for_everyone(world: World) -> None:
    person = await world.person()
    answer = await person.get("/languages")
    assert {"code": "de", "name": "German", "nativeName": "Deutsch"} in answer.json()["data"]
    assert answer.headers["Cache-Control"].startswith("public, max-age=86400")
    again = await person.http.get("/languages", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


async def test_languages_are_limited_by_address(world: World) -> None:
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(transport=transport, timeout=30) as http:
        answers = [await http.get(f"{world.stack.urls['web']}/api/v1/languages") for _ in range(101)]
    assert [answer.status_code for answer in answers[:100]] == [200] * 100
    # Shared caches keep the answer for everybody.
    assert not any("X-RateLimit-Remaining" in answer.headers for answer in answers[:100])
    assert_problem(answers[100], 429, "RATE_LIMIT_EXCEEDED")
    assert answers[100].headers["X-RateLimit-Remaining"] == "0"


async def test_types_of_a_brand_that_allows_every_type(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "insert into public.brand_workflows (brand_id, content_type, workflow_id) values (%s, '*', %s)",
        brand.id,
        brand.workflow_id,
    )
    own = f"own_{uuid4().hex}".translate(str.maketrans("0123456789", "abcdefghij"))
    world.rows("update public.templates set content_type = %s where id = %s", own, brand.template_id)
    listed = (await brand.viewer.get("/content-types", brandId=brand.id)).json()["data"]
    assert [item["type"] for item in listed][:2] == ["article", "blog_post"]
    mine = next(item for item in listed if item["type"] == own)
    assert (mine["isStandard"], mine["templates"]) == (False, 1)
    assert mine["workflow"] == {"id": brand.workflow_id, "name": "Review"}


async def test_types_of_a_brand_with_a_list(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.brands set allowed_content_types = '{recipe,article}' where id = %s", brand.id)
    answer = await brand.editor.get("/content-types", brandId=brand.id)
    assert [(item["type"], item["name"]) for item in answer.json()["data"]] == [
        ("article", "Article"),
        ("recipe", "Recipe"),
    ]
    assert [item["templates"] >= 1 for item in answer.json()["data"]] == [True, False]
    everywhere = (await brand.editor.get("/content-types")).json()["data"]
    assert [item["type"] for item in everywhere] == ["article", "recipe"]


async def test_types_for_strangers(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    assert_problem(await other.admin.get("/content-types", brandId=brand.id), 404, "NOT_FOUND")
    assert_problem(await (await world.person()).get("/content-types"), 401, "UNAUTHORIZED")
