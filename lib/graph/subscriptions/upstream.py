"""Joins private topics of Supabase Realtime as the callers, over few sockets of the instance.

A socket carries a topic once, and each topic is joined with the token of the one who follows it. So the same topic of
two callers is on two sockets, and all subscriptions of one caller share a channel.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Final

from lib.core.config import get_settings
from lib.graph.subscriptions.ears import Ear
from lib.graph.subscriptions.limits import CHANNELS_OF_SOCKET, HEARTBEAT_SECONDS, REJOIN_SECONDS

_OPTIONS: Final = {
    "private": True,
    "broadcast": {"ack": False, "self": False, "replication_ready": True},
    "presence": {"key": "", "enabled": False},
    "postgres_changes": [],
}


@dataclass(slots=True)
class _Channel:
    topic: str
    token: str
    socket: "_Socket"
    ears: set[Ear] = field(default_factory=set[Ear])
    refusals: int = 0
    rejoining: asyncio.Task[None] | None = None

    def flow(self) -> None:
        for ear in self.ears:
            ear.live.add(self.topic)
            ear.hear()

    def lose(self) -> None:
        for ear in self.ears:
            ear.live.discard(self.topic)
            ear.hear()


class _Socket:
    """One connection to Realtime. It is opened again for as long as it has channels."""

    def __init__(self) -> None:
        self.channels: dict[str, _Channel] = {}
        self._socket: Any = None
        self._refs = 0
        self.task = asyncio.create_task(self._run(), context=Context())

    async def _run(self) -> None:
        import aiohttp  # as all that few requests need

        settings, attempt = get_settings(), 0
        address = f"ws{settings.supabase_url.removeprefix('http')}/realtime/v1/websocket"
        query = {"apikey": settings.supabase_publishable_key, "vsn": "1.0.0"}
        async with aiohttp.ClientSession() as session:
            while self.channels:
                with suppress(aiohttp.ClientError, OSError):
                    async with session.ws_connect(address, params=query, max_msg_size=4_000_000) as self._socket:
                        attempt = 0
                        for channel in list(self.channels.values()):
                            await self.join(channel)
                        async with asyncio.TaskGroup() as group:
                            beating = group.create_task(self._beat())
                            await self._read()
                            beating.cancel()
                self._socket = None
                for channel in self.channels.values():
                    channel.lose()
                await asyncio.sleep(REJOIN_SECONDS[min(attempt, len(REJOIN_SECONDS) - 1)])
                attempt += 1

    async def _read(self) -> None:
        import aiohttp

        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(message.data))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._send("phoenix", "heartbeat", {})

    async def _send(self, topic: str, event: str, payload: dict[str, Any]) -> None:
        self._refs += 1
        if self._socket is not None and not self._socket.closed:
            with suppress(ConnectionError):
                await self._socket.send_json(
                    {"topic": topic, "event": event, "payload": payload, "ref": str(self._refs), "join_ref": None}
                )

    async def join(self, channel: _Channel) -> None:
        await self._send(f"realtime:{channel.topic}", "phx_join", {"config": _OPTIONS, "access_token": channel.token})

    async def leave(self, channel: _Channel) -> None:
        self.channels.pop(channel.topic, None)
        if channel.rejoining is not None:
            channel.rejoining.cancel()
        await self._send(f"realtime:{channel.topic}", "phx_leave", {})
        if not self.channels and self._socket is not None:
            await self._socket.close()

    def _take(self, message: dict[str, Any]) -> None:
        channel = self.channels.get(message["topic"].removeprefix("realtime:"))
        if channel is None:
            return
        event, payload = message["event"], message.get("payload") or {}
        if event == "broadcast":
            for ear in channel.ears:
                ear.hear(payload.get("payload") or {})
        elif event == "system" and payload.get("extension") == "system" and payload.get("status") == "ok":
            channel.refusals = 0
            channel.flow()
        elif event in ("phx_close", "phx_error") or (event == "phx_reply" and payload.get("status") == "error"):
            channel.lose()
            if channel.rejoining is None or channel.rejoining.done():
                channel.rejoining = asyncio.create_task(self._join_again(channel))

    async def _join_again(self, channel: _Channel) -> None:
        await asyncio.sleep(REJOIN_SECONDS[min(channel.refusals, len(REJOIN_SECONDS) - 1)])
        channel.refusals += 1
        await self.join(channel)


class _Upstream:
    """The sockets of one event loop."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], _Channel] = {}
        self._sockets: list[_Socket] = []

    async def listen(self, ear: Ear, topic: str, token: str) -> _Channel:
        channel = self._channels.get((topic, token))
        if channel is None:
            self._sockets = [each for each in self._sockets if not each.task.done()]
            found = (each for each in self._sockets if each.channels and self._has_room(each, topic))
            socket = next(found, None)
            is_new = socket is None
            if socket is None:
                socket = _Socket()
                self._sockets.append(socket)
            channel = self._channels[topic, token] = socket.channels[topic] = _Channel(topic, token, socket)
            channel.ears.add(ear)
            if not is_new:
                await socket.join(channel)
            return channel
        channel.ears.add(ear)
        if any(topic in other.live for other in channel.ears):
            ear.live.add(topic)
        return channel

    @staticmethod
    def _has_room(socket: _Socket, topic: str) -> bool:
        return topic not in socket.channels and len(socket.channels) < CHANNELS_OF_SOCKET

    async def forget(self, ear: Ear, channel: _Channel) -> None:
        channel.ears.discard(ear)
        if not channel.ears and self._channels.get((channel.topic, channel.token)) is channel:
            del self._channels[channel.topic, channel.token]
            await channel.socket.leave(channel)


_upstreams: Final = dict[asyncio.AbstractEventLoop, _Upstream]()


@asynccontextmanager
async def listening(token: str, *topics: str) -> AsyncGenerator[Ear]:
    """Gives what hears the topics while the block lasts, as the holder of the token.

    A topic that cannot be joined stays silent, so the one who listens looks at the log in time too.
    """
    loop = asyncio.get_running_loop()
    for former in [each for each in _upstreams if each.is_closed()]:
        del _upstreams[former]
    upstream, ear = _upstreams.setdefault(loop, _Upstream()), Ear()
    channels: list[_Channel] = []
    try:
        for topic in topics:
            channel = await upstream.listen(ear, topic, token)
            channels.append(channel)
        yield ear
    finally:
        for channel in channels:
            await upstream.forget(ear, channel)
