"""/api/v1/admin/dead-letters: background work that was set aside."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import CursorPage, cursor_page_of
from lib.core.http.routes import Route
from lib.jobs import dead_letters
from lib.jobs.dead_letters import DeadLetter, DeadLetterQuery

router = APIRouter(route_class=Route, prefix="/api/v1/admin/dead-letters", tags=["deadLetters"])

LetterId = Annotated[UUID, Path(description="The id of the dead letter.")]


@router.get("", name="list", responses=documented(401, 403))
async def list_dead_letters(
    person: CurrentPerson, query: Annotated[DeadLetterQuery, Query()]
) -> CursorPage[DeadLetter]:
    """Lists background work that failed too often and was set aside, the latest first, by cursor.

    Requires a platform admin.
    """
    letters, following = await dead_letters.list_letters(person, query=query)
    return cursor_page_of(
        letters, query.page_size, "/api/v1/admin/dead-letters", query, cursor=query.cursor, next_cursor=following
    )


@router.post("/{letter_id}/requeue", name="requeue", status_code=204, responses=documented(401, 403, 404))
async def requeue_dead_letter(person: CurrentPerson, letter_id: LetterId) -> Response:
    """Has the work tried again, with all its attempts. The audit log records it.

    Requires a platform admin.
    """
    await dead_letters.requeue_letter(person, letter_id=letter_id)
    return Response(status_code=204)


@router.delete("/{letter_id}", name="dismiss", status_code=204, responses=documented(401, 403, 404))
async def dismiss_dead_letter(person: CurrentPerson, letter_id: LetterId) -> Response:
    """Removes a dead letter for good: the work is not tried again. The audit log records it.

    Requires a platform admin.
    """
    await dead_letters.dismiss_letter(person, letter_id=letter_id)
    return Response(status_code=204)
