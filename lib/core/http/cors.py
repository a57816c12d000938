"""Which pages of other origins may call a function from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol).

The web apps of the setting CORS_ALLOWED_ORIGINS may call all functions, with cookies. A function that is public answers
the pages of any origin, without cookies and whatever the setting says. Its answers may be kept by a shared cache, so
all of them carry the same header: ``Access-Control-Allow-Origin: *``, also where the request names no origin.
"""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFLIGHT_SECONDS: Final = 600
EXPOSED_HEADERS: Final = (
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "Server-Timing",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
)
ALLOWED_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Prefer",
    "X-API-Key",
    "X-CSRF-Token",
    "X-Request-Id",
)
READING_METHODS: Final = ("GET", "HEAD")
PUBLIC_METHODS: Final = (*READING_METHODS, "OPTIONS")
PUBLIC_HEADERS: Final = ("If-None-Match", "X-Delivery-Key", "X-Request-Id")


class PublicCors:
    """Lets pages of any origin read the answers, and answers their preflight requests.

    Starlette's own middleware would answer a request with a cookie by that request's origin, which a shared cache would
    then hand to the pages of another.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers preflight requests itself (204) and passes on all others."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_public(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED_HEADERS)
                # The shell's own value allows pages of the same site only.
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        asked = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "origin" in asked and "access-control-request-method" in asked:
            allowed = {
                "Access-Control-Allow-Methods": ", ".join(PUBLIC_METHODS),
                "Access-Control-Allow-Headers": ", ".join(PUBLIC_HEADERS),
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
                "Cache-Control": "no-store",
            }
            return await Response(status_code=204, headers=allowed)(scope, receive, send_public)
        return await self.app(scope, receive, send_public)


class PublicReads:
    """Lets pages of any origin read one path of a function. Other requests get the middleware that others would."""

    def __init__(self, app: ASGIApp, path: str, others: Sequence[Middleware]) -> None:
        self.public = PublicCors(app)
        self.path = path
        for each in others:
            app = each.cls(app, *each.args, **each.kwargs)
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the preflight requests of reads itself (204) and passes on all other requests."""
        app = self.public if scope["type"] == "http" and self._reads(scope) else self.app
        await app(scope, receive, send)

    def _reads(self, scope: Scope) -> bool:
        method = scope["method"]
        if method == "OPTIONS":
            method = Headers(scope=scope).get("access-control-request-method", "")
        return scope["path"] == self.path and method in READING_METHODS


def cors_middleware(allowed_origins: Sequence[str], *, is_public: bool, public_path: str = "") -> list[Middleware]:
    """Returns the middleware of a function: none where only pages of our own origin may call it.

    ``public_path``: the path that pages of any origin may read, in a function that is not public.
    """
    if is_public:
        return [Middleware(PublicCors)]
    others = _for_web_apps(allowed_origins)
    return [Middleware(PublicReads, path=public_path, others=others)] if public_path else others


def _for_web_apps(allowed_origins: Sequence[str]) -> list[Middleware]:
    if not allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(allowed_origins),
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=list(ALLOWED_HEADERS),
            allow_credentials=True,
            expose_headers=list(EXPOSED_HEADERS),
            max_age=PREFLIGHT_SECONDS,
        )
    ]
