"""The sources of subscriptions: the log of a brand, lists of a person, and a generation.

The log is the truth. A live message only wakes a look at it, so order and completeness come from the log, and a message
that is lost costs time and no event.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, Protocol
from uuid import UUID

from lib.ai import Generation, get_generation
from lib.core.auth.principal import Principal
from lib.core.data.db import connect_as
from lib.core.http.errors import ErrorDetail, Unprocessable
from lib.events.feed import LoggedEvent, LogReader, StreamQuery, pause_after
from lib.graph.subscriptions.ears import PLACE, Ear
from lib.graph.subscriptions.limits import LOOK_SECONDS, LOOK_SECONDS_OF_KEY, UNLISTED_SECONDS
from lib.graph.subscriptions.upstream import listening

_CATCH_UP_SECONDS: Final = 0.02


def _topics(principal: Principal, *topics: str) -> tuple[str, ...]:
    """Adds the topic that tells a person of the ends of their sessions and memberships."""
    return topics if principal.api_key else (*topics, f"user:{principal.user_id}")


def _pause(ear: Ear, topics: tuple[str, ...], quiet_seconds: float) -> float:
    if not ear.live.issuperset(topics):
        return pause_after(quiet_seconds)
    return LOOK_SECONDS if any(topic.startswith("user:") for topic in topics) else LOOK_SECONDS_OF_KEY


# Subscriptions of one session that are woken together, at the same place and with the same filters, look once. A look
# that began before the event was committed is repeated, as where an older transaction holds the event back.
_looks: Final = dict[tuple[str, str, UUID | None], asyncio.Task[Any]]()


async def _look(reader: LogReader, key: tuple[str, str, UUID | None], place: UUID | None) -> Any:
    looking = _looks.get(key)
    if looking is None:
        looking = _looks[key] = asyncio.create_task(reader.look(place))

        def forget(task: asyncio.Task[Any]) -> None:
            _looks.pop(key, None)
            if not task.cancelled():
                task.exception()

        looking.add_done_callback(forget)
    return await asyncio.shield(looking)


async def follow_log(principal: Principal, *, query: StreamQuery, after: UUID | None) -> AsyncGenerator[LoggedEvent]:
    """Gives the events of a brand behind one of them, else from now on, each once and in the order of the log.

    Each look is made as the caller: the first one after the end of a session or of a membership raises Unauthorized or
    NotFound. Raises Unprocessable for an ``after`` that is no event of the brand.
    """
    reader, topics = LogReader(principal, query), _topics(principal, f"brand:{query.brand_id}")
    filters = query.model_dump_json()
    place = after or await reader.find_end()
    PLACE.get().last = str(place) if place else None
    async with listening(principal.access_token, *topics) as ear:
        news_at, unlisted = time.monotonic(), len(UNLISTED_SECONDS)
        while True:
            ear.messages.clear()
            found = await _look(reader, (principal.access_token, filters, place), place)
            for event in found.events:
                PLACE.get().last = str(event.id)
                yield event
            place = found.last_id
            if found.events:
                news_at = time.monotonic()
                unlisted = min(unlisted, len(UNLISTED_SECONDS) - 1)
            if found.has_more:
                pause = _CATCH_UP_SECONDS
            elif unlisted < len(UNLISTED_SECONDS):
                # A message came, and older transactions may still hold its event back.
                pause, unlisted = UNLISTED_SECONDS[unlisted], unlisted + 1
            else:
                pause = _pause(ear, topics, time.monotonic() - news_at)
            if await ear.wait(pause):
                unlisted = 0


class Identified(Protocol):
    """An item of a list."""

    @property
    def id(self) -> UUID:
        """The id of the item."""
        ...


async def follow_list[P: Principal, T: Identified](
    principal: P,
    *,
    after: UUID | None,
    read: Callable[[P], Awaitable[list[T]]],
    mark: Callable[[T], Any],
) -> AsyncGenerator[T]:
    """Gives the items of a person's list that are new or have changed, the oldest first.

    ``read`` lists them, the newest first; ``mark``: what differs when an item has changed. Raises Unprocessable for an
    ``after`` that the list does not have.
    """
    topic = f"user:{principal.user_id}"
    async with listening(principal.access_token, topic) as ear:
        items = await _read(principal, read)
        known = {item.id: mark(item) for item in items}
        if after is not None:
            if after not in known:
                detail: ErrorDetail = {"field": "after", "code": "NOT_FOUND", "message": "must be an id of your list"}
                raise Unprocessable("it is not among the latest items: read the list again", details=[detail])
            newer = items[: [item.id for item in items].index(after)]
            for item in newer:
                del known[item.id]
        PLACE.get().last = str(after or (items[0].id if items else "")) or None
        news_at = time.monotonic()
        while True:
            for item in reversed(items):
                if known.get(item.id) != mark(item):
                    known[item.id] = mark(item)
                    PLACE.get().last = str(item.id)
                    news_at = time.monotonic()
                    yield item
            await ear.wait(_pause(ear, (topic,), time.monotonic() - news_at))
            ear.messages.clear()
            items = await _read(principal, read)


async def _read[P: Principal, T](principal: P, read: Callable[[P], Awaitable[list[T]]]) -> list[T]:
    """Reads without the memory of the request, which would give the list of before."""
    return await read(replace(principal, db=connect_as(principal.access_token)))


async def follow_generation(principal: Principal, *, generation_id: UUID) -> AsyncGenerator[dict[str, Any]]:
    """Gives how far a generation is, and ends with its record. Raises NotFound."""
    topics = _topics(principal, f"ai:{generation_id}")

    async def record() -> Generation:
        caller = replace(principal, db=connect_as(principal.access_token))
        return await get_generation(caller, generation_id=generation_id)

    PLACE.get().last = str(generation_id)
    async with listening(principal.access_token, *topics) as ear:
        while True:
            generation = await record()
            if generation.status != "pending":
                yield {"request_id": generation_id, "stage": "done", "generation": generation}
                return
            heard = await ear.wait(LOOK_SECONDS_OF_KEY if ear.live.issuperset(topics) else 1.0)
            while heard and ear.messages:
                message = ear.messages.popleft()
                if message.get("type") == "AIGenerationProgress":
                    yield {"request_id": generation_id, "generation": None} | dict(message.get("data") or {})
