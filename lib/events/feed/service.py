"""Reads the log of a brand behind a place in it, once or again and again."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from typing import Final
from uuid import UUID, uuid4

from lib.core.auth.api_keys import HeldKey
from lib.core.auth.principal import Principal
from lib.core.data.db import Db, connect_as
from lib.core.data.reading import read_rows
from lib.core.http.deadline import OWN_SECONDS, at_least, time_left
from lib.core.http.errors import ApiError, RateLimitExceeded
from lib.core.telemetry.context import of_its_own
from lib.core.telemetry.logs import log
from lib.events.feed import open_streams, repository
from lib.events.feed.models import EventQuery, Found, LogCursor, LoggedEvent, Part, StreamQuery

# How often the log is looked at for a stream: by one call that reads two ends of indexes where nothing is new.
LOOK_SECONDS: Final = 1.0
# Where nothing has come for long, the pauses grow with that time, up to so long.
LONGEST_LOOK_SECONDS: Final = 5.0
PART_OF_QUIET: Final = 1 / 60
# Between the looks of a reader who is behind: no rate limit counts them.
CATCH_UP_SECONDS: Final = 0.1
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
    return await _find(principal.db, query, query.after, query.limit, is_ahead=query.ahead)


async def find_cursor(principal: Principal, *, brand_id: UUID) -> LogCursor:
    """Returns the place of the end of a brand's log. Raises NotFound for a brand of others."""
    return LogCursor(cursor=await repository.fetch_end(principal.db, brand_id=brand_id))


class LogReader:
    """Looks at a brand's log again and again as its caller, also with the short tokens of an API key."""

    def __init__(self, principal: Principal, query: StreamQuery) -> None:
        self._token = _token_of(principal)
        self._query = query

    async def find_end(self) -> UUID | None:
        """Returns the last event of the log. Raises NotFound for a brand of others."""
        return await repository.fetch_end(connect_as(self._token()), brand_id=self._query.brand_id)

    async def look(self, after: UUID | None) -> Found:
        """Returns the next events behind one of the log. Raises what ``list_events`` raises."""
        return await _find(connect_as(self._token()), self._query, after, EVENTS_OF_A_LOOK)


async def follow_events(
    principal: Principal, *, query: StreamQuery, after: UUID | None, seconds: float = STREAM_SECONDS
) -> AsyncGenerator[Part]:
    """Begins to follow a brand's log behind an event, or at its end. Returns the parts of the stream.

    Each look is made as the caller, so that the stream ends with the session, with the key and with the membership.
    Raises what ``list_events`` raises, and RateLimitExceeded for a sixth stream of the caller.
    """
    until = time.monotonic() + min(seconds, time_left())
    caller = caller_of(principal)
    stream = uuid4().hex
    place = after or await repository.fetch_end(principal.db, brand_id=query.brand_id)
    token = _token_of(principal)  # each look has a client of its own, whose proof ends after two minutes
    found = await _find(connect_as(token()), query, place, EVENTS_OF_A_LOOK)
    if not await open_streams.hold(caller, stream):
        raise RateLimitExceeded(
            f"you follow {open_streams.MOST} streams already", retry_after=int(open_streams.SECONDS)
        )

    async def parts() -> AsyncGenerator[Part]:
        nonlocal place, found
        # Beside the parts: a reader who is slow, or has a lot to read, holds a function as much as one who waits.
        holding = asyncio.create_task(_go_on_holding(caller, stream))
        try:
            yield Part(place=place, retry=RETRY_MILLISECONDS)
            news_at = told_at = time.monotonic()
            while not holding.done():
                for event in found.events:
                    yield Part(event=event, place=event.id)
                    news_at = told_at = time.monotonic()
                place = found.last_id
                pause = CATCH_UP_SECONDS if found.has_more else pause_after(time.monotonic() - news_at)
                if time.monotonic() + pause >= until:
                    break
                if time.monotonic() - told_at >= HEARTBEAT_SECONDS:
                    yield Part(place=place)
                    told_at = time.monotonic()
                await asyncio.sleep(pause)
                found = await _find(connect_as(token()), query, place, EVENTS_OF_A_LOOK)
        except ApiError as error:
            # The session or the membership has ended, or the database does not answer. A reader who comes again learns
            # which, and goes on where it was.
            log(logging.INFO, "a stream of events ended", fields={"reason": error.code})
        finally:
            holding.cancel()  # not awaited: where the caller has gone, there is time for one wait
            with at_least(OWN_SECONDS):
                await open_streams.let_go(caller, stream)
        yield Part(place=place, retry=RETRY_MILLISECONDS)

    return parts()


def pause_after(quiet_seconds: float) -> float:
    """Returns how long to wait before the next look at the log, so long after its last event."""
    return min(max(quiet_seconds * PART_OF_QUIET, LOOK_SECONDS), LONGEST_LOOK_SECONDS)


def caller_of(principal: Principal) -> str:
    """Returns by what the streams of a caller are counted."""
    return str(principal.api_key.id if principal.api_key else principal.user_id)


async def _go_on_holding(caller: str, stream: str) -> None:
    """Ends when the stream has lost its place: KV was away, and the caller has opened others meanwhile."""
    with of_its_own():
        while True:
            await asyncio.sleep(open_streams.SECONDS / 3)
            if not await open_streams.hold(caller, stream):
                return


async def _find(db: Db, query: StreamQuery, after: UUID | None, limit: int, *, is_ahead: bool = False) -> Found:
    row = await repository.fetch_events(db, query=query, after=after, limit=limit, is_ahead=is_ahead)
    last_id = UUID(row["last_id"]) if row["last_id"] else None
    return Found(read_rows(LoggedEvent, row["items"]), last_id, row["has_more"])


def _token_of(principal: Principal) -> Callable[[], str]:
    """Returns what gives the token of the caller. That of a key ends after two minutes, so there is always a new one.

    The database asks at each call whether the key still holds.
    """
    if principal.api_key is None:
        return lambda: principal.access_token
    return HeldKey("", principal.api_key).token
