"""A dashboard on a channel, which misses no event: see docs/realtime.md."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from typing import Any, Final, cast

import httpx
from realtime import AsyncRealtimeChannel, RealtimeSubscribeStates
from realtime.types import RealtimeChannelOptions
from websockets.exceptions import WebSocketException

from local.demo.catch_up import CatchUp, LogPage, PlaceIsGone
from local.tls import TLS
from supabase import AsyncClient, AsyncClientOptions, acreate_client

JOIN_SECONDS: Final = 10.0
LEAVE_SECONDS: Final = 2.0
READY_SECONDS: Final = 65.0
REJOIN_SECONDS: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds before each attempt to join again; the last one is repeated."""
CHECK_SECONDS: Final = 120.0
"""Seconds between readings of the log while messages flow: the server drops some without a word."""
FAILURES: Final = (TimeoutError, OSError, WebSocketException, httpx.HTTPError)
PAGE_SIZE: Final = 200
# The one message of a command that changes many contents. It stands for events of the log and is not an event itself.
SUMMARY: Final = "ContentsChanged"


class Dashboard:
    """Listens to one private channel through the real Supabase client, and joins again if the connection is lost."""

    def __init__(
        self,
        client: AsyncClient,
        http: httpx.AsyncClient,
        topic: str,
        pause: Callable[[float], Awaitable[None]],
        log: tuple[httpx.AsyncClient, dict[str, Any]] | None,
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
        self.reloads = 0
        """How often the place in the log was gone, so that all that is shown has to be read again."""
        self._pause = pause
        self._log = log
        self._catch_up: CatchUp | None = None
        self._channel: AsyncRealtimeChannel | None = None
        self._settled = asyncio.Event()
        """Set once messages flow or the join has failed."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_rejoining = False

    @classmethod
    async def open(
        cls,
        config: dict[str, str],
        access_token: str,
        topic: str,
        *,
        api: httpx.AsyncClient | None = None,
        brand_id: str | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> "Dashboard":
        """Returns once messages flow, or if the join was refused: ``state`` says which.

        ``api``: asks the platform as the same person, to catch up from the log; without it, what was missed is not
        read. ``brand_id``: the brand of the topic, if that does not name it. ``pause`` delays joining again by that
        many seconds.
        """
        http = httpx.AsyncClient(verify=TLS)
        # The dashboard joins again by itself: this client would give up after some attempts.
        options = AsyncClientOptions(httpx_client=http, auto_refresh_token=False, realtime={"auto_reconnect": False})
        client = await acreate_client(config["supabaseUrl"], config["supabasePublishableKey"], options)
        client.postgrest.auth(access_token)
        await client.realtime.set_auth(access_token)
        kind, _, about = topic.partition(":")
        filters = {"brandId": about} if kind == "brand" else {"brandId": brand_id, "aggregateId": about}
        dashboard = cls(client, http, topic, pause, (api, filters) if api and filters["brandId"] else None)
        await dashboard._join()
        return dashboard

    async def use(self, access_token: str) -> None:
        """Uses a new access token: the server closes a channel whose token has ended."""
        self.client.postgrest.auth(access_token)
        await self.client.realtime.set_auth(access_token)

    async def _join(self) -> None:
        """Waits for the join. Raises TimeoutError if the server reports nothing."""
        former, self._channel = self._channel, None
        if former is not None:
            # The client has one channel per topic. It waits for an answer that a lost connection does not bring.
            with suppress(*FAILURES):
                async with asyncio.timeout(LEAVE_SECONDS):
                    await former.unsubscribe()
            await self.client.realtime.close()
        if self._catch_up is None and self._log is not None:
            self._catch_up = CatchUp(self._read, self._give, await self._end_of_log())
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

    def _note_state(self, channel: AsyncRealtimeChannel, state: RealtimeSubscribeStates, _: Exception | None) -> None:
        if channel is not self._channel:
            return
        self.state = state.value
        if self._catch_up is not None:
            self._catch_up.lose()
        if state is RealtimeSubscribeStates.SUBSCRIBED:
            return
        self._settled.set()
        # The client removes a channel that the server closes (a limit was exceeded, or a token has expired). A join
        # that is refused at once is not repeated.
        if (state is RealtimeSubscribeStates.CLOSED or self.joins > 0) and not self._is_rejoining:
            self._is_rejoining = True
            self._start(self._rejoin())

    def _note_system(self, channel: AsyncRealtimeChannel, message: Any) -> None:
        if channel is not self._channel or (message.extension, message.status) != ("system", "ok"):
            return
        self.joins += 1
        self._settled.set()
        if self._catch_up is not None:
            self._start(self._keep_up(self.joins))

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

    async def _keep_up(self, join: int) -> None:
        """Catches up, and again now and then, until another join takes over. Retries until it succeeds."""
        pauses = self._pauses()
        while self.joins == join:
            with suppress(*FAILURES):
                await self.catch_up()
                pauses = chain((CHECK_SECONDS,), self._pauses())
            await asyncio.sleep(next(pauses))

    async def catch_up(self) -> None:
        """Reads missed events from the event log, which holds all that the caller may see."""
        if self._catch_up is None:
            return
        try:
            await self._catch_up.catch_up()
        except PlaceIsGone:
            self._catch_up.cursor = await self._end_of_log()
            self.reloads += 1
            await self._catch_up.catch_up()

    async def _end_of_log(self) -> str | None:
        assert self._log is not None
        api, filters = self._log
        answer = await api.get("/events/cursor", params={"brandId": filters["brandId"]})
        # Strangers have no log to read, and are refused on the channel.
        return answer.json()["data"]["cursor"] if answer.status_code == 200 else None

    async def _read(self, cursor: str | None) -> LogPage:
        assert self._log is not None
        api, filters = self._log
        place = {"after": cursor} if cursor else {}
        answer = await api.get("/events", params=filters | place | {"limit": PAGE_SIZE, "ahead": "true"})
        if answer.status_code == 422:
            raise PlaceIsGone
        answer.raise_for_status()
        body = answer.json()
        events = [{"eventId": event.pop("id")} | event for event in body["data"]]
        return LogPage(events, body["meta"]["nextCursor"], body["meta"]["hasMore"])

    def note(self, event: dict[str, Any]) -> None:
        """Counts an event once if it arrives by the channel and from the log. Progress and summaries are not events."""
        if self._catch_up is not None and event.get("eventId") is not None and event["type"] != SUMMARY:
            self._catch_up.hear(event)
        else:
            self._give(event)

    def _give(self, event: dict[str, Any]) -> None:
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
