"""Sends requests over the connections of the instance: see lib/core/http/connections.py.

The two services that nearly every request asks are called by ``get_exchange``. All others have a client of httpx, over
the same connections.
"""

import math
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Final

import httpx

from lib.core.http.answer import Exchange
from lib.core.http.deadline import within

# Seconds that a call of the data API or of Auth may take in all. Where a request makes several calls, the later ones
# have the rest of its time: see lib/core/http/deadline.py.
TOTAL_SECONDS: Final = 6.0
# Seconds for calls of SQL functions that do much at once, which may take 30 seconds in the database: an import, a bulk
# command, scheduled work. Only functions with a `maxDuration` of 60 have so much time.
PATIENT_SECONDS: Final = 25.0
# Methods that change nothing. A second PUT or DELETE changes nothing more, but Auth refuses it.
_SAFE: Final = ("GET", "HEAD")
# Headers of an answer that are not passed on: a body is unpacked already, and no cookie of a service is kept.
_NOT_PASSED_ON: Final = ("content-encoding", "content-length", "transfer-encoding", "set-cookie")


def get_exchange() -> Exchange:
    """Returns the function that sends a request: ``exchange`` of lib/core/http/connections.py.

    Imports it at the first call, which takes a fifth as long as importing FastAPI. So call this before a wait with a
    timeout begins.
    """
    from lib.core.http.connections import exchange

    return exchange


class _Transport(httpx.AsyncBaseTransport):
    """The connections of the instance, for httpx."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        seconds = request.extensions["timeout"]
        # httpx applies a timeout to each read alone, and the request may have less time left than that.
        try:
            async with within(math.inf):
                answer = await get_exchange()(
                    request.method,
                    str(request.url),
                    headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
                    content=await request.aread() or None,
                    may_repeat=request.method in _SAFE,
                    connect_seconds=seconds["connect"],
                    silent_seconds=seconds["read"],
                )
        except TimeoutError as error:
            raise httpx.ReadTimeout("the time of the request is over") from error
        passed_on = [(name, value) for name, value in answer.headers.items() if name.lower() not in _NOT_PASSED_ON]
        return httpx.Response(answer.status_code, headers=passed_on, content=answer.content, request=request)

    async def aclose(self) -> None:
        await close_connections()


@asynccontextmanager
async def connected(_: object) -> AsyncGenerator[None]:
    """Opens what the first request of a function needs, and closes all connections when the function ends."""
    from lib.core.http.connections import open_connections

    open_connections()
    yield
    await close_connections()


async def close_connections() -> None:
    """Closes the connections that this event loop has opened, if any."""
    if "lib.core.http.connections" in sys.modules:
        from lib.core.http import connections

        await connections.close_connections()
    if "lib.core.security.outgoing_connections" in sys.modules:
        from lib.core.security import outgoing_connections

        outgoing_connections.close_connections()


@lru_cache(maxsize=1)
def get_http_client() -> httpx.AsyncClient:
    """Returns the client of this instance for services that few requests ask. It is made at the first call."""
    return httpx.AsyncClient(
        transport=_Transport(), timeout=httpx.Timeout(30.0, connect=2.0), headers={"Accept-Encoding": "identity"}
    )
