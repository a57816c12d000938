"""Sign-ins by a provider that fail: the browser comes back to the app, with a reason for programs."""

import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from lib.core.http.errors import Forbidden, RateLimitExceeded, ServiceUnavailable, Unauthorized
from lib.identity.single_sign_on.outcomes import SignOnRefused, failure_path, reason_of
from local.demo.callers import own_address
from local.stack.settings import ROOT
from tests.identity.test_oidc import STATE
from tests.identity.test_saml import STATE as SAML_STATE
from tests.identity.test_saml import Company, company, impostor, provider
from tests.support.errors import assert_problem
from tests.support.world import World

__all__ = ["company", "impostor", "provider"]  # the fixtures
pytestmark = pytest.mark.anyio

CASES: Final = json.loads((ROOT / "tests" / "cases" / "oidc_errors.json").read_text())
NAVIGATION: Final = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CALLBACK: Final = "/api/v1/auth/oidc/callback"


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(base_url=world.stack.urls["web"], transport=transport, timeout=30) as client:
        yield client


async def begin(http: httpx.AsyncClient, return_to: str = "/contents") -> tuple[str, str]:
    """Returns the address of Auth to which the browser is sent, and the browser's cookie."""
    started = await http.get("/api/v1/auth/oidc/google/login", params={"returnTo": return_to})
    found = re.search(rf"{STATE}=([^;]+)", started.headers["set-cookie"])
    assert found, started.text
    return started.headers["location"], found[1]


def outcome(response: httpx.Response) -> dict[str, str]:
    """Returns what the app is told. The browser stays on our origin, and loses the cookie of the sign-in."""
    assert response.status_code == 303, response.text
    location = urlsplit(response.headers["location"])
    assert (location.scheme, location.netloc, location.path, location.fragment) == ("", "", "/", "")
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert "Traceback" not in response.text
    return {name: values[0] for name, values in parse_qs(location.query).items()}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_what_auth_and_the_provider_refuse(http: httpx.AsyncClient, case: dict[str, str]) -> None:
    _, cookie = await begin(http)
    query = {"error": case["error"], "error_description": "<b>no</b>", "sb": ""}
    query |= {"error_code": case["code"]} if "code" in case else {}
    answer = await http.get(CALLBACK, params=query, headers={"Cookie": f"{STATE}={cookie}"})
    assert outcome(answer) == {"signInError": case["reason"], "returnTo": "/contents"}
    # The sign-in is over: neither a code nor another error belongs to it any more.
    again = await http.get(CALLBACK, params=query, headers={"Cookie": f"{STATE}={cookie}"})
    assert outcome(again) == {"signInError": case["reason"]}
    late = await http.get(CALLBACK, params={"code": str(uuid4())}, headers={"Cookie": f"{STATE}={cookie}"})
    assert_problem(late, 401, "INVALID_TOKEN")


@pytest.mark.parametrize("error", ["access_denied", "login_required", "server_error"])
async def test_a_sign_in_that_ends_at_the_provider(http: httpx.AsyncClient, error: str) -> None:
    """All the way, as a browser goes it."""
    location, cookie = await begin(http, "/contents?status=draft")
    back = await http.get(f"{location}&provider_error={error}")
    assert back.status_code == 302
    target = back.headers["location"].partition("#")[0]
    answer = await http.get(target, headers={"Cookie": f"{STATE}={cookie}"} | NAVIGATION)
    assert outcome(answer) == {"signInError": error, "returnTo": "/contents?status=draft"}


async def test_a_stranger_whom_auth_refuses(http: httpx.AsyncClient) -> None:
    location, cookie = await begin(http)
    back = await http.get(f"{location}&login_hint=nobody-at-all@people.test")
    answer = await http.get(back.headers["location"], headers={"Cookie": f"{STATE}={cookie}"})
    assert outcome(answer) == {"signInError": "no_account", "returnTo": "/contents"}


async def test_states_that_are_missing_expired_or_anothers(http: httpx.AsyncClient) -> None:
    """Browsers come back to the app; programs get the error."""
    for headers in ({}, {"Cookie": f"{STATE}=x"}, {"Cookie": f"{STATE}={uuid4()}"}):
        answer = await http.get(CALLBACK, params={"code": str(uuid4())}, headers=headers | NAVIGATION)
        assert outcome(answer) == {"signInError": "expired"}
        assert_problem(await http.get(CALLBACK, params={"code": "x"}, headers=headers), 401, "INVALID_TOKEN")
    # A code that is not of this sign-in.
    _, cookie = await begin(http)
    answer = await http.get(
        CALLBACK, params={"code": str(uuid4())}, headers={"Cookie": f"{STATE}={cookie}"} | NAVIGATION
    )
    assert outcome(answer) == {"signInError": "failed"}


async def test_people_who_may_not_sign_in_this_way(http: httpx.AsyncClient, world: World) -> None:
    person = await world.person()
    location, cookie = await begin(http)
    back = await http.get(f"{location}&login_hint={person.email}&email_verified=false")
    answer = await http.get(back.headers["location"], headers={"Cookie": f"{STATE}={cookie}"} | NAVIGATION)
    assert outcome(answer) == {"signInError": "not_allowed"}


async def test_saml_responses_that_are_refused(company: Company) -> None:
    query, cookie = await company.begin()
    form = {"SAMLResponse": base64.b64encode(b"<a/>").decode(), "RelayState": query["RelayState"]}
    headers = {"Cookie": f"{SAML_STATE}={cookie}"} | NAVIGATION
    answer = await company.http.post("/api/v1/auth/saml/acs", data=form, headers=headers)
    assert outcome(answer) == {"signInError": "failed"}
    answer = await company.http.post("/api/v1/auth/saml/acs", data=form, headers=headers)
    assert outcome(answer) == {"signInError": "expired"}
    for target in ("https://evil.test", "//evil.test", "/\\evil.test"):
        answer = await company.http.post("/api/v1/auth/saml/acs", data=form | {"RelayState": target}, headers=headers)
        assert "evil" not in answer.headers["location"]


def test_reasons_of_our_own_errors() -> None:
    expected: list[tuple[Any, str]] = [
        (Forbidden("x"), "not_allowed"), (Unauthorized("x"), "failed"),
        (ServiceUnavailable("x"), "temporarily_unavailable"),
        (RateLimitExceeded("x"), "temporarily_unavailable"), (SignOnRefused("x", reason="expired"), "expired"),
    ]  # fmt: skip
    assert [(reason_of(error), reason) for error, reason in expected] == [(reason, reason) for _, reason in expected]
    assert (
        failure_path("failed", "/a?b=c&d=//evil.test")
        == "/?signInError=failed&returnTo=%2Fa%3Fb%3Dc%26d%3D%2F%2Fevil.test"
    )
