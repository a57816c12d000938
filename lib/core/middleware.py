"""Around every request: its id, its bounds, its headers, its line in the log, and no stack trace."""

import logging
import re
import time
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.core.context import Idempotency, RequestContext, begin_context
from lib.core.envelope import failure
from lib.core.errors import ApiError, InternalError, PayloadTooLarge, UnsupportedMediaType, ValidationFailed
from lib.core.logs import log
from lib.core.telemetry import report

# Vercel's own bound on the body of a request to a function, in bytes.
MAX_BODY_BYTES: Final = 4_500_000
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,128}")
IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
JSON: Final = "application/json"

SECURITY_HEADERS: Final = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def error_response(error: ApiError, context: RequestContext) -> JSONResponse:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = failure(error, context.request_id).model_dump(mode="json", by_alias=True)
    return JSONResponse(body, status_code=error.status, headers=headers)


def _check_head(headers: Headers, media_types: tuple[str, ...]) -> None:
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"the body may have at most {MAX_BODY_BYTES} bytes")
    has_body = length != "0" or "transfer-encoding" in headers
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    if has_body and media_type not in media_types:
        raise UnsupportedMediaType(f"the body must be {' or '.join(media_types)}")


def _idempotency(scope: Scope, headers: Headers) -> Idempotency | None:
    """Of a POST that names a key; what else a client may repeat is repeatable by itself."""
    key = headers.get("idempotency-key")
    if key is None or scope["method"] != "POST":
        return None
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise ValidationFailed(
            "the Idempotency-Key is not valid",
            details=[
                {"field": "Idempotency-Key", "code": "INVALID_FORMAT", "message": "1 to 255 printable characters"}
            ],
        )
    target = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}"
    return Idempotency(key, f"{target} {headers.get('if-match', '')}")


class RequestMiddleware:
    def __init__(self, app: ASGIApp, media_types: tuple[str, ...] = (JSON,)) -> None:
        self.app = app
        self.media_types = media_types

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        offered = headers.get("x-request-id", "")
        context = begin_context(offered if REQUEST_ID.fullmatch(offered) else uuid4().hex)
        began = time.perf_counter()
        status = 500
        has_started = False
        received = 0

        async def bounded_receive() -> Message:
            nonlocal received
            message = await receive()
            part = message.get("body", b"")
            received += len(part)
            if context.idempotency is not None:
                context.idempotency.body.append(part)
            if received > MAX_BODY_BYTES:
                # FastAPI turns whatever else is raised while it reads a body into a 400.
                raise HTTPException(413)
            return message

        async def finished_send(message: Message) -> None:
            nonlocal status, has_started
            if message["type"] == "http.response.start":
                status, has_started = message["status"], True
                self._finish_headers(MutableHeaders(scope=message), context, began)
            await send(message)

        try:
            _check_head(headers, self.media_types)
            context.idempotency = _idempotency(scope, headers)
            await self.app(scope, bounded_receive, finished_send)
        except Exception as error:  # the last line of defence: nothing above it knows how to answer
            if has_started:
                report(error)
                log(logging.ERROR, "the response broke off", error=error)
                raise
            if not isinstance(error, ApiError):
                report(error)
                log(logging.ERROR, "unexpected error", error=error)
                error = InternalError("something went wrong on our side")
            await error_response(error, context)(scope, receive, finished_send)
        finally:
            duration = round((time.perf_counter() - began) * 1000, 1)
            waits = {f"{name}Ms": round(spent, 1) for name, spent in context.timings.items()}
            asked = {"method": scope["method"], "path": scope["path"]}
            log(logging.INFO, "request", fields=asked | {"status": status, "durationMs": duration} | waits)

    def _finish_headers(self, headers: MutableHeaders, context: RequestContext, began: float) -> None:
        headers["X-Request-Id"] = context.request_id
        total = (time.perf_counter() - began) * 1000
        waits = [f"{name};dur={spent:.1f}" for name, spent in context.timings.items()]
        headers["Server-Timing"] = ", ".join([*waits, f"total;dur={total:.1f}"])
        for name, value in (SECURITY_HEADERS | context.response_headers).items():
            headers[name] = value
        headers.setdefault("Cache-Control", "private, no-store")
