from uuid import UUID

from lib.content.comments import repository
from lib.content.comments.models import Comment, CommentEdit, NewComment, Thread
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound


def _to_comment(rows: list[Row]) -> Comment:
    if not rows:
        raise NotFound("comment not found")
    return Comment.model_validate(rows[0])


async def list_threads(
    principal: Principal, *, content_id: UUID, is_resolved: bool | None, page: PageRequest
) -> tuple[list[Thread], int]:
    """Threads, oldest first, each with its replies."""
    rows, total = await repository.fetch_threads(
        principal.db, content_id=content_id, is_resolved=is_resolved, page=page
    )
    return [Thread.model_validate(row) for row in rows], total


async def add_comment(principal: Principal, *, content_id: UUID, comment: NewComment) -> Comment:
    return _to_comment(await repository.add(principal.db, content_id=content_id, comment=comment))


async def edit_comment(principal: Principal, *, comment_id: UUID, change: CommentEdit) -> Comment:
    return _to_comment(await repository.edit(principal.db, comment_id=comment_id, change=change))


async def resolve_comment(principal: Principal, *, comment_id: UUID, is_resolved: bool) -> Comment:
    return _to_comment(await repository.resolve(principal.db, comment_id=comment_id, is_resolved=is_resolved))


async def delete_comment(principal: Principal, *, comment_id: UUID) -> None:
    """Takes back what it said; answers to it stay."""
    await repository.delete(principal.db, comment_id=comment_id)
