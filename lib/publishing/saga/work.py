"""Carries out publications: steps within the database by its functions, and attempts on channels from here.

All state is in SQL, so a worker that is killed loses nothing: its leases end, and another one goes on. Brands take
turns, and each has a few of the places of a worker, so no slow channel stands in the way of other brands.
"""

import asyncio
import logging
import math
import time
from collections import Counter
from typing import Final
from uuid import UUID

from lib.core.data.db import Db, Row
from lib.core.http.deadline import OWN_SECONDS, at_least, time_left, within
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log
from lib.core.telemetry.survival import ends_the_process, report_safely
from lib.publishing.channels import ChannelFailed, publish_to_channel, unpublish_from_channel
from lib.publishing.saga import repository

# Publications that one worker carries out side by side, and of one brand.
PLACES: Final = 12
PLACES_OF_BRAND: Final = 3
# Less than the 30 seconds for which private.next_attempts leases an attempt.
ATTEMPT_SECONDS: Final = 20.0
# With less time left, no publication is begun. An attempt that the end of a run cuts short does not count.
MIN_SECONDS: Final = 2.0
# How often a worker with free places looks for publications that have become due meanwhile.
PAUSE_SECONDS: Final = 0.5


async def work_off_publications(db: Db, *, seconds: float = math.inf) -> dict[str, int]:
    """Carries out publications that are due, until none is, for at most so many seconds and the time of the request.

    ``db`` is the service's. Returns how many it had in hand, and how many attempts on channels failed.
    """
    until = time.monotonic() + min(seconds, time_left())
    counts: Counter[str] = Counter()
    running: dict[asyncio.Task[None], UUID] = {}
    try:
        while True:
            if time.monotonic() < until - MIN_SECONDS and len(running) < PLACES:
                for row in await _claim(db, running):
                    counts["advanced"] += 1
                    task = asyncio.create_task(_carry_out(db, UUID(row["publication_id"]), counts, until))
                    running[task] = UUID(row["brand_id"])
            if not running:
                return {"advanced": counts["advanced"], "failed": counts["failed"]}
            done, _ = await asyncio.wait(running, timeout=PAUSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del running[task]
    finally:
        for task in running:
            task.cancel()


async def _claim(db: Db, running: dict[asyncio.Task[None], UUID]) -> list[Row]:
    held = Counter(running.values())
    return await repository.claim(
        db,
        batch=PLACES - len(running),
        busy_brands=[brand for brand, places in held.items() if places >= PLACES_OF_BRAND],
        most_of_brand=PLACES_OF_BRAND,
    )


async def _carry_out(db: Db, publication_id: UUID, counts: Counter[str], until: float) -> None:
    """Goes on with one publication until nothing of it is due. Raises nothing: its lease ends, and it comes again."""
    try:
        while attempts := await repository.advance(db, publication_id=publication_id):
            await asyncio.gather(*(_attempt(db, publication_id, attempt, counts, until) for attempt in attempts))
            if time.monotonic() > until - MIN_SECONDS:
                return
    except ApiError as error:
        log(logging.WARNING, "a publication waits for another attempt", error=error)
    except BaseException as error:
        if ends_the_process(error):
            raise
        report_safely("a publication failed unexpectedly", error, fields={"publicationId": str(publication_id)})


async def _attempt(db: Db, publication_id: UUID, attempt: Row, counts: Counter[str], until: float) -> None:
    """Makes one attempt on a channel and records how it ended."""
    url: str | None = None
    failure: Row | None = None
    ends_at = time.monotonic() + ATTEMPT_SECONDS
    try:
        async with within(min(ATTEMPT_SECONDS, until - time.monotonic())):
            url = await _reach(db, attempt)
    except ChannelFailed as error:
        failure = {"error": str(error), "is_final": error.is_final, "retry_seconds": error.retry_after}
    except TimeoutError:
        if time.monotonic() < ends_at - 1.0:  # the run ended, and not the time of the attempt
            with at_least(OWN_SECONDS):
                await repository.release(db, publication_id=publication_id, attempt=attempt)
            return
        failure = {"error": f"no answer within {ATTEMPT_SECONDS:g} seconds"}
    except ApiError as error:
        failure = {"error": error.message}
    except BaseException as error:
        if ends_the_process(error):
            raise
        report_safely("a channel failed unexpectedly", error, fields={"channelId": attempt["channel_id"]})
        failure = {"error": "an unexpected failure"}
    if failure is not None:
        counts["failed"] += 1
    with at_least(OWN_SECONDS):  # also where the time is over: else it would be done again
        await repository.record(db, publication_id=publication_id, attempt=attempt, failure=failure, url=url)


async def _reach(db: Db, attempt: Row) -> str | None:
    """Publishes to a channel, or takes back from it. Returns the address of the content there."""
    channel_id, content_id = UUID(attempt["channel_id"]), UUID(attempt["content_id"])
    if attempt["is_publication"]:
        result = await publish_to_channel(db, channel_id=channel_id, content_id=content_id, version=attempt["version"])
        return result.url
    await unpublish_from_channel(db, channel_id=channel_id, content_id=content_id)
    return None
