"""Reads the log of a brand behind a place in it, once or again and again."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from typing import Final
from uuid import UUID, uuid4

from lib.core.auth.principal import Principal
from lib.core.data.db import connect_as
from lib.core.data.reading import read_rows
from lib.core.http.deadline import OWN_SECONDS, at_least, time_left
from lib.core.http.errors import ApiError, RateLimitExceeded
from lib.core.telemetry.logs import log
from lib.events.feed import open_streams, repository
from lib.events.feed.models import EventQuery, Found, LoggedEvent, Part, StreamQuery

# How often the log is looked at for a stream: by one call that reads four ends of indexes where nothing is new.
LOOK_SECONDS: Final = 1.0
HEARTBEAT_SECONDS: Final = 15.0
# How long a stream lasts. The function ends after 300 seconds.
STREAM_SECONDS: Final = 280.0
EVENTS_OF_A_LOOK: Final = 100
# When a reader comes again after the end of a stream, and after one that broke off.
RETRY_MILLISECONDS: Final = 1000


async def list_events(principal: Principal, *, query: EventQuery) -> Found:
    """Returns the next events of a brand that the caller may read, in an order in which nothing can be missed.

    Raises NotFound for a brand of others, and Unprocessable for an ``after`` that is no event of the brand.
    """
    return await _find(principal, query, query.after, query.limit)


async def follow_events(
    principal: Principal, *, query: StreamQuery, after: UUID | None, seconds: float = STREAM_SECONDS
) -> AsyncGenerator[Part]:
    """Begins to follow a brand's log behind an event, or at its end. Returns the parts of the stream.

    Each look is made as the caller, so that the stream ends with the session and with the membership.
    Raises what ``list_events`` raises, and RateLimitExceeded for a sixth stream of the caller.
    """
    until = time.monotonic() + min(seconds, time_left())
    caller, stream = str(principal.api_key.id if principal.api_key else principal.user_id), uuid4().hex
    place = after or await repository.fetch_end(principal.db, brand_id=query.brand_id)
    found = await _find(principal, query, place, EVENTS_OF_A_LOOK)
    if not await open_streams.hold(caller, stream):
        raise RateLimitExceeded(
            f"you follow {open_streams.MOST} streams already", retry_after=int(open_streams.SECONDS)
        )

    async def parts() -> AsyncGenerator[Part]:
        nonlocal place, found
        try:
            yield Part(place=place, retry=RETRY_MILLISECONDS)
            told_at = time.monotonic()
            while True:
                for event in found.events:
                    yield Part(event=event, place=event.id)
                    told_at = time.monotonic()
                place = found.last_id
                if not found.has_more:
                    if time.monotonic() + LOOK_SECONDS >= until:
                        break
                    if time.monotonic() - told_at >= HEARTBEAT_SECONDS:
                        yield Part(place=place)
                        await open_streams.hold(caller, stream)
                        told_at = time.monotonic()
                    await asyncio.sleep(LOOK_SECONDS)
                elif time.monotonic() >= until:
                    break
                found = await _find(principal, query, place, EVENTS_OF_A_LOOK)
        except ApiError as error:
            # The session or the membership has ended, or the database does not answer. A reader who comes again learns
            # which, and goes on where it was.
            log(logging.INFO, "a stream of events ended", fields={"reason": error.code})
        finally:
            with at_least(OWN_SECONDS):
                await open_streams.let_go(caller, stream)
        yield Part(place=place, retry=RETRY_MILLISECONDS)

    return parts()


async def _find(principal: Principal, query: StreamQuery, after: UUID | None, limit: int) -> Found:
    # The proof of the client at hand ends after two minutes.
    db = connect_as(principal.access_token)
    row = await repository.fetch_events(db, query=query, after=after, limit=limit)
    last_id = UUID(row["last_id"]) if row["last_id"] else None
    return Found(read_rows(LoggedEvent, row["items"]), last_id, row["has_more"])
