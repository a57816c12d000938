"""A dashboard on a channel, which misses nothing: see docs/realtime.md."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

import httpx
from realtime import RealtimeSubscribeStates
from realtime.types import RealtimeChannelOptions

from local.tls import TLS
from supabase import AsyncClient, AsyncClientOptions, acreate_client

JOIN_SECONDS: Final = 10.0
READY_SECONDS: Final = 65.0
REJOIN_SECONDS: Final = (1.0, 2.0, 5.0, 10.0)
# An event's id tells when its transaction began, and it is seen when that commits: what came last may not be the last.
OVERLAP: Final = timedelta(seconds=60)
PAGE_SIZE: Final = 500

# What is to be asked for, by the names that a broadcast has.
COLUMNS: Final = (
    "eventId:id, type, brandId:brand_id, aggregateType:aggregate_type, aggregateId:aggregate_id, "
    "aggregateVersion:aggregate_version, actorId:actor_id, requestId:correlation_id, occurredAt:occurred_at, "
    "data:payload"
)


def first_id_of(moment: datetime) -> str:
    """The smallest UUIDv7 of a moment: ids of events sort by time."""
    return str(UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0b10 << 62)))


class Dashboard:
    """Listens to one private channel through the real Supabase client, and joins again when the server closes it."""

    def __init__(self, client: AsyncClient, http: httpx.AsyncClient, topic: str) -> None:
        self.client = client
        self.http = http
        self.topic = topic
        self.received: list[dict[str, Any]] = []
        self.arrived = asyncio.Event()
        self.state: str = "waiting"
        """What the client says of the subscription; SUBSCRIBED does not mean that messages flow."""
        self.joins = 0
        self._answered = asyncio.Event()
        self._ready = asyncio.Event()
        self._last = datetime.now(UTC)
        self._seen: set[str] = set()
        self._is_closing = False
        self._rejoining: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, config: dict[str, str], access_token: str, topic: str) -> "Dashboard":
        """Returns when messages flow, or when the join was refused: ``state`` says which."""
        http = httpx.AsyncClient(verify=TLS)
        options = AsyncClientOptions(httpx_client=http, auto_refresh_token=False)
        client = await acreate_client(config["supabaseUrl"], config["supabasePublishableKey"], options)
        client.postgrest.auth(access_token)
        await client.realtime.set_auth(access_token)
        dashboard = cls(client, http, topic)
        await dashboard._join()
        return dashboard

    async def _join(self) -> None:
        self._answered.clear()
        self._ready.clear()
        # Passed through to the server; the client's own type does not know `replication_ready`.
        broadcast = {"ack": False, "self": False, "replication_ready": True}
        options = {"config": {"private": True, "broadcast": broadcast, "presence": {"key": "", "enabled": False}}}
        channel = self.client.channel(self.topic, cast("RealtimeChannelOptions", options))
        channel.on_broadcast("*", lambda message: self.note(dict(message["payload"])))
        channel.on_system(lambda _: self._ready.set())
        await channel.subscribe(self._note_state)
        await asyncio.wait_for(self._answered.wait(), JOIN_SECONDS)
        if self.state == RealtimeSubscribeStates.SUBSCRIBED.value:
            await asyncio.wait_for(self._ready.wait(), READY_SECONDS)
            self.joins += 1
            if self.joins > 1:
                await self.catch_up()

    def _note_state(self, state: RealtimeSubscribeStates, _: Exception | None) -> None:
        self.state = state.value
        self._answered.set()
        if state is RealtimeSubscribeStates.CLOSED and not self._is_closing and self._rejoining is None:
            self._rejoining = asyncio.create_task(self._rejoin())

    async def _rejoin(self) -> None:
        """The client removes a channel that the server closes: a limit was passed, or a token has run out."""
        for pause in REJOIN_SECONDS:
            await asyncio.sleep(pause)
            with suppress(TimeoutError):
                await self._join()
                if self.state == RealtimeSubscribeStates.SUBSCRIBED.value:
                    break
        self._rejoining = None

    async def catch_up(self) -> None:
        """Reads what was sent while nobody listened: the event log holds all of it, and shows what one may read."""
        kind, _, about = self.topic.partition(":")
        column = "brand_id" if kind == "brand" else "aggregate_id"
        after = first_id_of(self._last - OVERLAP)
        while True:
            query = self.client.table("domain_events").select(COLUMNS).eq(column, about).gt("id", after)
            rows = cast("list[dict[str, Any]]", (await query.order("id").limit(PAGE_SIZE).execute()).data)
            for row in rows:
                row["data"].pop("changes", None)
                self.note(row)
            if len(rows) < PAGE_SIZE:
                return
            after = rows[-1]["eventId"]

    def note(self, event: dict[str, Any]) -> None:
        """Counts an event that came twice once: by the channel and by the log. Progress is no event, and has no id."""
        event_id = event.get("eventId")
        if event_id is not None:
            if event_id in self._seen:
                return
            self._seen.add(event_id)
            self._last = max(self._last, datetime.fromisoformat(event["occurredAt"]))
        self.received.append(event)
        self.arrived.set()

    async def wait_for(self, event_type: str, seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while all(event["type"] != event_type for event in self.received):
                self.arrived.clear()
                await self.arrived.wait()

    async def close(self) -> None:
        self._is_closing = True
        if self._rejoining is not None:
            self._rejoining.cancel()
        await self.client.remove_all_channels()
        await self.client.realtime.close()
        await self.http.aclose()
