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
from lib.publishing.channels import ChannelFailed, problems_of, publish_to_channel, unpublish_from_channel
from lib.publishing.saga import repository

# Publications that one worker carries out side by side, and of one brand.
PLACES: Final = 12
PLACES_OF_BRAND: Final = 3
# Much less than the 60 seconds for which private.next_attempts leases an attempt.
ATTEMPT_SECONDS: Final = 20.0
# After so long, a failure may be one of the answer only: the target may still work on the request until the lease ends.
UNKNOWN_SECONDS: Final = 5.0
# With less time left, no publication is begun. An attempt that the end of a run cuts short does not count.
MIN_SECONDS: Final = 2.0
# How often a worker with free places looks for publications that have become due meanwhile. It looks less often, up to
# the longer time, while it finds none, and at once when one of its own has ended.
PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 2.0


async def work_off_publications(db: Db, *, seconds: float = math.inf) -> dict[str, int]:
    """Carries out publications that are due, until none is, for at most so many seconds and the time of the request.

    ``db`` is the service's. Returns how many it had in hand, and how many attempts on channels failed.
    """
    until = time.monotonic() + min(seconds, time_left())
    counts: Counter[str] = Counter()
    running: dict[asyncio.Task[None], UUID] = {}
    pause = PAUSE_SECONDS
    try:
        while True:
            found: list[Row] = []
            if time.monotonic() < until - MIN_SECONDS and len(running) < PLACES:
                found = await _claim(db, running)
            for row in found:
                counts["advanced"] += 1
                task = asyncio.create_task(_carry_out(db, UUID(row["publication_id"]), counts, until))
                running[task] = UUID(row["brand_id"])
            if not running:
                return {"advanced": counts["advanced"], "failed": counts["failed"]}
            done, _ = await asyncio.wait(running, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            pause = PAUSE_SECONDS if found or done else min(2 * pause, LONGEST_PAUSE_SECONDS)
            for task in done:
                del running[task]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _claim(db: Db, running: dict[asyncio.Task[None], UUID]) -> list[Row]:
    """Leases publications for the free places. Raises only while nothing runs: what is on its way comes to its end."""
    held = Counter(running.values())
    try:
        return await repository.claim(
            db,
            batch=PLACES - len(running),
            busy_brands=[brand for brand, places in held.items() if places >= PLACES_OF_BRAND],
            most_of_brand=PLACES_OF_BRAND,
        )
    except ApiError as error:
        if not running:
            raise
        log(logging.WARNING, "no publications could be leased", error=error)
        return []


async def _carry_out(db: Db, publication_id: UUID, counts: Counter[str], until: float) -> None:
    """Goes on with one publication until nothing of it is due. Raises nothing: its lease ends, and it comes again."""
    try:
        while True:
            due = await repository.advance(db, publication_id=publication_id)
            if "to_validate" in due:
                await _validate(db, publication_id, due["to_validate"])
            elif not due["attempts"] or not await _attempt_all(db, publication_id, due["attempts"], counts, until):
                return
            if time.monotonic() > until - MIN_SECONDS:
                return
    except ApiError as error:
        log(logging.WARNING, "a publication waits for another attempt", error=error)
    except BaseException as error:
        if ends_the_process(error):
            raise
        report_safely("a publication failed unexpectedly", error, fields={"publicationId": str(publication_id)})


async def _validate(db: Db, publication_id: UUID, channels: list[Row]) -> None:
    """Asks each channel whether it can take the content, and records the reasons of those that cannot."""
    problems: dict[str, str] = {}
    for channel in channels:
        found = await problems_of(
            db,
            channel_id=UUID(channel["channel_id"]),
            content_id=UUID(channel["content_id"]),
            version=channel["version"],
        )
        if found:
            problems[channel["channel_id"]] = "; ".join(f"{problem.field} {problem.message}" for problem in found)[:500]
    await repository.record_validation(db, publication_id=publication_id, problems=problems)


async def _attempt_all(db: Db, publication_id: UUID, attempts: list[Row], counts: Counter[str], until: float) -> bool:
    """Makes the attempts side by side, each to its end. Returns whether all of them could be recorded."""
    ended = await asyncio.gather(
        *(_attempt(db, publication_id, attempt, counts, until) for attempt in attempts), return_exceptions=True
    )
    failed = [outcome for outcome in ended if isinstance(outcome, BaseException)]
    for error in failed:
        if ends_the_process(error):
            raise error
        log(logging.WARNING, "an attempt on a channel could not be recorded", error=error)
    return not failed


async def _attempt(db: Db, publication_id: UUID, attempt: Row, counts: Counter[str], until: float) -> None:
    """Makes one attempt on a channel and records how it ended."""
    url: str | None = None
    failure: Row | None = None
    began = time.monotonic()
    try:
        async with within(min(ATTEMPT_SECONDS, until - time.monotonic())):
            url = await _reach(db, attempt)
    except ChannelFailed as error:
        is_unknown = not error.is_final and time.monotonic() > began + UNKNOWN_SECONDS
        failure = {
            "error": str(error),
            "is_final": error.is_final,
            "is_unknown": is_unknown,
            "retry_seconds": error.retry_after,
        }
    except TimeoutError:
        if time.monotonic() < began + ATTEMPT_SECONDS - 1.0:  # the run ended, and not the time of the attempt
            with at_least(OWN_SECONDS):
                await repository.release(db, publication_id=publication_id, attempt=attempt)
            return
        failure = {"error": f"no answer within {ATTEMPT_SECONDS:g} seconds", "is_unknown": True}
    except ApiError as error:
        failure = {"error": error.message, "is_unknown": True}
    except BaseException as error:
        if ends_the_process(error):
            raise
        report_safely("a channel failed unexpectedly", error, fields={"channelId": attempt["channel_id"]})
        failure = {"error": "an unexpected failure", "is_unknown": True}
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
