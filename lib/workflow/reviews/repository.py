"""The calls of the data API about reviews, each as the caller.

The acts are the commands of contents: one SQL function decides, whichever address it is asked at.
"""

from typing import Any, Final
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, run
from lib.core.http.envelope import PageRequest
from lib.workflow.reviews.models import ReviewDecision

# The SQL function of each decision, and its name of the comment.
_DECISIONS: Final = {
    "approve": ("approve_content", "comment"),
    "reject": ("reject_content", "reason"),
    "request_changes": ("request_changes", "comment"),
}


async def fetch(db: Db, *, content_id: UUID, run_id: UUID | None, page: PageRequest) -> Row:
    """Reads a review with a page of its history. Raises NotFound."""
    arguments = {
        "content_id": str(content_id),
        "run_id": str(run_id) if run_id else None,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return (await run(call(db, "get_review", arguments))).data


async def decide(db: Db, *, content_id: UUID, decision: ReviewDecision, expected_version: int | None) -> list[Row]:
    """Records a decision; returns the content as the one row."""
    function, comment = _DECISIONS[decision.decision]
    arguments: dict[str, Any] = {comment: decision.comment.strip()}
    if decision.published_url is not None and function == "approve_content":
        arguments["published_url"] = decision.published_url
    if decision.step_id is not None:
        arguments["step_run_id"] = str(decision.step_id)
    if decision.round is not None:
        arguments["expected_round"] = decision.round
    return await act(db, function, content_id=content_id, arguments=arguments, expected_version=expected_version)


async def act(
    db: Db, function: str, *, content_id: UUID, arguments: Row, expected_version: int | None = None
) -> list[Row]:
    """Runs a command on the review of a content; returns the content as the one row."""
    if expected_version is not None:
        db.headers["X-Expected-Version"] = str(expected_version)  # private.lock_content reads it
    return await command(db, function, {"content_id": str(content_id)} | arguments)
