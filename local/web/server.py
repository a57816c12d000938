"""One server for the whole origin: a file of public/, or the function that a rewrite selects, behind the edge cache."""

import asyncio
import os
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.web.edge_cache import API_PATHS, EdgeCache
from local.web.routing import Routing, load_routing

ROOT: Final = Path(__file__).resolve().parents[2]
PUBLIC: Final = ROOT / "public"
ENDED: Final = "FUNCTION_INVOCATION_TIMEOUT"
POLICY: Final = "Content-Security-Policy"
# Pages of this machine connect to the Supabase of this machine, which the policy of a deployment does not name.
LOCAL_SOURCES: Final = "http://127.0.0.1:* ws://127.0.0.1:*"
ADDRESS_HEADERS: Final = ("x-vercel-forwarded-for", "x-forwarded-for", "x-real-ip")


def with_local_sources(policy: str) -> str:
    """Returns a Content-Security-Policy whose pages may also connect to any port of this machine."""
    return policy.replace("connect-src ", f"connect-src {LOCAL_SOURCES} ")


def _with_address(scope: Scope, extra_query: str) -> Scope:
    """Returns the scope as the platform passes it on: with the address that it saw, whatever the client claimed."""
    address = scope["client"][0].encode()
    names = [name.encode() for name in ADDRESS_HEADERS]
    headers = [(name, value) for name, value in scope["headers"] if name not in names]
    query = b"&".join(part for part in (scope["query_string"], extra_query.encode()) if part)
    return dict(scope) | {"headers": headers + [(name, address) for name in names], "query_string": query}


class Origin:
    def __init__(self, routing: Routing, functions: dict[str, ASGIApp]) -> None:
        self.routing = routing
        self.functions = functions
        self.static = Starlette(routes=[Mount("/", StaticFiles(directory=PUBLIC, html=True))])
        self.edge = EdgeCache(os.environ.get("VERCEL_TOKEN", ""))
        self.files = {f"/{path.relative_to(PUBLIC)}" for path in PUBLIC.rglob("*") if path.is_file()}

    def _is_file(self, path: str) -> bool:
        return path in self.files or f"{path.rstrip('/')}/index.html" in self.files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["type"] == "websocket":
            return await self._connect(scope, receive, send)
        headers = self.routing.headers_for(path)
        if POLICY in headers:
            headers[POLICY] = with_local_sources(headers[POLICY])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in headers.items():
                    sent[name] = value
            await send(message)

        rewrite = self.routing.rewrite(path)
        if path == "/healthz":
            return await JSONResponse({"status": "ok"})(scope, receive, send)
        if path in API_PATHS and scope["method"] == "POST":
            return await (await self.edge.purge(Request(scope, receive)))(scope, receive, send)
        if rewrite is None or self._is_file(path):
            return await self.static(scope, receive, send_with_headers)
        function, extra_query = rewrite
        if function.endswith(".html"):
            page = dict(scope) | {"path": f"/{function}", "raw_path": f"/{function}".encode()}
            return await self.static(page, receive, send_with_headers)
        seen = _with_address(scope, extra_query)
        return await self.edge.answer(self.functions[function], seen, receive, send_with_headers)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a WebSocket on to its function. Where there is none, the handshake is refused (403)."""
        rewrite = self.routing.rewrite(scope["path"])
        if rewrite is None or rewrite[0] not in self.functions:
            return await send({"type": "websocket.close"})
        function, extra_query = rewrite
        return await self.functions[function](_with_address(scope, extra_query), receive, send)


class Function:
    """A file of api/, imported by its first request, as on Vercel, where each function starts by itself.

    It is ended at its ``maxDuration``, as there, even if its response has been sent.
    """

    def __init__(self, name: str, max_seconds: float) -> None:
        """Loads a function. ``name``: as in the rewrites, ``api/contents``."""
        self.module = name.replace("/", ".")
        self.max_seconds = max_seconds

    @cached_property
    def app(self) -> ASGIApp:
        return import_module(self.module).app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app, has_started = self.app, False

        async def noticed_send(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        limit = asyncio.timeout(self.max_seconds)
        try:
            async with limit:
                await app(scope, receive, noticed_send)
        except TimeoutError:
            if not limit.expired():
                raise
            print(f"{scope['path']}: ended after {self.max_seconds} s", flush=True)
            if not has_started and scope["type"] == "http":
                timed_out = PlainTextResponse(f"{ENDED}\n", 504, {"X-Vercel-Error": ENDED})
                await timed_out(scope, receive, send)


def create_app() -> Origin:
    routing = load_routing(ROOT / "vercel.json")
    names = {destination.removeprefix("/") for _, destination in routing.rewrites if "." not in destination}
    return Origin(routing, {name: Function(name, routing.max_seconds(name)) for name in names})
