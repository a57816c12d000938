"""The use case of vetting feedback: SQL decides who reads it."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import call, run
from lib.core.data.reading import read_rows
from lib.workflow.vetting.models import StoredFeedback


async def list_feedback(
    principal: Principal, *, content_id: UUID, step_id: UUID | None, market: str | None, version: int | None
) -> list[StoredFeedback]:
    """Lists the feedback on a content, the newest 50 first. Raises NotFound and Forbidden."""
    arguments = {
        "content_id": str(content_id),
        "step_id": str(step_id) if step_id else None,
        "market": market,
        "content_version": version,
    }
    return read_rows(StoredFeedback, (await run(call(principal.db, "list_vetting_feedback", arguments))).data)
