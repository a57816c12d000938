"""A dashboard on a channel, which misses no event: see docs/realtime.md."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, repeat
from typing import Any, Final, cast
from uuid import UUID

import httpx
from postgrest.exceptions import APIError
from realtime import AsyncRealtimeChannel, RealtimeSubscribeStates
from realtime.types import RealtimeChannelOptions
from websockets.exceptions import WebSocketException

from local.tls import TLS
from supabase import AsyncClient, AsyncClientOptions, acreate_client

JOIN_SECONDS: Final = 10.0
READY_SECONDS: Final = 65.0
REJOIN_SECONDS: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds before each attempt to join again; the last one is repeated."""
FAILURES: Final = (TimeoutError, OSError, WebSocketException, httpx.HTTPError, APIError)
# The id of an event tells when its transaction began, and the event is visible when that commits: the last one to
# arrive may not be the latest one to begin.
OVERLAP: Final = timedelta(seconds=60)
PAGE_SIZE: Final = 500
BEGINNING: Final = datetime.fromtimestamp(0, UTC)
# The one message of a command that changes many contents. It stands for events of the log and is not an event itself.
SUMMARY: Final = "ContentsChanged"

# The columns of the event log, with the names that a broadcast uses.
COLUMNS: Final = (
    "eventId:id, type, brandId:brand_id, aggregateType:aggregate_type, aggregateId:aggregate_id, "
    "aggregateVersion:aggregate_version, actorId:actor_id, actorAccount:actor_account, requestId:correlation_id, "
    "occurredAt:occurred_at, data:payload"
)


