"""Headers, addresses and bodies as clients and proxies spell them."""

from typing import Any

import httpx
import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def created(world: World, content_type: str, body: bytes = b"") -> httpx.Response:
    brand = await world.brand()
    sent = body or b'{"brandId": "%s", "title": "Caf\xc3\xa9"}' % brand.id.encode()
    return await brand.editor.http.post("/contents", content=sent, headers={"Content-Type": content_type})


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=UTF-8",
        "APPLICATION/JSON",
        'application/json;charset="utf-8"',
        "application/json ; charset=utf8",
        "application/json; charset=us-ascii",
        "application/json; profile=x",
        "application/vnd.api+json",
        "application/merge-patch+json",
        "application/ld+json; charset=utf-8",
    ],
)
async def test_json_by_any_of_its_names(world: World, content_type: str) -> None:
    response = await created(world, content_type)
    assert (response.status_code, response.json()["data"]["title"]) == (201, "Café"), response.text


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=iso-8859-1",
        "application/json; charset=UTF-16",
        "application/json-patch+json",
        "text/json",
        "text/x+json",
        "application/jsonp",
        "application/x-www-form-urlencoded",
    ],
)
async def test_other_bodies(world: World, content_type: str) -> None:
    assert_problem(await created(world, content_type), 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_patch_by_its_own_type(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, excerpt="Old")
    headers = {"Content-Type": "application/merge-patch+json", "if-MATCH": f'"{content["version"]}"'}
    answer = await brand.editor.http.patch(f"/contents/{content['id']}", content=b'{"excerpt": "New"}', headers=headers)
    assert (answer.status_code, answer.json()["data"]["excerpt"]) == (200, "New"), answer.text


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-http-method", "X-METHOD-OVERRIDE"])
async def test_no_header_changes_the_method(world: World, name: str) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "x"}
    error = assert_problem(
        await brand.editor.http.post("/contents", json=body, headers={name: "DELETE"}), 400, "VALIDATION_ERROR"
    )
    assert error["details"][0]["field"] == name.lower()
    assert (await brand.editor.get("/contents", brandId=brand.id)).json()["data"] == []
    assert_problem(await brand.editor.http.post("/contents?_method=DELETE", json=body), 400, "VALIDATION_ERROR")


async def test_headers_that_are_sent_twice(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    bearer, foreign = f"Bearer {brand.editor.access_token}", f"Bearer {other.editor.access_token}"
    async with httpx.AsyncClient(base_url=f"{world.stack.urls['web']}/api/v1") as http:
        for second in (foreign, "Bearer x"):
            answer = await http.get("/users/me", headers=[("Authorization", bearer), ("authorization", second)])
            assert_problem(answer, 400, "VALIDATION_ERROR")
        same = await http.get("/users/me", headers=[("Authorization", bearer), ("Authorization", bearer)])
        assert same.status_code == 200
        body = {"brandId": brand.id, "title": "x"}
        keys = [("Authorization", bearer), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
        assert_problem(await http.post("/contents", json=body, headers=keys), 400, "VALIDATION_ERROR")
    content = await world.draft(brand)
    tag = (await brand.editor.get(f"/contents/{content['id']}")).headers["ETag"]
    several = [("If-None-Match", '"77"'), ("If-None-Match", f"W/{tag}")]
    assert (await brand.editor.http.get(f"/contents/{content['id']}", headers=several)).status_code == 304


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=1&page=2", "page"),
        ("sort=title&sort=status", "sort"),
        ("pageSize=5&pageSize=50&pageSize=5", "pageSize"),
        ("brandId=00000000-0000-7000-8000-000000000001&brandId=00000000-0000-7000-8000-000000000002", "brandId"),
    ],
)
async def test_parameters_with_two_values(world: World, query: str, field: str) -> None:
    person = await world.signed_in()
    error = assert_problem(await person.get(f"/contents?{query}"), 400, "VALIDATION_ERROR")
    assert (error["details"][0]["field"], error["details"][0]["message"]) == (
        field, "is sent twice, with different values",
    )  # fmt: skip


async def test_parameters_as_browsers_and_forms_write_them(world: World) -> None:
    brand = await world.brand()
    await world.draft(brand, tags=["winter skin", "a+b"])
    for query, found in (
        ("tag=winter+skin", 1), ("tag=winter%20skin", 1), ("tag=a%2Bb", 1), ("tag=a+b", 0), ("page=1&page=1", 1),
        ("status=draft&status=approved", 1),
    ):  # fmt: skip
        answer = await brand.editor.get(f"/contents?brandId={brand.id}&{query}")
        assert (answer.status_code, len(answer.json()["data"])) == (200, found), query
    for query in ("status=", "page=", "sort=", "createdFrom=", "createdFrom=2026-01-01T00:00:00+02:00", "tag="):
        assert_problem(await brand.editor.get(f"/contents?{query}"), 400, "VALIDATION_ERROR")
    answer = await brand.editor.get("/contents?createdFrom=2026-01-01T00:00:00%2B02:00")
    assert answer.status_code == 200


async def test_slashes(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for path, location in (
        ("/contents/?page=1&pageSize=5", "/api/v1/contents?page=1&pageSize=5"),
        (f"/contents/{content['id']}/", f"/api/v1/contents/{content['id']}"),
        ("/contents//", "/api/v1/contents"),
    ):
        moved = await brand.editor.http.get(path, follow_redirects=False)
        assert (moved.status_code, moved.headers["Location"]) == (308, location)
        assert (await brand.editor.http.get(path, follow_redirects=True)).status_code == 200
    made = await brand.editor.http.post("/contents/", json={"brandId": brand.id, "title": "x"}, follow_redirects=True)
    assert made.status_code == 201
    for path in ("/nothing/", f"/contents%2F{content['id']}", f"/contents/{content['id']}%2Fcomments", "//evil.test/"):
        answer = await brand.editor.http.get(path, follow_redirects=False)
        assert answer.status_code in (200, 404), path
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("text/*;q=0.5, application/json", "application/json"),
        ("application/json;q=0.5, text/*", "text/csv"),
        ("*/*;q=0", "application/json"),
        ("image/png", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ('application/json;profile="a,text/csv"', "application/json"),
        ("TEXT/CSV ; Q=1.0", "text/csv"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("", "application/json"),
    ],
)
async def test_formats_of_figures(world: World, accept: str, kind: str) -> None:
    brand = await world.brand()
    answer = await brand.admin.http.get("/review-analytics", params={"brandId": brand.id}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["Vary"] == "Accept"


async def test_two_headers_say_what_is_accepted(world: World) -> None:
    brand = await world.brand()
    headers: list[Any] = [("Accept", "application/json;q=0.1"), ("Accept", "text/csv")]
    answer = await brand.admin.http.get("/review-analytics", params={"brandId": brand.id}, headers=headers)
    assert answer.headers["Content-Type"].startswith("text/csv")
