"""The queries of comments."""

from uuid import UUID

from lib.content.comments.models import CommentEdit, NewComment
from lib.content.people import Names
from lib.core.data.db import Db, Row, call, command, run
from lib.core.http.envelope import PageRequest


async def fetch_threads(
    db: Db, *, content_id: UUID, is_resolved: bool | None, page: PageRequest
) -> tuple[list[Row], int, Names]:
    """Returns threads with their replies, oldest first, their number, and the names of their people."""
    arguments = {
        "content_id": str(content_id),
        "is_resolved": is_resolved,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    answer = (await run(call(db, "list_comments", arguments))).data
    return answer["items"], answer["total"], answer["people"]


async def add(db: Db, *, content_id: UUID, comment: NewComment) -> list[Row]:
    """Adds a comment; returns it as the one row."""
    row = comment.model_dump(mode="json", exclude={"attachments"})
    row["attachments"] = [attachment.model_dump(mode="json", by_alias=True) for attachment in comment.attachments]
    return await command(db, "add_comment", {"content_id": str(content_id)} | row)


async def edit(db: Db, *, comment_id: UUID, change: CommentEdit) -> list[Row]:
    """Changes the text of a comment; returns the comment as the one row."""
    return await command(db, "edit_comment", {"comment_id": str(comment_id)} | change.model_dump(mode="json"))


async def resolve(db: Db, *, comment_id: UUID, is_resolved: bool) -> list[Row]:
    """Resolves a thread or opens it again; returns the comment as the one row."""
    return await command(db, "resolve_comment", {"comment_id": str(comment_id), "is_resolved": is_resolved})


async def delete(db: Db, *, comment_id: UUID) -> None:
    """Deletes the text of a comment."""
    await command(db, "delete_comment", {"comment_id": str(comment_id)})