def first_id_of(moment: datetime) -> str:
    """Returns the smallest UUIDv7 of a moment: ids of events sort by time."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return str(UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62)))


class Dashboard:
    """Listens to one private channel through the real Supabase client, and joins again if the server closes it."""

    def __init__(
        self, client: AsyncClient, http: httpx.AsyncClient, topic: str, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self.client = client
        self.http = http
        self.topic = topic
        self.received: list[dict[str, Any]] = []
        self.arrived = asyncio.Event()
        self.state: str = "waiting"
        """The state of the subscription, as the client reports it. SUBSCRIBED does not mean that messages flow."""
        self.joins = 0
        """How often the server has reported that messages flow."""
        self._pause = pause
        self._channel: AsyncRealtimeChannel | None = None
        self._settled = asyncio.Event()
        """Set once messages flow or the join has failed."""
        self._last: datetime | None = None
        """When the newest known event occurred, by the database's clock; None until messages flow."""
        self._seen: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_rejoining = False

    @classmethod
    async def open(
        cls,
        config: dict[str, str],
        access_token: str,
        topic: str,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> "Dashboard":
        """Returns once messages flow, or if the join was refused: ``state`` says which.

        ``pause`` delays joining again by that many seconds.
        """
        http = httpx.AsyncClient(verify=TLS)
        options = AsyncClientOptions(httpx_client=http, auto_refresh_token=False)
        client = await acreate_client(config["supabaseUrl"], config["supabasePublishableKey"], options)
        client.postgrest.auth(access_token)
        await client.realtime.set_auth(access_token)
        dashboard = cls(client, http, topic, pause)
        await dashboard._join()
        return dashboard

    async def _join(self) -> None:
        """Waits for the join. Raises TimeoutError if the server reports nothing."""
        former, self._channel = self._channel, None
        if former is not None:
            # The client has one channel per topic.
            await self.client.realtime.remove_channel(former)
        self._settled.clear()
        # Passed on to the server; the client's own type does not have `replication_ready`.
        broadcast = {"ack": False, "self": False, "replication_ready": True}
        options = {"config": {"private": True, "broadcast": broadcast, "presence": {"key": "", "enabled": False}}}
        channel = self.client.channel(self.topic, cast("RealtimeChannelOptions", options))
        self._channel = channel
        channel.on_broadcast("*", lambda message: self.note(dict(message["payload"])))
        channel.on_system(partial(self._note_system, channel))
        async with asyncio.timeout(JOIN_SECONDS):
            await channel.subscribe(partial(self._note_state, channel))
        async with asyncio.timeout(READY_SECONDS):
            await self._settled.wait()
        if self.joins > 0 and self._last is None:
            await self._find_last()

    def _note_state(self, channel: AsyncRealtimeChannel, state: RealtimeSubscribeStates, _: Exception | None) -> None:
        if channel is not self._channel:
            return
        self.state = state.value
        if state is not RealtimeSubscribeStates.SUBSCRIBED:
            self._settled.set()
        # The client removes a channel that the server closes (a limit was exceeded, or a token has expired). It joins
        # again by itself only after errors.
        if state is RealtimeSubscribeStates.CLOSED and not self._is_rejoining:
            self._is_rejoining = True
            self._start(self._rejoin())

    def _note_system(self, channel: AsyncRealtimeChannel, message: Any) -> None:
        if channel is not self._channel or (message.extension, message.status) != ("system", "ok"):
            return
        self.joins += 1
        self._settled.set()
        if self.joins > 1:
            self._start(self._catch_up_at_last(self.joins))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _pauses(self) -> chain[float]:
        return chain(REJOIN_SECONDS, repeat(REJOIN_SECONDS[-1]))

    async def _rejoin(self) -> None:
        """Joins again until it succeeds."""
        try:
            for pause in self._pauses():
                await self._pause(pause)
                with suppress(*FAILURES):
                    await self._join()
                    if self.state == RealtimeSubscribeStates.SUBSCRIBED.value:
                        return
        finally:
            self._is_rejoining = False

    async def _catch_up_at_last(self, join: int) -> None:
        """Catches up. Retries until it succeeds or another join takes over."""
        for pause in self._pauses():
            with suppress(*FAILURES):
                await self.catch_up()
                return
            await asyncio.sleep(pause)
            if self.joins != join:
                return

    def _events(self) -> Any:
        kind, _, about = self.topic.partition(":")
        return (
            self.client.table("domain_events")
            .select(COLUMNS)
            .eq("brand_id" if kind == "brand" else "aggregate_id", about)
        )

    async def _find_last(self) -> None:
        """Reads the newest event of the log, as the place to begin: the clock of this machine may be wrong."""
        rows = cast("list[dict[str, Any]]", (await self._events().order("id", desc=True).limit(1).execute()).data)
        self._last = datetime.fromisoformat(rows[0]["occurredAt"]) if rows else BEGINNING

    async def catch_up(self) -> None:
        """Reads missed events from the event log, which holds all that the caller may see."""
        after = first_id_of((self._last or BEGINNING) - OVERLAP)
        while True:
            query = self._events().gt("id", after).order("id").limit(PAGE_SIZE)
            rows = cast("list[dict[str, Any]]", (await query.execute()).data)
            for row in rows:
                row["data"].pop("changes", None)
                self.note(row)
            if len(rows) < PAGE_SIZE:
                return
            after = rows[-1]["eventId"]

    def note(self, event: dict[str, Any]) -> None:
        """Counts an event once if it arrives by the channel and from the log. Progress and summaries are not events."""
        event_id = event.get("eventId")
        if event_id is not None and event["type"] != SUMMARY:
            if event_id in self._seen:
                return
            self._seen.add(event_id)
            if self._last is not None:
                self._last = max(self._last, datetime.fromisoformat(event["occurredAt"]))
        self.received.append(event)
        self.arrived.set()

    async def wait_for(self, event_type: str, seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while all(event["type"] != event_type for event in self.received):
                self.arrived.clear()
                await self.arrived.wait()

    async def close(self) -> None:
        self._channel = None
        for task in self._tasks:
            task.cancel()
        await self.client.remove_all_channels()
        await self.client.realtime.close()
        await self.http.aclose()
