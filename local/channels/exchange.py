"""Logs the requests to all targets, and fails some of them where tests ask for it.

`POST /faults` {path, methods, status, headers, body, seconds, times, isAfterwards}: the next `times` requests to paths
that begin with `path` are answered so; with `isAfterwards` only after the target has done its work, as when an answer
is lost. Status 0 only waits.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEPT = 2000
QUIET = ("/healthz", "/faults", "/received", "/state")


@dataclass
class Fault:
    path: str
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    seconds: float = 0
    times: int = 1
    methods: tuple[str, ...] = ()
    is_afterwards: bool = False

    def response(self) -> Response:
        return JSONResponse(self.body, status_code=self.status, headers=self.headers)


class Exchange:
    def __init__(self) -> None:
        self.received: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.faults: list[Fault] = []

    async def add_fault(self, request: Request) -> Response:
        wished = await request.json()
        self.faults.append(
            Fault(
                path=wished["path"],
                status=wished.get("status", 500),
                headers=wished.get("headers", {}),
                body=wished.get("body"),
                seconds=wished.get("seconds", 0),
                times=wished.get("times", 1),
                methods=tuple(wished.get("methods", ())),
                is_afterwards=wished.get("isAfterwards", False),
            )
        )
        return Response(status_code=204)

    async def list_received(self, request: Request) -> Response:
        path = request.query_params.get("path", "")
        return JSONResponse([entry for entry in self.received if entry["path"].startswith(path)])

    def fault_for(self, scope: Scope) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and scope["path"].startswith(fault.path):
                if fault.methods and scope["method"] not in fault.methods:
                    continue
                fault.times -= 1
                return fault
        return None


class Recorded:
    """Keeps each request before the target sees it, and answers with the faults that were asked for."""

    def __init__(self, app: ASGIApp, exchange: Exchange) -> None:
        self._app = app
        self._exchange = exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(QUIET):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        query = scope["query_string"].decode()
        self._exchange.received.append(
            {
                "method": scope["method"],
                "path": scope["path"],
                "url": str(request.url),
                "query": query,
                "headers": dict(request.headers),
                "body": body.decode(errors="replace"),
            }
        )

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        fault = self._exchange.fault_for(scope)
        if fault is None:
            await self._app(scope, again, send)
            return
        if fault.is_afterwards:

            async def lose(_: Message) -> None:
                pass

            await self._app(scope, again, lose)
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.status == 0:  # slow, and then as usual
            await self._app(scope, again, send)
            return
        await fault.response()(scope, receive, send)
