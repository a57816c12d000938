"""Calls the API as a person does."""

import json
import random
from collections.abc import AsyncIterator
from typing import Any

import httpx

from local.tls import TLS

PASSWORD = "Mixerai-demo-2026"
TIMEOUT_SECONDS = 30.0


def own_address() -> str:
    """Returns a random address of the loopback network, so that runs do not share sign-in limits."""
    # Uses the system's randomness: tests with generated input reseed Python's own in each run.
    dice = random.SystemRandom()
    return f"127.{dice.randint(1, 250)}.{dice.randint(0, 250)}.{dice.randint(2, 250)}"


class Person:
    """A person who signs in once and sends the token with every request."""

    def __init__(self, origin: str, email: str) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=own_address(), verify=TLS)
        self.http = httpx.AsyncClient(base_url=f"{origin}/api/v1", transport=transport, timeout=TIMEOUT_SECONDS)
        self.email = email
        self.access_token = ""
        self.refresh_token = ""

    async def sign_in(self) -> httpx.Response:
        response = await self.http.post("/auth/login", json={"email": self.email, "password": PASSWORD})
        if response.status_code == 200:
            tokens = response.json()["data"]
            self.use(tokens["accessToken"], tokens["refreshToken"])
        return response

    def use(self, access_token: str, refresh_token: str = "") -> None:
        """Uses this token from now on."""
        self.access_token, self.refresh_token = access_token, refresh_token
        self.http.headers["Authorization"] = f"Bearer {access_token}"

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
