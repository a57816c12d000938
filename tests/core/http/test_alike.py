"""Tests that no answer tells by its times what it must not tell: see lib/core/http/alike.py."""

import importlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from lib.core.config import get_settings
from lib.core.http.alike import must_look_alike
from local.demo.callers import own_address
from tests.support.world import World
from tools.package import ENVIRONMENT, function_names

# The operations in which a known caller could learn something about other people, or about secrets.
ALIKE = {
    ("POST", "/api/v1/auth/email/change"),
    ("POST", "/api/v1/auth/mfa/totp/{factor_id}/confirm"),
    ("POST", "/api/v1/auth/mfa/verify"),
    ("POST", "/api/v1/auth/mfa/webauthn/challenge"),
    ("POST", "/api/v1/auth/password/change"),
    ("POST", "/api/v1/auth/reauthenticate"),
    ("POST", "/api/v1/users/invitations"),
    ("POST", "/api/v1/users/invitations/accept"),
    ("POST", "/api/v1/users/invitations/{invitation_id}/resend"),
    ("GET", "/api/v1/users"),
}


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> list[APIRoute]:
    """Returns the routes of all functions."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    names = function_names()
    found: list[APIRoute] = [
        route for name in names for route in importlib.import_module(f"api.{name}").app.state.routes
    ]
    get_settings.cache_clear()
    return found


def test_the_marked_operations(routes: list[APIRoute]) -> None:
    assert {(min(route.methods or ()), route.path) for route in routes if must_look_alike(route.endpoint)} == ALIKE


@pytest.fixture
async def stranger(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(base_url=world.stack.urls["web"], transport=transport, timeout=30) as http:
        yield http


async def test_no_answer_before_signing_in_tells_its_times(stranger: httpx.AsyncClient, routes: list[APIRoute]) -> None:
    tried = 0
    for route in routes:
        path = route.path.format_map(dict.fromkeys(route.param_convertors, "01a20dcb-7194-7b81-a325-e45b26eae744"))
        for method in route.methods or ():
            body: Any = {} if method in ("POST", "PUT", "PATCH") else None
            answer = await stranger.request(method, path, json=body, follow_redirects=False)
            assert "server-timing" not in answer.headers, (method, path)
            tried += 1
    assert tried > 150


async def test_sign_in_links_and_invitations_tell_no_times(world: World, stranger: httpx.AsyncClient) -> None:
    person = await world.signed_in()
    for path, body in (
        ("/auth/login", {"email": person.email, "password": "wrong"}),
        ("/auth/login", {"email": "nobody@elsewhere.test", "password": "wrong"}),
        ("/auth/password/forgot", {"email": person.email}),
        ("/auth/password/forgot", {"email": "nobody@elsewhere.test"}),
        ("/auth/sso/discover", {"email": person.email}),
        ("/auth/refresh", {"refreshToken": "unknown"}),
        ("/auth/invitations/lookup", {"token": "x" * 43}),
    ):
        answer = await stranger.post(f"/api/v1{path}", json=body)
        assert "server-timing" not in answer.headers, (path, answer.text)


async def test_what_a_known_caller_is_told(world: World) -> None:
    brand = await world.brand()
    assert "total;dur=" in (await brand.admin.get("/users/me")).headers["server-timing"]
    other = await world.brand()
    for path in (f"/brands/{other.id}", "/contents/x", "/nothing"):
        assert "server-timing" not in (await brand.admin.get(path)).headers
    found = await brand.admin.get(f"/users?q=nobody&brandId={brand.id}")
    assert found.status_code == 200, found.text
    assert "server-timing" not in found.headers
    invitation = {"email": "somebody@elsewhere.test", "role": "viewer"}
    invited = await brand.admin.post("/users/invitations", {"brandId": brand.id, "invitations": [invitation]})
    assert invited.status_code < 300, invited.text
    assert "server-timing" not in invited.headers
