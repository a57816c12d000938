"""Tests HEAD, OPTIONS and Allow, and the refusal of unknown query parameters."""

import httpx
import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status[]=draft", {"status[]"}),
        ("q=winter", {"q"}),
        ("brandID=x&page=1&sort=title&Page=2", {"brandID", "Page"}),
        ("x=" + "y" * 1000 + "&" + "z" * 200 + "=1", {"x", "z" * 100}),
    ],
)
async def test_unknown_parameters_are_named(world: World, query: str, names: set[str]) -> None:
    person = await world.signed_in()
    error = assert_problem(await person.get(f"/contents?{query}"), 400, "VALIDATION_ERROR")
    assert {detail["field"] for detail in error["details"]} == names
    assert {detail["message"] for detail in error["details"]} == {"is not a parameter of this operation"}


async def test_no_operation_takes_any(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for path in (f"/contents/{content['id']}", f"/brands/{brand.id}", "/users/me", "/templates", "/contents/suggest"):
        assert_problem(await brand.editor.get(f"{path}?colour=red"), 400, "VALIDATION_ERROR")
    body = {"brandId": brand.id, "title": "x"}
    assert_problem(await brand.editor.http.post("/contents?draft=true", json=body), 400, "VALIDATION_ERROR")


async def test_what_the_platform_adds_is_no_parameter(world: World) -> None:
    person = await world.signed_in()
    # Rewrites add `path=me` here. The platform adds nothing else, so that any other value is the client's own.
    assert (await person.get("/users/me")).status_code == 200
    assert (await person.get("/users/me?path=me")).status_code == 200
    assert_problem(await person.get("/users/me?path=x"), 400, "VALIDATION_ERROR")


async def test_parameters_of_models_and_dependencies_are_known(world: World) -> None:
    person = await world.signed_in()
    query = "status=draft&status=approved&createdFrom=2026-01-01T00:00:00Z&pageSize=5&sort=title&direction=asc"
    assert (await person.get(f"/contents?{query}")).status_code == 200
    assert (await person.get("/brands?page=1&pageSize=5")).status_code == 200


async def test_identity_providers_send_parameters_of_their_own(world: World) -> None:
    callback = f"{world.stack.urls['web']}/api/v1/auth/oidc/callback?code=0193&state=x&session_state=y"
    async with httpx.AsyncClient() as http:
        response = await http.get(callback)
    assert "parameter" not in response.text


async def test_head_has_the_headers_of_get(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for path in (f"/contents/{content['id']}", f"/brands/{brand.id}", "/contents", "/users/me", "/contents/search?q=x"):
        got, headed = await brand.editor.get(path), await brand.editor.http.head(path)
        assert (headed.status_code, headed.content) == (200, b"")
        assert got.headers.keys() == headed.headers.keys()
        for name in ("Content-Type", "ETag", "Cache-Control"):
            assert got.headers.get(name) == headed.headers.get(name)
        assert (
            abs(int(got.headers["Content-Length"]) - int(headed.headers["Content-Length"])) <= 8
        )  # the length of its timestamp
    tag = {"If-None-Match": (await brand.editor.http.head(f"/contents/{content['id']}")).headers["ETag"]}
    assert (await brand.editor.http.head(f"/contents/{content['id']}", headers=tag)).status_code == 304


async def test_head_of_failures_and_of_streams(world: World) -> None:
    brand = await world.brand()
    await world.draft(brand)
    nobody = httpx.AsyncClient(base_url=f"{world.stack.urls['web']}/api/v1")
    async with nobody:
        for path, status in (("/users/me", 401), ("/nothing", 404), ("/health", 200)):
            response = await nobody.head(path)
            assert (response.status_code, response.content) == (status, b"")
            assert response.headers["X-Request-Id"]
    response = await brand.admin.http.head(f"/contents/export?brandId={brand.id}&format=csv")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Disposition"] == 'attachment; filename="contents.csv"'
    refused = await brand.editor.http.head("/contents/bulk")
    assert (refused.status_code, refused.content, refused.headers["Allow"]) == (405, b"", "OPTIONS, POST")


async def test_head_of_what_the_edge_keeps(world: World) -> None:
    brand = await world.brand()
    await world.published(brand)
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    path = f"/api/v1/delivery/{slug}/contents"
    async with httpx.AsyncClient(base_url=world.stack.urls["web"]) as http:
        for _ in range(2):
            headed, got = await http.head(path), await http.get(path)
            assert (headed.status_code, headed.content) == (200, b"")
            assert headed.headers["ETag"] == got.headers["ETag"]
            assert len(got.json()["data"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/contents", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/contents/00000000-0000-7000-8000-000000000000", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("POST", "/contents/search", "GET, HEAD, OPTIONS"),
        ("PUT", "/contents/00000000-0000-7000-8000-000000000000/comments", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/comments/00000000-0000-7000-8000-000000000000", "DELETE, OPTIONS, PATCH"),
        ("DELETE", "/auth/login", "OPTIONS, POST"),
        ("POST", "/users/me/preferences", "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/health", "GET, HEAD, OPTIONS"),
    ],
)
async def test_allow_lists_all_methods_of_the_path(world: World, method: str, path: str, allow: str) -> None:
    async with httpx.AsyncClient(base_url=f"{world.stack.urls['web']}/api/v1") as http:
        refused = await http.request(method, path, json={})
        assert_problem(refused, 405, "METHOD_NOT_ALLOWED")
        assert refused.headers["Allow"] == allow
        asked = await http.options(path)
        assert (asked.status_code, asked.content, asked.headers["Allow"]) == (204, b"", allow)
        assert_problem(await http.options("/nothing"), 404, "NOT_FOUND")
