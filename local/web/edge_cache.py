"""Stands for Vercel's edge cache: keeps responses with Vercel-CDN-Cache-Control until they are purged by tag.

The rules: https://vercel.com/docs/caching/cdn-cache. A purge arrives as at https://api.vercel.com, with the same
paths, query, bearer token and body.
"""

import asyncio
import hmac
import re
import time
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_PATHS: Final = {
    "/v1/edge-cache/invalidate-by-tags": "invalidate",
    "/v1/edge-cache/dangerously-delete-by-tags": "delete",
}
CACHEABLE_STATUSES: Final = (200, 404, 410, 301, 302, 307, 308)
# For the platform only: clients do not see these headers.
CONSUMED: Final = ("vercel-cdn-cache-control", "vercel-cache-tag")
MAX_TAGS: Final = 16


@dataclass
class Entry:
    start: Message
    body: bytes
    tags: frozenset[str]
    fresh_until: float
    stale_until: float


@dataclass
class EdgeCache:
    token: str
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    refreshing: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def purge(self, request: Request) -> JSONResponse:
        offered = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(offered.encode(), self.token.encode()):
            return JSONResponse({"error": {"code": "forbidden", "message": "Not authorized"}}, status_code=403)
        tags: Any = (await request.json()).get("tags")
        if "projectIdOrName" not in request.query_params or not isinstance(tags, list) or len(tags) > MAX_TAGS:
            return JSONResponse({"error": {"code": "bad_request", "message": "Invalid request"}}, status_code=400)
        for key, entry in list(self.entries.items()):
            if not entry.tags & set(tags):
                continue
            if API_PATHS[request.url.path] == "delete":
                del self.entries[key]
            else:
                entry.fresh_until = 0
        return JSONResponse({})

    async def answer(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers from an entry, or else from the function, whose response is stored if its headers allow it."""
        headers = Headers(scope=scope)
        key = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        if scope["method"] not in ("GET", "HEAD") or "authorization" in headers or "range" in headers:
            return await self._ask(app, scope, receive, send, key=None)
        entry, now = self.entries.get(key), time.monotonic()
        if entry is None or now > entry.stale_until:
            # A response to HEAD has no body to keep.
            return await self._ask(app, scope, receive, send, key=key if scope["method"] == "GET" else None)
        is_fresh = now < entry.fresh_until
        if not is_fresh:
            task = asyncio.create_task(self._refresh(app, scope, key))
            self.refreshing.add(task)
            task.add_done_callback(self.refreshing.discard)
        return await self._give(entry, scope, receive, send, how="HIT" if is_fresh else "STALE")

    async def _give(self, entry: Entry, scope: Scope, receive: Receive, send: Send, *, how: str) -> None:
        asked = Headers(scope=scope)
        stored = Headers(raw=entry.start["headers"])
        body, status = entry.body, entry.start["status"]
        if stored.get("etag") and asked.get("if-none-match") == stored["etag"]:
            body, status = b"", 304
        response = Response(body, status_code=status)
        response.raw_headers = [
            (name, value) for name, value in entry.start["headers"] if status != 304 or name != b"content-length"
        ]
        response.headers["x-vercel-cache"] = how
        await response(scope, receive, send)

    async def _refresh(self, app: ASGIApp, scope: Scope, key: str) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_: Message) -> None:
            return None

        conditions = (b"if-none-match",)
        plain = dict(scope) | {
            "method": "GET",
            "headers": [pair for pair in scope["headers"] if pair[0] not in conditions],
        }
        await self._ask(app, plain, receive, send, key=key)

    async def _ask(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, key: str | None) -> None:
        kept: list[Message] = []
        parts: list[bytes] = []
        policy: tuple[float, float, frozenset[str]] | None = None

        async def keeping(message: Message) -> None:
            nonlocal policy
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                policy = _policy(message["status"], headers) if key else None
                for name in CONSUMED:
                    del headers[name]
                if policy:
                    kept.append(dict(message) | {"headers": list(message["headers"])})
                headers["x-vercel-cache"] = "MISS" if policy else "BYPASS"
            elif policy:
                parts.append(message.get("body", b""))
            await send(message)

        await app(scope, receive, keeping)
        if key and kept and policy:
            fresh, stale, tags = policy
            now = time.monotonic()
            self.entries[key] = Entry(kept[0], b"".join(parts), tags, now + fresh, now + fresh + stale)


def _policy(status: int, headers: Headers) -> tuple[float, float, frozenset[str]] | None:
    """Returns seconds fresh, seconds stale, and tags; None for a response that may not be stored."""
    control = headers.get("vercel-cdn-cache-control", "")
    fresh = re.search(r"(?:s-maxage|max-age)=(\d+)", control)
    browser = headers.get("cache-control", "")
    if status not in CACHEABLE_STATUSES or not fresh or "set-cookie" in headers:
        return None
    if any(word in browser for word in ("private", "no-store", "no-cache")) or "*" in headers.get("vary", ""):
        return None
    stale = re.search(r"stale-while-revalidate=(\d+)", control)
    tags = frozenset(tag.strip() for tag in headers.get("vercel-cache-tag", "").split(",") if tag.strip())
    return float(fresh[1]), float(stale[1]) if stale else 0.0, tags
