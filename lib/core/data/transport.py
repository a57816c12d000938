"""Lets the clients of the data API and of KV send over the connections of the instance, and says what may be repeated.

Both clients are written for httpx. That of the data API takes another as ``http_client``. That of KV makes its own, so
``Kv`` replaces parts with private names: tests/core/data/test_kv_client.py compares it with the original.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import httpx
from pydantic_core import to_json
from upstash_redis.asyncio import Redis
from upstash_redis.commands import AsyncJsonCommands, AsyncSearchCommands
from upstash_redis.http import AsyncHttpClient, make_headers

from lib.core.http.answer import Answer
from lib.core.http.client import close_connections, get_exchange

# Functions of the data API that may be called again when the first call was not answered. These run a command under a
# key, whose second run returns the answer of the first.
_RUNNERS: Final = frozenset({"run_command", "run_patient_command"})
# And functions with these names only read, except for a few. A test holds this against the database.
READING: Final = re.compile(r"(?:deliver|find|get|list|my|read|search|suggest)_[a-z_]+")
NOT_READING: Final = frozenset({"list_own_invitations", "read_invitation", "search_people"})
ALSO_READING: Final = frozenset(
    {
        "ai_usage",
        "content_analytics",
        "generation_analytics",
        "removal_impact",
        "resolve_claims",
        "review_analytics",
        "score_content",
    }
)
# Commands of KV of which a second run changes nothing more.
_READING: Final = frozenset({"EXISTS", "GET", "HGET", "HGETALL", "MGET", "TTL", "ZRANGE"})
_ENCODING: Final = "base64"
_scripts: Final = set[str]()


def repeatable_script(script: str) -> str:
    """Returns a script for KV, after noting that it may run twice where the first run was not answered."""
    _scripts.add(script)
    return script


def may_repeat_function(function: str) -> bool:
    """Tells whether a second call of an SQL function does no harm where the first was not answered."""
    return function in _RUNNERS or is_reading_function(function)


def is_reading_function(function: str) -> bool:
    """Tells whether an SQL function changes nothing, by its name."""
    return function in ALSO_READING or (READING.fullmatch(function) is not None and function not in NOT_READING)


class DataTransport:
    """The part of ``httpx.AsyncClient`` that the client of the data API uses."""

    auth: None = None

    def __init__(self) -> None:
        self._exchange = get_exchange()

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None,
        params: httpx.QueryParams,
        headers: httpx.Headers,
        auth: httpx.Auth | None,
    ) -> Answer:
        """Sends a request of the data API."""
        if auth is not None:
            raise TypeError("a request of the data API is authorized by its headers")
        query = str(params)
        return await self._exchange(
            method,
            f"{url}?{query}" if query else url,
            headers=[(name.decode("ascii"), value.decode("latin-1")) for name, value in headers.raw],
            content=content,
            may_repeat=method in ("GET", "HEAD"),
        )

    async def aclose(self) -> None:
        """Closes the connections of this event loop."""
        await close_connections()


class _KvTransport:
    """The part of ``httpx.AsyncClient`` that the client of KV uses."""

    def __init__(self) -> None:
        self._exchange = get_exchange()

    async def post(self, url: str, *, headers: Mapping[str, str], json: list[Any]) -> Answer:
        """Sends one command, or a list of them."""
        commands: list[Any] = json if json and isinstance(json[0], list) else [json]
        return await self._exchange(
            "POST",
            url,
            headers={**headers, "Content-Type": "application/json"},
            content=to_json(json),
            may_repeat=all(_may_repeat(command) for command in commands),
        )

    async def aclose(self) -> None:
        """Closes the connections of this event loop."""
        await close_connections()


def _may_repeat(command: list[Any]) -> bool:
    return command[0] in _READING or (command[0] == "EVAL" and command[1] in _scripts)


class _Http(AsyncHttpClient):
    def __init__(self, redis: "Kv") -> None:
        # Without the original's client of httpx, which reads all certificates once more.
        self._encoding = _ENCODING
        self._retries = 0
        self._retry_interval = 0.0
        self._sync_token_cb = redis._update_sync_token  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        self._client = _KvTransport()  # pyright: ignore[reportAttributeAccessIssue]


class Kv(Redis):
    """The client of KV, without telemetry and retries of its own, over the connections of the instance."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._read_your_writes = True
        self._sync_token = ""
        self._allow_telemetry = False
        self._headers = make_headers(token, _ENCODING, allow_telemetry=False)
        self._json = AsyncJsonCommands(self)
        self._search = AsyncSearchCommands(self)
        self._http = _Http(self)
