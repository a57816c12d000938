"""The callers of the scene as clients of the API: people with sessions of their own, and API keys."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg

from lib.core.auth.api_keys import HEADER, PURPOSE
from lib.core.security.crypto import read_ring
from local.stack.client import RunningStack
from local.tls import TLS
from tests.support.accounts import Accounts
from tests.tenancy.scene import Caller, Scene

OUTSIDERS: Final = ("other", "expired", "restricted", "unverified", "other by a key")
# Members with few rights: they see the brand, and may change little of it.
INSIDERS: Final = ("viewer", "viewer by a key for content:read")


@dataclass
class Client:
    """A caller over HTTP."""

    name: str
    http: httpx.AsyncClient

    async def ask(self, document: str, variables: dict[str, Any] | None = None) -> httpx.Response:
        return await self.http.post("/graphql", json={"query": document, "variables": variables or {}})


class Clients:
    """Makes the clients of a scene at one origin."""

    def __init__(self, stack: RunningStack, database: psycopg.Connection, origin: str, scene: Scene) -> None:
        self._stack, self._database, self._origin, self._scene = stack, database, origin, scene
        self._accounts = Accounts(stack)
        self._made: list[Client] = []

    def client(self, name: str) -> Client:
        """Returns the client of a caller, by the name that the scene gives to it."""
        return self.client_of(name, None if name == "anonymous" else self._scene.callers[name])

    def client_of(self, name: str, caller: Caller | None) -> Client:
        """Returns the client of a caller, or of a stranger."""
        headers: dict[str, str] = {}
        if caller:
            headers = self._key(caller) if caller.scopes else self._session(caller)
        http = httpx.AsyncClient(base_url=f"{self._origin}/api/v1", headers=headers, verify=TLS, timeout=60)
        self._made.append(Client(name, http))
        return self._made[-1]

    def _session(self, caller: Caller) -> dict[str, str]:
        # KV is told of no second factor of anybody: the database alone refuses sessions that lack one.
        assert caller.user_id
        assert caller.session_id
        return {"Authorization": f"Bearer {self._accounts.admit(caller.user_id, caller.session_id)}"}

    def _key(self, caller: Caller) -> dict[str, str]:
        """Gives the key of the scene a secret that is known here."""
        secret = f"mix_test_{uuid4().hex}"
        ring = read_ring(self._stack.environment["ENCRYPTION_KEYS"])
        self._database.execute(
            "update public.api_keys set key_hash = %s where id = %s",
            [ring.digests(secret, PURPOSE)[0], caller.api_key_id],
        )
        return {HEADER: secret}

    async def close(self) -> None:
        self._accounts.close()
        for client in self._made:
            await client.http.aclose()
