"""Tests a Realtime channel that is joined before replication runs, as on a project without listeners for a while.

The messages of the server are from supabase/realtime, lib/realtime_web/channels/realtime_channel.ex.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tools.smoke.live import joined

pytestmark = pytest.mark.anyio

CONTENT = "01a2160b-defd-792b-9912-9207ed3fcec2"
TOPIC = "realtime:brand:b"
MESSAGES = {"ok": "Replication connection established", "error": "Replication connection was not established in time"}


class LateRealtime:
    """Answers a join at once, and reports later how replication went."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.join: dict[str, Any] = {}
        self.tell = asyncio.Event()

    async def serve(self, socket: ServerConnection) -> None:
        async for frame in socket:
            message = json.loads(frame)
            if message["event"] != "phx_join":
                continue
            self.join = message["payload"]
            answer = {"status": "ok", "response": {"postgres_changes": []}}
            await self._send(socket, "phx_reply", answer, ref=message["ref"])
            await self.tell.wait()
            system = {"extension": "system", "status": self.status, "message": MESSAGES[self.status]}
            await self._send(socket, "system", system | {"channel": "brand:b"})
            if self.status == "error":
                await self._send(socket, "phx_close", {})
            else:
                event = {"type": "ContentUpdated", "aggregateId": CONTENT}
                broadcast = {"type": "broadcast", "event": "ContentUpdated", "payload": event}
                await self._send(socket, "broadcast", broadcast)

    async def _send(
        self, socket: ServerConnection, event: str, payload: dict[str, Any], ref: str | None = None
    ) -> None:
        await socket.send(json.dumps({"topic": TOPIC, "event": event, "payload": payload, "ref": ref}))


@pytest.fixture(params=["ok", "error"])
async def realtime(request: pytest.FixtureRequest) -> AsyncIterator[tuple[LateRealtime, dict[str, str]]]:
    late = LateRealtime(request.param)
    async with serve(late.serve, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield late, {"supabaseUrl": f"http://127.0.0.1:{port}", "supabasePublishableKey": "sb_publishable_x"}


async def test_joined_is_not_ready(realtime: tuple[LateRealtime, dict[str, str]]) -> None:
    late, config = realtime
    async with joined(config, "a.user.token", "brand:b") as channel:
        assert channel.is_open
        assert late.join["access_token"] == "a.user.token"
        assert late.join["config"]["private"] is True
        assert late.join["config"]["broadcast"]["replication_ready"] is True
        assert not await channel.receives("ContentUpdated", CONTENT, seconds=0.1)
        assert not channel.ready.is_set()
        late.tell.set()
        # A decision either way, long before the minute is over.
        async with asyncio.timeout(10):
            assert await channel.is_ready() is (late.status == "ok")
            assert await channel.receives("ContentUpdated", CONTENT, seconds=60) is (late.status == "ok")
