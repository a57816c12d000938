"""The sources of subscriptions: the log of a brand, and lists of a person.

The log is the truth. A live message only wakes a look at it, so order and completeness come from the log, and a message
that is lost costs time and no event.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import connect_as
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import ErrorDetail, Unprocessable
from lib.events.feed import Found, LoggedEvent, LogReader, StreamQuery, pause_after
from lib.graph.subscriptions.ears import PLACE, Ear
from lib.graph.subscriptions.limits import LOOK_SECONDS, LOOK_SECONDS_OF_KEY, SETTLING_SECONDS, UNLISTED_SECONDS
from lib.graph.subscriptions.places import ListPlace
from lib.graph.subscriptions.upstream import listening
from lib.identity.permissions import list_permissions

_CATCH_UP_SECONDS: Final = 0.02


def topics_of(principal: Principal, *topics: str) -> tuple[str, ...]:
    """Adds the topic that tells a person of the ends of their sessions and memberships."""
    return topics if principal.api_key else (*topics, f"user:{principal.user_id}")


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


def _number_of(message: Mapping[str, Any]) -> int:
    """Returns the id of the event that a message tells of. Ids of later events are higher, but for moments."""
    try:
        return UUID(message.get("eventId")).int
    except (TypeError, ValueError):
        return 0  # it tells of no event


def _pause(ear: Ear, topics: tuple[str, ...], quiet_seconds: float) -> float:
    if not ear.live.issuperset(topics):
        return pause_after(quiet_seconds)
    return LOOK_SECONDS if any(topic.startswith("user:") for topic in topics) else LOOK_SECONDS_OF_KEY


class _Pauses:
    """Decides how long to wait between two looks at a log."""

    def __init__(self, ear: Ear, topics: tuple[str, ...]) -> None:
        self._ear, self._topics = ear, topics
        self._news_at = time.monotonic()
        self._unlisted = len(UNLISTED_SECONDS)
        self._awaited = 0
        self._is_live, self._settles_at = False, 0.0

    def hear(self) -> None:
        """Takes the messages that came since the last look."""
        self._awaited = max((self._awaited, *map(_number_of, self._ear.messages)))
        self._ear.messages.clear()

    async def wait(self, found: Found) -> None:
        """Waits for the next look."""
        if await self._ear.wait(self._seconds(found)):
            self._unlisted = 0

    def _seconds(self, found: Found) -> float:
        now, is_live = time.monotonic(), self._ear.live.issuperset(self._topics)
        if is_live and not self._is_live:
            self._settles_at = now + SETTLING_SECONDS
        self._is_live = is_live
        if found.events:
            self._news_at = now
            self._unlisted = min(self._unlisted, len(UNLISTED_SECONDS) - 1)
        if found.has_more:
            return _CATCH_UP_SECONDS
        # A message came, or may have come before messages flowed, and older transactions may still hold its event back.
        if self._unlisted < len(UNLISTED_SECONDS):
            self._unlisted += 1
            return UNLISTED_SECONDS[self._unlisted - 1]
        if now < self._settles_at or (found.last_id.int if found.last_id else 0) < self._awaited:
            return UNLISTED_SECONDS[-1]
        return _pause(self._ear, self._topics, now - self._news_at)


async def follow_log(principal: Principal, *, query: StreamQuery, after: UUID | None) -> AsyncGenerator[LoggedEvent]:
    """Gives the events of a brand behind one of them, else from now on, each once and in the order of the log.

    Each look is made as the caller: the first one after the end of a session or of a membership raises Unauthorized or
    NotFound. Raises Unprocessable for an ``after`` that is no event of the brand.
    """
    reader, topics = LogReader(principal, query), topics_of(principal, f"brand:{query.brand_id}")
    filters = query.model_dump_json()
    place = after or await reader.find_end()
    PLACE.get().last = str(place) if place else None
    async with listening(principal.access_token, *topics) as ear:
        pauses = _Pauses(ear, topics)
        while True:
            pauses.hear()
            found = await _look(reader, (principal.access_token, filters, place), place)
            for event in found.events:
                PLACE.get().last = str(event.id)
                yield event
            place = found.last_id
            # Behind events that a filter left out too: a reader who comes again need not look through them once more.
            PLACE.get().last = str(place) if place else None
            await pauses.wait(found)


class Identified(Protocol):
    """An item of a list."""

    @property
    def id(self) -> UUID:
        """The id of the item."""
        ...


async def follow_list[P: Principal, T: Identified](
    principal: P,
    *,
    after: str | None,
    read: Callable[[P], Awaitable[list[T]]],
    at: Callable[[T], datetime],
    mark: Callable[[T], Any],
    most: int,
) -> AsyncGenerator[T]:
    """Gives the items of a person's list that are new or have changed, the oldest first.

    ``read`` lists them, the latest first and at most so many; ``at``: when one last happened; ``mark``: what differs
    when an item has changed. Raises Unprocessable for an ``after`` behind which there may be more than the list has.
    """
    topic = f"user:{principal.user_id}"
    async with listening(principal.access_token, topic) as ear:
        items = await _read(principal, read)
        known = {item.id: (at(item), mark(item)) for item in _told(items, after, at, most)}
        _keep_place(known)
        news_at = time.monotonic()
        while True:
            for item in reversed(items):
                state = at(item), mark(item)
                if known.get(item.id) != state:
                    known[item.id] = state
                    _keep_place(known)
                    news_at = time.monotonic()
                    yield item
            await ear.wait(_pause(ear, (topic,), time.monotonic() - news_at))
            ear.messages.clear()
            items = await _read(principal, read)


def _keep_place(known: Mapping[UUID, tuple[datetime, Any]]) -> None:
    PLACE.get().last = str(ListPlace.behind((item_id, at) for item_id, (at, _) in known.items()))


def _told[T: Identified](items: Sequence[T], after: str | None, at: Callable[[T], datetime], most: int) -> list[T]:
    """Returns the items that a reader has already: all of them where the reader begins now."""
    if after is None:
        return list(items)
    ids = [str(item.id) for item in items]
    if after in ids:
        return list(items[ids.index(after) :])
    try:
        place = ListPlace.read(after)
    except ValueError:
        raise _unplaced("must be an `eventId` of this subscription, or an id of the latest items") from None
    if len(items) >= most and at(items[-1]) > place.horizon:
        raise _unplaced("is too long ago: read the list again")
    return [item for item in items if place.has((item.id, at(item)))]


def _unplaced(message: str) -> Unprocessable:
    detail: ErrorDetail = {"field": "after", "code": "NOT_FOUND", "message": message}
    return Unprocessable("there is no such place in the list", details=[detail])


async def _read[P: Principal, T](principal: P, read: Callable[[P], Awaitable[list[T]]]) -> list[T]:
    """Reads without the memory of the request, which would give the list of before.

    Raises Unauthorized for a session that has ended: its lists are empty.
    """
    caller = anew(principal)
    items, _ = await asyncio.gather(read(caller), require_session(caller))
    return items


def anew[P: Principal](principal: P) -> P:
    """Returns the caller without the memory of the request."""
    return replace(principal, db=connect_as(principal.access_token))


async def require_session(principal: Principal) -> None:
    """Raises Unauthorized where the session of the caller has ended."""
    await list_permissions(principal, brand_id=None, page=PageRequest(page=1, page_size=1))
