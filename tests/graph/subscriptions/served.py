"""The function of GraphQL in this process, with limits that a test can wait for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

import aiohttp
import pytest
import uvicorn

from lib.graph.subscriptions import limits, running, transport_sse
from local.stack.client import RunningStack
from local.stack.copies import free_port
from tests.support.function import as_function


@asynccontextmanager
async def served(stack: RunningStack, monkeypatch: pytest.MonkeyPatch, **changed: float) -> AsyncGenerator[str]:
    """Yields the address of the function, whose limits of these names have these values."""
    for name, value in changed.items():
        for module in (limits, running, transport_sse):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    async with as_function(stack, monkeypatch):
        app = import_module("api.graph").app
        port = free_port()
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=None))
        async with asyncio.timeout(30):
            while not server.started:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{port}/api/v1/graphql"
        finally:
            server.should_exit = server.force_exit = True
            await serving


@asynccontextmanager
async def raw_socket(address: str, **options: Any) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """Opens a WebSocket at an address."""
    options = {"protocols": ["graphql-transport-ws"], "autoclose": True, **options}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(address.replace("http", "ws", 1), **options) as socket,
    ):
        yield socket
