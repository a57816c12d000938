"""Vetting feedback as callers use it: produced once for each version of a content, step and market."""

from uuid import UUID

from lib.ai.generations import repository
from lib.ai.generations.generate import generate, replay
from lib.ai.generations.models import ToolResult
from lib.ai.providers.health import Circuits
from lib.ai.tools.models import VettingFeedback, VettingRequest
from lib.ai.tools.vetting import ProduceVettingFeedback
from lib.core.auth.principal import Principal
from lib.core.http.errors import Conflict


async def _find_stored(principal: Principal, request: VettingRequest) -> ToolResult[VettingFeedback] | None:
    """Returns the feedback on the present version; None if there is none. Raises NotFound, and Forbidden."""
    rows = await repository.list_vetting_feedback(
        principal.db, content_id=request.content_id, step_id=request.step_id, market=request.market
    )
    stored = next((row for row in rows if row["is_current"]), None)
    if stored is None:
        return None
    return await replay(principal, generation_id=UUID(stored["generation_id"]))


async def produce_vetting_feedback(
    principal: Principal, *, request: VettingRequest, circuits: Circuits
) -> ToolResult[VettingFeedback]:
    """Returns the stored feedback on the present version of a content, or produces and stores it.

    Raises Conflict while it is being produced, for closed steps, and for markets without an agency.
    """
    try:
        return await generate(principal, tool=ProduceVettingFeedback(request), circuits=circuits)
    except Conflict:
        # After all checks of the caller, what is stored is a conflict.
        if request.force or (stored := await _find_stored(principal, request)) is None:
            raise
        return stored
