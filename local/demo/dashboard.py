"""A dashboard on a channel."""

import asyncio
from typing import Any

from realtime import RealtimeSubscribeStates

from supabase import AsyncClient, acreate_client


class Dashboard:
    """Listens to one private channel through the real Supabase client."""

    def __init__(self, client: AsyncClient, topic: str) -> None:
        self.client = client
        self.topic = topic
        self.received: list[dict[str, Any]] = []
        self.arrived = asyncio.Event()
        self.state: str = "waiting"

    @classmethod
    async def open(cls, config: dict[str, str], access_token: str, topic: str) -> "Dashboard":
        client = await acreate_client(config["supabaseUrl"], config["supabasePublishableKey"])
        await client.realtime.set_auth(access_token)
        dashboard = cls(client, topic)
        channel = client.channel(
            topic,
            {
                "config": {
                    "private": True,
                    "broadcast": {"ack": False, "self": False},
                    "presence": {"key": "", "enabled": False},
                }
            },
        )
        channel.on_broadcast("*", lambda message: dashboard.note(dict(message["payload"])))
        answered = asyncio.Event()

        def note(state: RealtimeSubscribeStates, _: Exception | None) -> None:
            dashboard.state = state.value
            answered.set()

        await channel.subscribe(note)
        await asyncio.wait_for(answered.wait(), 10)
        return dashboard

    def note(self, event: dict[str, Any]) -> None:
        self.received.append(event)
        self.arrived.set()

    async def wait_for(self, event_type: str, seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while all(event["type"] != event_type for event in self.received):
                self.arrived.clear()
                await self.arrived.wait()

    async def close(self) -> None:
        await self.client.remove_all_channels()
        await self.client.realtime.close()
