"""Tests, over HTTP, what every function shares: invalid input, headers, ids."""

import json
from typing import Any

import httpx
import jwt
import pytest

from lib.core.http.headers import MAX_BODY_BYTES
from lib.core.http.middleware import SECURITY_HEADERS
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"
BRAND = {"brandId": NOBODY, "title": "x"}


def _nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


async def post_raw(world: World, body: bytes, content_type: str = "application/json", path: str = "/contents") -> Any:
    person = await world.signed_in()
    return await person.http.post(path, content=body, headers={"Content-Type": content_type})


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"[" * 40_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        json.dumps(BRAND | {"title": 7}).encode(),
        json.dumps(BRAND | {"title": ""}).encode(),
        json.dumps(BRAND | {"title": "   "}).encode(),
        json.dumps(BRAND | {"title": "x" * 201}).encode(),
        json.dumps(BRAND | {"title": "a<b"}).encode(),
        json.dumps(BRAND | {"title": "nul \x00"}).encode(),
        json.dumps(BRAND | {"title": "half \ud800"}).encode(),
        json.dumps(BRAND | {"fields": {"a": "nul \x00"}}).encode(),
        json.dumps(BRAND | {"fields": {"half \udc00": "x"}}).encode(),
        json.dumps(BRAND | {"fields": {"n": float("nan")}}).encode(),
        json.dumps(BRAND | {"fields": {str(n): "" for n in range(51)}}).encode(),
        json.dumps(BRAND | {"fields": {"long": ["x" * 150_000, {"y": "z" * 50_001}]}}).encode(),
        json.dumps(BRAND | {"fields": {"deep": _nested(25)}}).encode(),
        json.dumps(BRAND | {"fields": {"deep": _nested(900)}}).encode(),
        json.dumps(BRAND | {"fields": []}).encode(),
        json.dumps(BRAND | {"tags": ["t"] * 51}).encode(),
        json.dumps(BRAND | {"metadata": {"canonicalUrl": "javascript:1"}}).encode(),
        json.dumps(BRAND | {"brandId": "1 or 1=1"}).encode(),
        json.dumps(BRAND | {"status": "published"}).encode(),
        json.dumps({"title": "x"}).encode(),
        (b'{"brandId":"%s","title":"x","fields":{"n":1' % NOBODY.encode()) + b"0" * 5000 + b"}}",
    ],
    ids=lambda body: body[:40].decode(errors="replace"),
)
async def test_bodies_that_cannot_be(world: World, body: bytes) -> None:
    error = assert_problem(await post_raw(world, body), 400, "VALIDATION_ERROR")
    assert "title" in error["message"] or error["details"] or "read" in error["message"]


async def test_details_name_the_field(world: World) -> None:
    response = await post_raw(world, json.dumps({"brandId": "x", "title": "y" * 201, "hint": 1}).encode())
    details = assert_problem(response, 400, "VALIDATION_ERROR")["details"]
    assert {(detail["field"], detail["code"]) for detail in details} == {
        ("brandId", "INVALID_FORMAT"),
        ("title", "VALUE_TOO_LONG"),
        ("hint", "INVALID_FORMAT"),
    }


