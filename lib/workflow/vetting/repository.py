"""The call of the data API that lists vetting feedback, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, fetch_rows


async def list_feedback(
    db: Db, *, content_id: UUID, step_id: UUID | None, market: str | None, version: int | None
) -> list[Row]:
    """Lists the feedback on a content, the newest 50 first. Raises NotFound and Forbidden."""
    arguments = {
        "content_id": str(content_id),
        "step_id": str(step_id) if step_id else None,
        "market": market,
        "content_version": version,
    }
    return await fetch_rows(call(db, "list_vetting_feedback", arguments))
