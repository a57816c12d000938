"""The use case of vetting feedback: SQL decides who reads it."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_rows
from lib.workflow.vetting import repository
from lib.workflow.vetting.models import StoredFeedback


async def list_feedback(
    principal: Principal, *, content_id: UUID, step_id: UUID | None, market: str | None, version: int | None
) -> list[StoredFeedback]:
    """Lists the feedback on a content, the newest 50 first. Raises NotFound and Forbidden."""
    rows = await repository.list_feedback(
        principal.db, content_id=content_id, step_id=step_id, market=market, version=version
    )
    return read_rows(StoredFeedback, rows)
