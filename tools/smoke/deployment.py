"""A deployment as its clients see it, with the facts that the checks have learned and the data they have created."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx

from tools.smoke.outcomes import CheckFailed, CheckSkipped

TIMEOUT_SECONDS: Final = 30.0
SHOWN_CHARACTERS: Final = 200
LOG_HINT: Final = "the log of the function, by the request id"

type Hint = str | dict[int, str]
"""Where to look for the cause of each unexpected status; LOG_HINT for statuses that are not listed."""


@dataclass(frozen=True)
class Settings:
    """The values that cannot be found out from outside."""

    email: str
    password: str
    cron_secret: str | None = None
    protection_bypass: str | None = None
    """The secret that bypasses Vercel's Deployment Protection, which guards previews."""
    purge_seconds: float = 150.0
    """How long an archived page may remain in the edge cache, in seconds: the schedule runs every minute."""


@dataclass(frozen=True)
class Session:
    access_token: str
    refresh_token: str
    renew_at: float
    """When the access token should be renewed, by the clock of ``time.monotonic``."""
    user_id: str
    brand: dict[str, Any]
    """The membership with the most permissions of the account: brandId, brandSlug, brandName, role."""


def session_tokens(tokens: dict[str, Any]) -> dict[str, Any]:
    """Returns what a session keeps of new tokens: it renews them a minute before the access token ends."""
    return {
        "access_token": tokens["accessToken"],
        "refresh_token": tokens["refreshToken"],
        "renew_at": time.monotonic() + tokens["expiresIn"] - 60,
    }


def describe(response: httpx.Response) -> str:
    """Describes a response: ``401 UNAUTHORIZED "wrong password" (request 0b9c…)``, or the start of a foreign body."""
    try:
        error = response.json()["error"]
        return f'{response.status_code} {error["code"]} "{error["message"]}" (request {error["requestId"]})'
    except (ValueError, KeyError, TypeError):
        text = " ".join(response.text.split())[:SHOWN_CHARACTERS]
        return f"{response.status_code} {text}".strip()


async def _answered(request: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
    """Waits for the answer of a request, also after an interrupt, which is raised afterwards.

    A request that is left on its way may create something after that was taken away.
    """
    sent = asyncio.ensure_future(request)
    try:
        return await asyncio.shield(sent)
    except asyncio.CancelledError:
        await asyncio.wait({sent}, timeout=TIMEOUT_SECONDS)
        if sent.done() and not sent.cancelled():
            sent.exception()  # looked at, so that nothing is printed of it
        raise


class Deployment:
    def __init__(self, origin: str, settings: Settings) -> None:
        self.origin = origin.rstrip("/")
        self.settings = settings
        bypass = settings.protection_bypass
        # https://vercel.com/docs/deployment-protection/methods-to-bypass-deployment-protection
        self._own_headers = {"x-vercel-protection-bypass": bypass} if bypass else {}
        self.http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, headers={"User-Agent": "mixerai-smoke"})
        self.config: dict[str, str] = {}
        self.session: Session | None = None
        self.content: dict[str, Any] | None = None
        self._made: list[tuple[str, Callable[[], Awaitable[None]]]] = []

    def require_config(self) -> dict[str, str]:
        if not self.config:
            raise CheckSkipped("needs the addresses that the health check reads")
        return self.config

    def require_session(self) -> Session:
        if self.session is None or not self.session.brand:
            raise CheckSkipped("needs the sign-in")
        return self.session

    def require_content(self) -> dict[str, Any]:
        if self.content is None:
            raise CheckSkipped("needs the content that the write makes")
        return self.content

    async def ask(
        self,
        method: str,
        path: str,
        *,
        expected: int | tuple[int, ...] = 200,
        look_at: Hint = LOG_HINT,
        as_stranger: bool = False,
        headers: dict[str, str] | None = None,
        **arguments: Any,
    ) -> httpx.Response:
        """Sends a request, with the session if there is one. Raises CheckFailed for a status that is not expected."""
        sent = self._own_headers | (headers or {})
        if self.session is not None and not as_stranger:
            await self._renew_in_time(self.session)
            sent.setdefault("Authorization", f"Bearer {self.session.access_token}")
        return await self._send(method, f"{self.origin}{path}", expected, look_at, headers=sent, **arguments)

    async def _renew_in_time(self, session: Session) -> None:
        """Renews the access token before it ends. Waiting for the edge may take longer than it lives."""
        if time.monotonic() < session.renew_at:
            return
        body = {"refreshToken": session.refresh_token}
        url = f"{self.origin}/api/v1/auth/refresh"
        answer = await self._send("POST", url, 200, LOG_HINT, headers=self._own_headers, json=body)
        self.session = replace(session, **session_tokens(answer.json()["data"]))

    async def ask_supabase(
        self,
        method: str,
        path: str,
        *,
        expected: int | tuple[int, ...] = 200,
        look_at: Hint,
        token: str | None = None,
        **arguments: Any,
    ) -> httpx.Response:
        """Sends a request to Supabase as a browser does, with the publishable key.

        The key goes in ``apikey`` alone: hosted Supabase refuses it as a bearer token
        (https://supabase.com/docs/guides/getting-started/api-keys).
        """
        config = self.require_config()
        headers = {"apikey": config["supabasePublishableKey"]} | ({"Authorization": f"Bearer {token}"} if token else {})
        url = f"{config['supabaseUrl'].rstrip('/')}{path}"
        return await self._send(method, url, expected, look_at, headers=headers, **arguments)

    async def _send(
        self, method: str, url: str, expected: int | tuple[int, ...], look_at: Hint, **arguments: Any
    ) -> httpx.Response:
        statuses = (expected,) if isinstance(expected, int) else expected
        wanted = f"{' or '.join(str(status) for status in statuses)} from {method} {url}"
        try:
            response = await _answered(self.http.request(method, url, **arguments))
        except httpx.HTTPError as error:
            came = f"no answer ({type(error).__name__}: {error})"
            raise CheckFailed(
                expected=wanted, came=came, look_at="whether the address is right and reachable"
            ) from error
        if response.status_code not in statuses:
            where = look_at if isinstance(look_at, str) else look_at.get(response.status_code, LOG_HINT)
            raise CheckFailed(expected=wanted, came=describe(response), look_at=where)
        return response

    def made(self, what: str, take_away: Callable[[], Awaitable[None]]) -> None:
        """Registers how to delete something, before it is created."""
        self._made.append((what, take_away))

    async def take_away_all(self) -> list[str]:
        """Deletes everything that was created, latest first. Returns the deletions that failed, with reasons."""
        left: list[str] = []
        while self._made:
            what, take_away = self._made.pop()
            try:
                await take_away()
            except Exception as error:  # noqa: BLE001 - the others must be taken away all the same
                left.append(f"{what}: {error or type(error).__name__}")
        return left

    async def close(self) -> None:
        await self.http.aclose()
