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
PUBLIC_METHODS: Final = ("GET", "HEAD", "OPTIONS")
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


def cors_middleware(allowed_origins: Sequence[str], *, is_public: bool) -> list[Middleware]:
    """Returns the middleware of a function: none where only pages of our own origin may call it."""
    if is_public:
        return [Middleware(PublicCors)]
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
