"""Checks that a live event arrives as at a dashboard."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from tools.smoke.contents import change_title
from tools.smoke.deployment import Deployment
from tools.smoke.outcomes import CheckFailed

# The server reports within a minute whether replication runs (supabase/realtime, realtime_channel.ex and config.exs).
READY_SECONDS: Final = 65.0
JOIN_SECONDS: Final = 15.0
EVENT_SECONDS: Final = 10.0
HINT: Final = (
    "Realtime in the Supabase project: its state, its limits, and whether the policies of realtime.messages are applied"
)


class Channel:
    """A private channel that reports when changes of the database reach it."""

    def __init__(self) -> None:
        self.state = "waiting"
        self.reason = ""
        self.joined_at = 0.0
        self.answered = asyncio.Event()
        self.ready = asyncio.Event()
        self.arrived = asyncio.Event()
        self.events: list[dict[str, Any]] = []

    def note_state(self, state: Any, error: Exception | None) -> None:
        self.state, self.reason = str(state.value), str(error or "")
        if not self.answered.is_set():
            self.joined_at = time.monotonic()
            self.answered.set()
        elif not self.is_open:
            # No further messages will come, so waiting ends.
            self.ready.set()
            self.arrived.set()

    @property
    def is_open(self) -> bool:
        return self.state == "SUBSCRIBED"

    def note_system(self, payload: Any) -> None:
        if (payload.extension, payload.status) == ("system", "ok"):
            self.ready.set()

    def note_event(self, message: Any) -> None:
        self.events.append(dict(message["payload"]))
        self.arrived.set()

    def has(self, event_type: str, aggregate_id: str) -> bool:
        return any(event["type"] == event_type and event["aggregateId"] == aggregate_id for event in self.events)

    async def receives(self, event_type: str, aggregate_id: str, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while self.is_open and not self.has(event_type, aggregate_id):
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            return False
        return self.has(event_type, aggregate_id)

    async def is_ready(self) -> bool:
        try:
            async with asyncio.timeout(max(0.0, self.joined_at + READY_SECONDS - time.monotonic())):
                await self.ready.wait()
        except TimeoutError:
            return False
        return self.is_open


@asynccontextmanager
async def joined(config: dict[str, str], access_token: str, topic: str) -> AsyncGenerator[Channel]:
    """Waits until the channel was joined or refused, and returns it."""
    # The import takes a second, and no other check needs it.
    from realtime import AsyncRealtimeClient

    client = AsyncRealtimeClient(
        f"{config['supabaseUrl'].rstrip('/')}/realtime/v1", token=config["supabasePublishableKey"], max_retries=1
    )
    channel = Channel()
    try:
        await client.set_auth(access_token)
        broadcast: Any = {"ack": False, "self": False, "replication_ready": True}
        joining = client.channel(
            topic, {"config": {"private": True, "broadcast": broadcast, "presence": {"key": "", "enabled": False}}}
        )
        joining.on_broadcast("*", channel.note_event)
        joining.on_system(channel.note_system)
        async with asyncio.timeout(JOIN_SECONDS):
            await joining.subscribe(channel.note_state)
            await channel.answered.wait()
        yield channel
    finally:
        await client.remove_all_channels()
        await client.close()


async def check_live_event(deployment: Deployment) -> None:
    """Checks that a change of the content arrives on the brand's channel.

    A channel is joined before replication runs, and messages that are committed until then are never sent. The check
    therefore waits until the server reports replication before it changes the content.
    """
    session, content = deployment.require_session(), deployment.require_content()
    topic = f"brand:{session.brand['brandId']}"
    expected = f"the event ContentUpdated of {content['id']} on {topic}"
    try:
        async with joined(deployment.require_config(), session.access_token, topic) as channel:
            if not channel.is_open:
                came = f"{channel.state} {channel.reason}".strip()
                raise CheckFailed(expected=f"to join {topic}", came=came, look_at=HINT)
            if not await channel.is_ready():
                came = f"no word within {READY_SECONDS:.0f} seconds that replication runs ({channel.state})"
                raise CheckFailed(expected=expected, came=came, look_at=HINT)
            await change_title(deployment)
            if not await channel.receives("ContentUpdated", content["id"], EVENT_SECONDS):
                came = f"{[event['type'] for event in channel.events]} within {EVENT_SECONDS:.0f} seconds"
                raise CheckFailed(expected=expected, came=came, look_at=HINT)
    except (OSError, TimeoutError) as error:
        came = f"no channel ({type(error).__name__}: {error})"
        raise CheckFailed(expected=f"to join {topic}", came=came, look_at=HINT) from error
