"""Gives every request its id, limits, response headers and log line, and hides stack traces."""

import asyncio
import logging
import re
import time
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.core.http.admission import admitted
from lib.core.http.alike import may_tell_times
from lib.core.http.deadline import AFTERWARDS_SECONDS, GRACE_SECONDS, waiting_seconds
from lib.core.http.envelope import failure
from lib.core.http.errors import (
    RETRY_AFTER_SECONDS,
    ApiError,
    GatewayTimeout,
    InternalError,
    ValidationFailed,
)
from lib.core.http.headers import JSON, MAX_BODY_BYTES, check_body, check_names, is_json, media_type
from lib.core.http.json_values import MAX_JSON_VALUES, JsonValues, TooManyValues
from lib.core.telemetry.context import Idempotency, RequestContext, begin_context
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,128}")
IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
EDGE_CONTROL: Final = "Vercel-CDN-Cache-Control"

SECURITY_HEADERS: Final = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# As ASGI has headers. Starlette's own collection looks through all headers for each that is set.
_SECURITY_HEADERS: Final = {name.lower().encode(): value.encode() for name, value in SECURITY_HEADERS.items()}
_EDGE_CONTROL: Final = EDGE_CONTROL.lower().encode()


def error_response(error: ApiError, context: RequestContext) -> JSONResponse:
    """Returns the response for an error."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = failure(error, context.request_id).model_dump(mode="json", by_alias=True)
    return JSONResponse(body, status_code=error.status, headers=headers)


def _idempotency(scope: Scope, headers: Headers) -> Idempotency | None:
    """Reads the Idempotency-Key of a POST. Other methods can be repeated without one."""
    key = headers.get("idempotency-key")
    if key is None or scope["method"] != "POST":
        return None
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise ValidationFailed(
            "the Idempotency-Key is not valid",
            details=[
                {
                    "field": "Idempotency-Key",
                    "code": "INVALID_FORMAT",
                    "message": "must be 1 to 255 printable ASCII characters without spaces",
                }
            ],
        )
    target = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}"
    return Idempotency(key, f"{target} {headers.get('if-match', '')}")


class _HeadAnswered(Exception):
    """Ends a stream after its headers, in response to HEAD."""


class _Refused(Exception):
    """Ends a request that the check of limits and session refused while it was being answered."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Exchange:
    """One request and its response, within the time of the function."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, waiting_seconds: float) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.headers = Headers(scope=scope)
        offered = self.headers.get("x-request-id", "")
        self.context = begin_context(offered if REQUEST_ID.fullmatch(offered) else uuid4().hex)
        self.context.ends_at = time.monotonic() + waiting_seconds
        self.guard = asyncio.timeout(waiting_seconds + GRACE_SECONDS)
        """Ends waits that exceed the request's time."""
        self.status = 500
        self._began = time.perf_counter()
        self._values = JsonValues() if is_json(media_type(self.headers)) else None
        self._received = 0
        self._has_started = self._is_complete = self._has_failed = False
        self._is_head = scope["method"] == "HEAD"
        # HEAD is answered as GET is, with the same headers.
        self.handled_scope: Scope = {**scope, "method": "GET"} if self._is_head else scope

    def check_headers(self, media_types: tuple[str, ...]) -> None:
        """Checks the headers that the shell reads itself. Raises for invalid ones."""
        self.handled_scope = check_names(self.handled_scope)
        self.headers = Headers(scope=self.handled_scope)
        check_body(self.headers, media_types)
        self.context.idempotency = _idempotency(self.scope, self.headers)

    async def receive(self) -> Message:
        message = await self._receive()
        part = message.get("body", b"")
        self._received += len(part)
        if self.context.idempotency is not None:
            self.context.idempotency.body.append(part)
        # FastAPI turns other exceptions while it reads a body into a 400.
        if self._received > MAX_BODY_BYTES:
            raise HTTPException(413)
        if self._values is not None:
            try:
                self._values.add(part)
            except TooManyValues as error:
                raise HTTPException(413, f"the body may have at most {MAX_JSON_VALUES:,} values") from error
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.context.admission is not None and not self._has_failed:
                await self._require_admission()
            self.status, self._has_started = message["status"], True
            message["headers"] = self._finish_headers(message["headers"])
        is_cut = self._is_head and message.get("more_body", False)
        if self._is_head and message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)
        is_last = message["type"] == "http.response.body" and not message.get("more_body")
        if is_last and not self._has_failed and not self.guard.expired():
            # Work after the response has time of its own, also if the response took all of its time.
            self._is_complete = True
            now = time.monotonic()
            self.context.ends_at = max(now, self.context.ends_at) + AFTERWARDS_SECONDS
            self.guard.reschedule(asyncio.get_running_loop().time() + self.context.ends_at - now)
        if is_cut:
            raise _HeadAnswered

    async def _require_admission(self) -> None:
        """Waits for the check of limits and session: before it, no answer begins. Raises _Refused."""
        try:
            await admitted()
        except Exception as refusal:
            # No handler takes this, so that it reaches ``answer_failure``.
            raise _Refused(refusal) from refusal

    async def answer_failure(self, error: Exception) -> None:
        """Responds to exceptions that no handler took, to timeouts of the guard, and to refusals of the check."""
        is_refused = False
        if self.context.admission is not None and not self._has_started:
            try:
                await admitted()
            except Exception as refusal:  # noqa: BLE001 - it is answered below
                error, is_refused = refusal, True
        self._has_failed = True
        if self._is_complete and self.guard.expired():
            log(logging.WARNING, "the work after the response took too long", error=error)
            return
        if self._has_started:
            report(error)
            log(logging.ERROR, "the response broke off", error=error)
            raise error
        if self.guard.expired() and not is_refused:
            error = GatewayTimeout("this took too long", retry_after=RETRY_AFTER_SECONDS)
        elif not isinstance(error, ApiError):
            report(error)
            log(logging.ERROR, "unexpected error", error=error)
            error = InternalError("something went wrong on our side")
        await error_response(error, self.context)(self.scope, self.receive, self.send)

    def log_end(self) -> None:
        duration = round((time.perf_counter() - self._began) * 1000, 1)
        waits = {f"{name}Ms": round(spent, 1) for name, spent in self.context.timings.items()}
        asked = {"method": self.scope["method"], "path": self.scope["path"]}
        log(logging.INFO, "request", fields=asked | {"status": self.status, "durationMs": duration} | waits)

    def _finish_headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = {name for name, _ in headers}
        # The edge gives an answer that it keeps to other clients too, so it must say nothing of this client's request.
        own = {} if _EDGE_CONTROL in names else self._own_headers()
        added = _SECURITY_HEADERS | {name.lower().encode(): value.encode("latin-1") for name, value in own.items()}
        kept = [header for header in headers if header[0] not in added]
        if b"cache-control" not in names and b"cache-control" not in added:
            added[b"cache-control"] = b"private, no-store"
        return [*kept, *added.items()]

    def _own_headers(self) -> dict[str, str]:
        """Returns the headers about this one request: its id, its times, its limits."""
        about = {"X-Request-Id": self.context.request_id}
        if may_tell_times(self.handled_scope, self.context, self.status):
            total = (time.perf_counter() - self._began) * 1000
            waits = [f"{name};dur={spent:.1f}" for name, spent in self.context.timings.items()]
            about["Server-Timing"] = ", ".join([*waits, f"total;dur={total:.1f}"])
        return about | self.context.response_headers


class RequestMiddleware:
    """Wraps the application of one function; everything but CORS runs inside it."""

    def __init__(self, app: ASGIApp, max_seconds: float, media_types: tuple[str, ...] = (JSON,)) -> None:
        """``max_seconds``: the ``maxDuration`` of the function."""
        self.app = app
        self.waiting_seconds = waiting_seconds(max_seconds)
        self.media_types = media_types

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        exchange = _Exchange(scope, receive, send, self.waiting_seconds)
        try:
            async with exchange.guard:
                exchange.check_headers(self.media_types)
                await self.app(exchange.handled_scope, exchange.receive, exchange.send)
                if exchange.status == 304 and exchange.context.when_unchanged is not None:
                    await exchange.context.when_unchanged()
                if exchange.context.afterwards is not None:
                    await exchange.context.afterwards()
        except _HeadAnswered:
            pass
        except Exception as error:  # noqa: BLE001 - the last line of defence: nothing above it knows how to answer
            await exchange.answer_failure(error)
        finally:
            exchange.log_end()
