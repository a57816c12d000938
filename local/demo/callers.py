"""Calls the API as a person does."""

import json
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from local.tls import TLS

PASSWORD = "Mixerai-demo-2026"
TIMEOUT_SECONDS = 30.0
# An access token is renewed this long before it ends.
RENEWAL_LEAD_SECONDS = 120.0


def own_address() -> str:
    """Returns a random address of the loopback network, so that runs do not share sign-in limits."""
    # Uses the system's randomness: tests with generated input reseed Python's own in each run.
    dice = random.SystemRandom()
    return f"127.{dice.randint(1, 250)}.{dice.randint(0, 250)}.{dice.randint(2, 250)}"


class Person:
    """A person who signs in once, sends the token with every request, and renews it before it ends."""

    def __init__(self, origin: str, email: str) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=own_address(), verify=TLS)
        self.http = httpx.AsyncClient(
            base_url=f"{origin}/api/v1",
            transport=transport,
            timeout=TIMEOUT_SECONDS,
            event_hooks={"request": [self._renew_in_time]},
        )
        self.email = email
        self.access_token = ""
        self.refresh_token = ""
        self._renew_at = float("inf")

    async def sign_in(self) -> httpx.Response:
        response = await self.http.post("/auth/login", json={"email": self.email, "password": PASSWORD})
        if response.status_code == 200:
            tokens = response.json()["data"]
            self.use(tokens["accessToken"], tokens["refreshToken"], expires_in=tokens["expiresIn"])
        return response

    def use(self, access_token: str, refresh_token: str = "", *, expires_in: float = 0.0) -> None:
        """Uses this token from now on. It is renewed if ``expires_in`` says how many seconds it lives."""
        self.access_token, self.refresh_token = access_token, refresh_token
        self._renew_at = time.monotonic() + expires_in - RENEWAL_LEAD_SECONDS if expires_in else float("inf")
        self.http.headers["Authorization"] = f"Bearer {access_token}"

    async def renew(self) -> httpx.Response:
        """Exchanges the refresh token."""
        response = await self.http.post("/auth/refresh", json={"refreshToken": self.refresh_token})
        if response.status_code == 200:
            tokens = response.json()["data"]
            self.use(tokens["accessToken"], tokens["refreshToken"], expires_in=tokens["expiresIn"])
        return response

    async def _renew_in_time(self, request: httpx.Request) -> None:
        if self.refresh_token and time.monotonic() > self._renew_at and not request.url.path.endswith("/auth/refresh"):
            await self.renew()
            request.headers["Authorization"] = self.http.headers["Authorization"]

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self.http.get(path, params=parameters or None)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.http.post(path, json=body) if body is not None else await self.http.post(path)

    async def patch(self, path: str, version: int, body: dict[str, Any]) -> httpx.Response:
        return await self.http.patch(path, json=body, headers={"If-Match": f'"{version}"'})

    async def put(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.http.put(path, json=body) if body is not None else await self.http.put(path)

    async def delete(self, path: str, **parameters: Any) -> httpx.Response:
        return await self.http.delete(path, params=parameters or None)

    async def stream(self, path: str, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Yields server-sent events as (name, data)."""
        async with self.http.stream("POST", path, json=body, headers={"Accept": "text/event-stream"}) as response:
            if response.status_code != 200:
                await response.aread()
                raise RuntimeError(f"{path} answered {response.status_code}: {response.text}")
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield name, json.loads(line.removeprefix("data: "))

    async def close(self) -> None:
        await self.http.aclose()
