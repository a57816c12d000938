from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from lib.ai.models import GenerationContext
from lib.core.data.db import Db, Row, call, command, command_once, fetch_one, fetch_page, run
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import Conflict, NotFound, RateLimitExceeded
from lib.core.security.signing import signed
from lib.core.telemetry.context import current_context

_COLUMNS: Final = (
    "id,brand_id,user_id,content_id,type,status,provider,model,prompt_version,output,error,violations,is_held,"
    "override_reason,applied_version,calls,prompt_tokens,completion_tokens,cost,latency_ms,first_token_ms,is_cache_hit,"
    "created_at,completed_at"
)


def _seconds_to_next_month(now: datetime) -> int:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int((following - now).total_seconds()) + 1


class Replayed(Exception):
    """The request came before, under the same Idempotency-Key: what became of it is known by this id."""

    def __init__(self, generation_id: UUID) -> None:
        super().__init__(str(generation_id))
        self.generation_id = generation_id


async def begin(db: Db, *, request: Row, part: str = "") -> GenerationContext:
    """Opens a generation. ``part`` tells the items of a batch apart, which come under one Idempotency-Key.

    Raises RateLimitExceeded (QUOTA_EXCEEDED) with the seconds until the month is over, and Replayed.
    """
    try:
        rows = await command(db, "begin_generation", signed("request", request), part=part)
    except RateLimitExceeded as error:
        error.retry_after = _seconds_to_next_month(datetime.now(UTC))
        raise
    if current_context().response_headers.get("Idempotency-Replayed") == "true":
        raise Replayed(UUID(rows[0]["id"]))
    return GenerationContext.model_validate(rows[0])


async def settle(db: Db, *, result: Row) -> Row:
    """{applied_version, not_applied, cost}. Raises Conflict where the generation is closed already."""
    return (await command_once(db, "settle_generation", signed("result", result)))[0]


async def report_progress(db: Db, *, generation_id: UUID, progress: Row) -> None:
    await run(call(db, "report_progress", {"generation_id": str(generation_id), "progress": progress}))


async def override(db: Db, *, generation_id: UUID, reason: str) -> Row:
    return (await command(db, "override_generation", {"generation_id": str(generation_id), "reason": reason}))[0]


async def get(db: Db, *, generation_id: UUID) -> Row:
    """Raises NotFound."""
    query = db.from_("ai_generations").select(_COLUMNS).eq("id", str(generation_id))
    row = await fetch_one(query)
    if row is None:
        raise NotFound("generation not found")
    return row


async def list_generations(db: Db, *, filters: Row, page: PageRequest) -> tuple[list[Row], int]:
    """Newest first; ``output`` only of one that is asked for by its id."""
    query = db.from_("ai_generations").select(_COLUMNS.replace("output,", ""), count="exact")  # pyright: ignore[reportArgumentType]
    for column, value in filters.items():
        if value is not None:
            query = query.eq(column, value)
    return await fetch_page(query.order("id", desc=True).range(page.offset, page.last))


async def replayed_output(db: Db, *, generation_id: UUID) -> Row:
    """What the generation of before brought. Raises Conflict where that was nothing, or is nothing yet."""
    row = await get(db, generation_id=generation_id)
    if row["status"] == "pending":
        raise Conflict("this was asked for before and is being worked on")
    if row["status"] == "failed":
        raise Conflict("this was asked for before and failed: ask with a new Idempotency-Key")
    return row["output"]


async def read_usage(db: Db, *, brand_id: UUID | None, first: date, last: date, dimensions: list[str]) -> Row:
    arguments: Row = {
        "brand": str(brand_id) if brand_id else None,
        "from_day": first.isoformat(),
        "to_day": last.isoformat(),
        "dimensions": dimensions,
    }
    return (await run(call(db, "ai_usage", arguments))).data


async def read_budget(db: Db, *, brand_id: UUID) -> Row:
    return (await run(call(db, "read_budget", {"brand_id": str(brand_id)}))).data


async def set_budget(db: Db, *, brand_id: UUID, amount: float) -> Row:
    """As ``read_budget`` tells it."""
    return (await command(db, "set_budget", {"brand_id": str(brand_id), "amount": amount}))[0]
