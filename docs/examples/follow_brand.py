"""Follows the events of a brand and misses none: the recipe of docs/realtime.md in Python.

Needs `supabase`, `httpx` and catch_up.py (local/demo/catch_up.py of this repository) beside it. Run it with the
settings as JSON: {"api", "supabaseUrl", "publishableKey", "accessToken", "brandId"}. It prints an event on each line.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import httpx
from catch_up import CatchUp, Event, LogPage, PlaceIsGone
from realtime import RealtimeSubscribeStates
from websockets.exceptions import WebSocketException

from supabase import AsyncClient, AsyncClientOptions, acreate_client

PAUSES = (1, 2, 5, 10)
CHECK_SECONDS = 120
FAILURES = (TimeoutError, OSError, WebSocketException, httpx.HTTPError)


class Follower:
    def __init__(self, settings: dict[str, str], api: httpx.AsyncClient) -> None:
        self.settings = settings
        self.api = api

    async def run(self) -> None:
        # 1. The place in the log, before anything is loaded or joined.
        self.log = CatchUp(self.read, self.show, await self.find_end())
        # 2. Load here what you show.
        failures = 0
        while True:
            with suppress(*FAILURES):
                async with self.connected() as client:
                    await self.listen(client)
                    failures = 0
            # 5. The connection was lost or closed, or the token has ended: renew it here, and join again.
            self.log.lose()
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncClient]:
        options = AsyncClientOptions(auto_refresh_token=False, realtime={"auto_reconnect": False})
        client = await acreate_client(self.settings["supabaseUrl"], self.settings["publishableKey"], options)
        try:
            await client.realtime.set_auth(self.settings["accessToken"])
            yield client
        finally:
            await client.realtime.close()

    async def listen(self, client: AsyncClient) -> None:
        """Returns when the channel is lost."""
        flows, lost = asyncio.Event(), asyncio.Event()

        def note_state(state: RealtimeSubscribeStates, _: Exception | None) -> None:
            if state is not RealtimeSubscribeStates.SUBSCRIBED:
                lost.set()

        def note_system(message: Any) -> None:
            # 3. Being subscribed does not mean that messages flow: this does.
            if (message.extension, message.status) == ("system", "ok"):
                flows.set()

        config = {"private": True, "broadcast": {"ack": False, "self": False, "replication_ready": True}}
        channel = client.channel(f"brand:{self.settings['brandId']}", cast("Any", {"config": config}))
        channel.on_broadcast("*", lambda message: self.hear(dict(message["payload"])))
        channel.on_system(note_system)
        await channel.subscribe(note_state)
        await first_of(flows, lost)
        while not lost.is_set():
            # 4. Events of the meantime, and now and then those that the server has dropped without a word.
            await self.catch_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await lost.wait()

    async def catch_up(self) -> None:
        try:
            await self.log.catch_up()
        except PlaceIsGone:
            self.log.cursor = await self.find_end()
            # Load again here what you show.
            await self.log.catch_up()

    async def find_end(self) -> str | None:
        answer = await self.api.get("/events/cursor", params={"brandId": self.settings["brandId"]})
        return answer.raise_for_status().json()["data"]["cursor"]

    async def read(self, cursor: str | None) -> LogPage:
        query = {"brandId": self.settings["brandId"], "limit": 200, "ahead": "true"}
        answer = await self.api.get("/events", params=query | ({"after": cursor} if cursor else {}))
        if answer.status_code == 422:
            raise PlaceIsGone
        body = answer.raise_for_status().json()
        events = [{"eventId": event.pop("id")} | event for event in body["data"]]
        return LogPage(events, body["meta"]["nextCursor"], body["meta"]["hasMore"])

    def hear(self, message: Event) -> None:
        # A summary stands for many events of the log and is none itself.
        if message["type"] == "ContentsChanged":
            print(json.dumps(message), flush=True)
        else:
            self.log.hear(message)

    def show(self, event: Event) -> None:
        print(json.dumps(event), flush=True)


async def first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def main() -> None:
    settings = json.loads(sys.argv[1])
    headers = {"Authorization": f"Bearer {settings['accessToken']}"}
    async with httpx.AsyncClient(base_url=settings["api"], headers=headers, timeout=20) as api:
        await Follower(settings, api).run()


asyncio.run(main())
