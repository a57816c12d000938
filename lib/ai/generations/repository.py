"""The data calls of generations."""

from datetime import UTC, datetime
from uuid import UUID

from lib.ai.generations.commands import BeginGeneration, GenerationOutcome
from lib.ai.generations.models import GenerationFilters
from lib.ai.models import GenerationContext
from lib.ai.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, command_once, fetch_listing, fetch_one, fetch_rows, run
from lib.core.data.reading import read_row
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import Conflict, NotFound, RateLimitExceeded
from lib.core.telemetry.context import current_context

register_unique_fields(UNIQUE_FIELDS)


def _seconds_to_next_month(now: datetime) -> int:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int((following - now).total_seconds()) + 1


class Replayed(Exception):
    """The request came before, under the same Idempotency-Key, and began this generation."""

    def __init__(self, generation_id: UUID) -> None:
        super().__init__(str(generation_id))
        self.generation_id = generation_id


async def begin(db: Db, *, request: BeginGeneration, part: str = "") -> GenerationContext:
    """Begins a generation. ``part`` identifies an item of a batch, whose items share one Idempotency-Key.

    Raises RateLimitExceeded (QUOTA_EXCEEDED) with the seconds until the end of the month, and Replayed.
    """
    try:
        rows = await command(db, "begin_generation", {"request": request.as_payload()}, part=part)
    except RateLimitExceeded as error:
        error.retry_after = _seconds_to_next_month(datetime.now(UTC))
        raise
    if current_context().response_headers.get("Idempotency-Replayed") == "true":
        raise Replayed(UUID(rows[0]["id"]))
    return read_row(GenerationContext, rows[0])


async def settle(db: Db, *, outcome: GenerationOutcome) -> Row:
    """Settles a generation: {applied_version, not_applied, cost}. Raises Conflict if it is settled already."""
    return (await command_once(db, "settle_generation", {"result": outcome.as_payload()}))[0]


async def report_progress(db: Db, *, generation_id: UUID, progress: Row) -> None:
    """Sends the progress of a pending generation to its topic; nothing is stored."""
    await run(call(db, "report_progress", {"generation_id": str(generation_id), "progress": progress}))


async def override(db: Db, *, generation_id: UUID, reason: str) -> Row:
    """Writes a held output into its content: {id, applied_version}."""
    return (await command(db, "override_generation", {"generation_id": str(generation_id), "reason": reason}))[0]


async def get(db: Db, *, generation_id: UUID) -> Row:
    """Reads a generation with its output. Raises NotFound."""
    row = await fetch_one(call(db, "get_generation", {"generation_id": str(generation_id)}))
    if row is None:
        raise NotFound("generation not found")
    return row


async def list_generations(db: Db, *, filters: GenerationFilters, page: PageRequest) -> tuple[list[Row], int]:
    """Lists generations without their outputs, newest first, and counts all of them."""
    given = {
        "brand_id": filters.brand_id,
        "content_id": filters.content_id,
        "type": filters.type,
        "status": filters.status,
    }
    arguments = {
        "filters": {name: str(value) for name, value in given.items() if value is not None},
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_generations", arguments))


async def replayed_output(db: Db, *, generation_id: UUID) -> Row:
    """Reads the output of an earlier generation. Raises Conflict if it failed or is in progress."""
    row = await get(db, generation_id=generation_id)
    if row["status"] == "pending":
        raise Conflict("the request with this Idempotency-Key is in progress")
    if row["status"] == "failed":
        raise Conflict("the request with this Idempotency-Key failed: use a new Idempotency-Key")
    # The output was kept before the database wrote it into the content.
    return row["output"] | {"appliedVersion": row["applied_version"]}


async def list_vetting_feedback(db: Db, *, content_id: UUID, step_id: UUID, market: str) -> list[Row]:
    """Lists the vetting feedback on a content for a step and a market, newest first. Raises NotFound and Forbidden."""
    arguments = {"content_id": str(content_id), "step_id": str(step_id), "market": market}
    return await fetch_rows(call(db, "list_vetting_feedback", arguments))
