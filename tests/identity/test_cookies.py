"""Sessions in cookies: no script reads the tokens, and no page of another site acts for a user."""

from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx
import pytest

from local.demo.callers import PASSWORD, Person
from tests.identity.support import with_totp
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

ACCESS, REFRESH, CSRF = "__Host-mixerai-access", "__Secure-mixerai-refresh", "__Host-mixerai-csrf"


def cookies_of(response: httpx.Response) -> dict[str, Morsel[str]]:
    found: dict[str, Morsel[str]] = {}
    for header in response.headers.get_list("set-cookie"):
        found |= SimpleCookie(header)
    return found


class Browser:
    """Sends cookies with every request, as a browser does for any page; httpx would not do so without TLS."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.jar: dict[str, str] = {}

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        response = await self.person.http.request(
            method, path, json=json, content=content, headers=cookies | (headers or {})
        )
        for name, morsel in cookies_of(response).items():
            if morsel["max-age"] == "0":
                self.jar.pop(name, None)
            else:
                self.jar[name] = morsel.value
        return response


async def signed_in(world: World) -> tuple[Browser, str, dict[str, Morsel[str]]]:
    """Returns a browser, the CSRF token for its changes, and the cookies it was given."""
    person = await world.person()
    browser = Browser(person)
    body = {"email": person.email, "password": PASSWORD, "mode": "cookie"}
    response = await browser.send("POST", "/auth/login", json=body)
    assert response.status_code == 200, response.text
    data = response.json()["data"]
    assert (data["accessToken"], data["refreshToken"]) == (None, None)
    return browser, data["csrfToken"], cookies_of(response)


async def test_attributes_of_the_cookies(world: World) -> None:
    browser, token, cookies = await signed_in(world)
    assert set(cookies) == {ACCESS, REFRESH, CSRF}
    for name, morsel in cookies.items():
        assert morsel["secure"]
        assert morsel["samesite"].lower() == "strict"
        assert bool(morsel["httponly"]) == (name != CSRF)
        assert morsel["domain"] == ""
    assert cookies[ACCESS]["path"] == cookies[CSRF]["path"] == "/"
    assert cookies[REFRESH]["path"] == "/api/v1/auth"
    assert cookies[CSRF].value == token
    assert (await browser.send("GET", "/users/me")).status_code == 200
    assert (await browser.send("GET", "/auth/csrf")).json()["data"] == {"csrfToken": token}


async def test_changes_require_the_csrf_token(world: World) -> None:
    browser, token, _ = await signed_in(world)
    _, others, _ = await signed_in(world)
    body = {"firstName": "Jane"}
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": others}):
        answer = await browser.send("PATCH", "/users/me/profile", json=body, headers=headers)
        assert_problem(answer, 403, "CSRF_ERROR")
    right = {"X-CSRF-Token": token}
    assert (await browser.send("PATCH", "/users/me/profile", json=body, headers=right)).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:24300.evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_pages_of_other_sites_are_refused(world: World, forged: dict[str, str]) -> None:
    """Also with a CSRF token that leaked."""
    browser, token, _ = await signed_in(world)
    headers = forged | {"X-CSRF-Token": token}
    answer = await browser.send("PATCH", "/users/me/profile", json={"firstName": "x"}, headers=headers)
    assert_problem(answer, 403, "CSRF_ERROR")
    answer = await browser.send("POST", "/auth/refresh", headers=headers)
    assert_problem(answer, 403, "CSRF_ERROR")
    # Nor can they sign a user in to the account of another person.
    body = {"email": browser.person.email, "password": PASSWORD, "mode": "cookie"}
    assert_problem(await browser.send("POST", "/auth/login", json=body, headers=forged), 403, "CSRF_ERROR")


async def test_a_form_is_refused(world: World) -> None:
    """A page of another site can send such a request without a preflight."""
    browser, _, _ = await signed_in(world)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.send("POST", "/auth/mfa/totp", content=b'{"name": "x"}', headers=form)
    assert answer.status_code in (400, 403)
    plain = {"Content-Type": "text/plain"}
    answer = await browser.send("POST", "/auth/mfa/totp", content=b'{"name": "x"}', headers=plain)
    assert_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_refreshing_and_signing_out(world: World) -> None:
    browser, token, _ = await signed_in(world)
    before = dict(browser.jar)
    assert_problem(await browser.send("POST", "/auth/refresh"), 403, "CSRF_ERROR")
    refreshed = await browser.send("POST", "/auth/refresh", headers={"X-CSRF-Token": token})
    assert refreshed.status_code == 200, refreshed.text
    assert refreshed.json()["data"]["accessToken"] is None
    assert browser.jar[REFRESH] != before[REFRESH]
    assert (await browser.send("GET", "/users/me")).status_code == 200
    left = await browser.send("POST", "/auth/logout", headers={"X-CSRF-Token": token})
    assert left.status_code == 204
    assert browser.jar == {}
    browser.jar = before
    assert_problem(await browser.send("GET", "/users/me"), 401, "SESSION_INVALID")


async def test_a_bearer_token_needs_no_csrf_token_and_takes_precedence(world: World) -> None:
    browser, _, _ = await signed_in(world)
    other = await world.signed_in()
    headers = {"Authorization": f"Bearer {other.access_token}"}
    answer = await browser.send("PATCH", "/users/me/profile", json={"firstName": "Bea"}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["data"]["id"] == world.id_of(other)


async def test_a_device_is_remembered_by_a_cookie(world: World) -> None:
    person = await world.signed_in()
    _, codes = await with_totp(person)
    del person.http.headers["Authorization"]
    browser = Browser(person)
    login = {"email": person.email, "password": PASSWORD, "mode": "cookie"}
    data = (await browser.send("POST", "/auth/login", json=login)).json()["data"]
    assert data["factor"]["state"] == "pending"
    proof = {"method": "backup_code", "code": codes[0], "rememberDevice": True}
    passed = await browser.send("POST", "/auth/mfa/verify", json=proof, headers={"X-CSRF-Token": data["csrfToken"]})
    assert passed.json()["data"]["deviceToken"] is None
    device = cookies_of(passed)["__Secure-mixerai-device"]
    assert device["httponly"]
    assert device["max-age"] == str(30 * 24 * 3600)
    assert (await browser.send("POST", "/auth/login", json=login)).json()["data"]["factor"]["state"] == "passed"


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "é", "eyJhbGciOiJub25lIn0.e30."])
async def test_unknown_cookies_are_refused(world: World, value: str) -> None:
    person = await world.person()
    headers = [(b"Cookie", f"{ACCESS}={value}".encode("latin-1"))]
    answer = await person.http.get("/users/me", headers=headers)
    assert answer.status_code == 401
