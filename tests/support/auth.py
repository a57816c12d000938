"""Calls Supabase Auth directly, past our own code: as a stranger with the public key, or as its administrator."""

from typing import Any, Final

import httpx

from local.demo.callers import PASSWORD, own_address
from local.tls import TLS

SOLVED: Final = {"gotrue_meta_security": {"captcha_token": "human"}}


class AuthServer:
    """A client with an address of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.public_key, self.secret_key = environment["SUPABASE_PUBLISHABLE_KEY"], environment["SUPABASE_SECRET_KEY"]
        transport = httpx.AsyncHTTPTransport(local_address=own_address(), verify=TLS)
        url = f"{environment['SUPABASE_URL']}/auth/v1"
        self.http = httpx.AsyncClient(base_url=url, transport=transport, timeout=30)

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, token: str | None = None, **headers: str
    ) -> httpx.Response:
        """Sends a request with the public key, and a user's token if there is one."""
        sent = {"apikey": self.public_key} | ({"Authorization": f"Bearer {token}"} if token else {}) | headers
        return await self.http.request(method, path, json=body, headers=sent)

    async def administer(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        return await self.http.request(method, path, json=body, headers={"apikey": self.secret_key} | headers)

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        body = {"email": email, "password": password} | SOLVED
        return await self.ask("POST", "/token?grant_type=password", body)

    async def refresh(self, refresh_token: str) -> httpx.Response:
        return await self.ask("POST", "/token?grant_type=refresh_token", {"refresh_token": refresh_token})


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json().get("error_code")
