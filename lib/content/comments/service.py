"""The use cases of comments."""

from uuid import UUID

from lib.content.comments import repository
from lib.content.comments.models import Comment, CommentEdit, NewComment, Thread
from lib.content.people import Names, name_people
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound


def _named(row: Row, names: Names) -> Row:
    return name_people(row, names, "created_by", "resolved_by", "mentions")


def _to_comment(rows: list[Row]) -> Comment:
    if not rows:
        raise NotFound("comment not found")
    return read_row(Comment, rows[0], shape=lambda row: _named(row, row["people"]))


async def list_threads(
    principal: Principal, *, content_id: UUID, is_resolved: bool | None = None, page: PageRequest
) -> tuple[list[Thread], int]:
    """Returns the threads of a content, oldest first, each with its replies, and their number."""
    rows, total, names = await repository.fetch_threads(
        principal.db, content_id=content_id, is_resolved=is_resolved, page=page
    )

    def with_replies(row: Row) -> Row:
        replies = read_rows(Comment, row["replies"], shape=lambda reply: _named(reply, names))
        return _named(row, names) | {"replies": replies}

    return read_rows(Thread, rows, shape=with_replies), total


async def add_comment(principal: Principal, *, content_id: UUID, comment: NewComment) -> Comment:
    """Comments on a content, or answers a thread. Raises Forbidden without the permission comment.write."""
    return _to_comment(await repository.add(principal.db, content_id=content_id, comment=comment))


async def edit_comment(principal: Principal, *, comment_id: UUID, change: CommentEdit) -> Comment:
    """Changes the text of a comment. Raises Forbidden for all but its author and moderators."""
    return _to_comment(await repository.edit(principal.db, comment_id=comment_id, change=change))


async def resolve_comment(principal: Principal, *, comment_id: UUID, is_resolved: bool) -> Comment:
    """Resolves a thread or opens it again. Raises Forbidden for all but its author, the creator of the content and
    moderators."""
    return _to_comment(await repository.resolve(principal.db, comment_id=comment_id, is_resolved=is_resolved))


async def delete_comment(principal: Principal, *, comment_id: UUID) -> None:
    """Deletes the text of a comment; answers to it stay. Raises as ``edit_comment`` does."""
    await repository.delete(principal.db, comment_id=comment_id)
