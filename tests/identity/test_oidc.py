"""OIDC with the providers of Supabase Auth: code and PKCE, accepted only from the browser that began."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.demo.callers import own_address
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

STATE = "__Host-mixerai-oidc"


async def begin(http: httpx.AsyncClient, email: str) -> tuple[str | None, str]:
    """Returns the code with which the provider sends the browser back, and the browser's cookie."""
    started = await http.get("/api/v1/auth/oidc/google/login", params={"returnTo": "/contents"})
    assert started.status_code == 303
    location = started.headers["location"]
    query = parse_qs(urlsplit(location).query)
    assert query["provider"] == ["google"]
    assert query["code_challenge_method"] == ["s256"]
    cookie = re.search(rf"{STATE}=([^;]+)", started.headers["set-cookie"])
    assert cookie
    back = await http.get(f"{location}&login_hint={email}")
    codes = parse_qs(urlsplit(back.headers["location"]).query).get("code")
    return (codes[0] if codes else None), cookie[1]


async def land(http: httpx.AsyncClient, code: str, cookie: str | None) -> httpx.Response:
    headers = {"Cookie": f"{STATE}={cookie}"} if cookie else {}
    return await http.get("/api/v1/auth/oidc/callback", params={"code": code}, headers=headers)


async def test_signing_in_with_a_provider(world: World) -> None:
    person, stranger = await world.person(), await world.person()
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(base_url=world.stack.urls["web"], transport=transport, timeout=30) as http:
        code, cookie = await begin(http, person.email)
        assert code
        # A stolen code is of no use in another browser.
        _, another = await begin(http, stranger.email)
        for wrong in (None, another, "x"):
            assert_problem(await land(http, code, wrong), 401, "INVALID_TOKEN")
        landed = await land(http, code, cookie)
        assert landed.status_code == 303, landed.text
        assert landed.headers["location"] == "/contents"
        access = re.search(r"__Host-mixerai-access=([^;]+)", ",".join(landed.headers.get_list("set-cookie")))
        assert access
        me = await http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {access[1]}"})
        assert me.json()["data"]["email"] == person.email
        assert_problem(await land(http, code, cookie), 401, "INVALID_TOKEN")
    sessions = world.rows("select method from public.user_sessions where user_id = %s", world.id_of(person))
    assert sessions == [{"method": "oidc"}]


async def test_a_provider_creates_no_account(world: World) -> None:
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(base_url=world.stack.urls["web"], transport=transport, timeout=30) as http:
        code, _ = await begin(http, "nobody-at-all@people.test")
        assert code is None
        assert_problem(await http.get("/api/v1/auth/oidc/callback"), 400, "VALIDATION_ERROR")
        bad = await http.get("/api/v1/auth/oidc/google/login", params={"returnTo": "//evil.test"})
        assert_problem(bad, 400, "VALIDATION_ERROR")
        assert_problem(await http.get("/api/v1/auth/oidc/..%2f/login"), 404, "NOT_FOUND")