async def test_a_body_that_is_wrong_everywhere_gets_a_short_answer(world: World) -> None:
    body = json.dumps(BRAND | {f"unknown{n}": n for n in range(40_000)}).encode()
    details = assert_problem(await post_raw(world, body), 400, "VALIDATION_ERROR")["details"]
    assert len(details) == 20


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
async def test_other_content_types(world: World, content_type: str) -> None:
    assert_problem(await post_raw(world, b"{}", content_type), 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_over_the_limit(world: World) -> None:
    body = json.dumps(BRAND | {"fields": {"x": "y" * MAX_BODY_BYTES}}).encode()
    assert_problem(await post_raw(world, body), 413, "PAYLOAD_TOO_LARGE")


async def test_a_body_over_the_limit_that_hides_its_length(world: World) -> None:
    person = await world.signed_in()

    async def chunks() -> Any:
        yield b'{"title": "'
        for _ in range(50):
            yield b"y" * 100_000
        yield b'"}'

    response = await person.http.post("/contents", content=chunks(), headers={"Content-Type": "application/json"})
    assert_problem(response, 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "path",
    [
        "/contents/not-a-uuid",
        "/contents/%00",
        "/contents?brandId=1",
        "/contents?page=0",
        "/contents?pageSize=101",
        "/contents?status=gone",
        "/contents?type=%00",
        "/contents/search?q=%00",
        "/contents/search?q=",
        "/contents/search",
        "/contents?page=99999999999999999999",
        "/brands/%F0%9F%92%A9",
    ],
)
async def test_paths_and_queries_that_cannot_be(world: World, path: str) -> None:
    person = await world.signed_in()
    assert_problem(await person.get(path), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "path", ["/nothing", "/contents/search/deeper", "/../api/v2/contents", "/auth", "/ai/generate/x"]
)
async def test_unknown_paths(world: World, path: str) -> None:
    person = await world.signed_in()
    assert_problem(await person.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/contents"), ("GET", "/auth/login"), ("PUT", "/users/me")])
async def test_unknown_methods(world: World, method: str, path: str) -> None:
    person = await world.signed_in()
    response = await person.http.request(method, path)
    assert_problem(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"]


def tampered(world: World, token: str, **changes: Any) -> str:
    """Signs the token with other claims and the right secret."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims | changes, world.stack.environment["SUPABASE_JWT_SECRET"], "HS256")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "UNAUTHORIZED"),
        ("Basic YTpi", "UNAUTHORIZED"),
        ("Bearer", "UNAUTHORIZED"),
        ("Bearer rubbish", "INVALID_TOKEN"),
        ("Bearer eyJhbGciOiJub25lIn0.e30.", "INVALID_TOKEN"),
    ],
)
async def test_no_token_or_rubbish(world: World, header: str | None, code: str) -> None:
    headers = {"Authorization": header} if header else {}
    async with httpx.AsyncClient() as http:
        response = await http.get(f"{world.stack.urls['web']}/api/v1/users/me", headers=headers)
    assert_problem(response, 401, code)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1}, "TOKEN_EXPIRED"),
        ({"iss": "https://other.supabase.co/auth/v1"}, "INVALID_TOKEN"),
        ({"role": "service_role"}, "INVALID_TOKEN"),
        ({"session_id": NOBODY}, "SESSION_INVALID"),
    ],
)
async def test_tokens_of_elsewhere_and_of_before(world: World, changes: dict[str, Any], code: str) -> None:
    person = await world.signed_in()
    person.http.headers["Authorization"] = f"Bearer {tampered(world, person.access_token, **changes)}"
    assert_problem(await person.get("/users/me"), 401, code)


async def test_headers_of_every_answer(world: World) -> None:
    person = await world.signed_in()
    for response in (await person.get("/users/me"), await person.get("/nothing"), await person.get("/contents/x")):
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value
        assert response.headers["Cache-Control"] == "private, no-store"


async def test_a_request_id_is_kept_when_it_is_one(world: World) -> None:
    person = await world.signed_in()
    mine = "request-of-mine-1"
    assert (await person.http.get("/users/me", headers={"X-Request-Id": mine})).headers["X-Request-Id"] == mine
    for offered in ("short", "x" * 129, 'quo"te-and-more', "spaces are not"):
        answered = (await person.http.get("/users/me", headers={"X-Request-Id": offered})).headers["X-Request-Id"]
        assert answered != offered


async def test_the_request_id_reaches_the_event_log(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "Traced"}
    response = await brand.editor.http.post("/contents", json=body, headers={"X-Request-Id": "trace-this-request"})
    events = world.rows(
        "select correlation_id from public.domain_events where aggregate_id = %s", response.json()["data"]["id"]
    )
    assert [event["correlation_id"] for event in events] == ["trace-this-request"]
