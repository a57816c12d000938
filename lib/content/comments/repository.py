from uuid import UUID

from lib.content.comments.models import CommentEdit, NewComment
from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.http.envelope import PageRequest


async def fetch_threads(
    db: Db, *, content_id: UUID, is_resolved: bool | None, page: PageRequest
) -> tuple[list[Row], int]:
    arguments = {
        "content_id": str(content_id),
        "is_resolved": is_resolved,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_comments", arguments))


async def add(db: Db, *, content_id: UUID, comment: NewComment) -> list[Row]:
    row = comment.model_dump(mode="json", exclude={"attachments"})
    row["attachments"] = [attachment.model_dump(mode="json", by_alias=True) for attachment in comment.attachments]
    return await command(db, "add_comment", {"content_id": str(content_id)} | row)


async def edit(db: Db, *, comment_id: UUID, change: CommentEdit) -> list[Row]:
    return await command(db, "edit_comment", {"comment_id": str(comment_id)} | change.model_dump(mode="json"))


async def resolve(db: Db, *, comment_id: UUID, is_resolved: bool) -> list[Row]:
    return await command(db, "resolve_comment", {"comment_id": str(comment_id), "is_resolved": is_resolved})


async def delete(db: Db, *, comment_id: UUID) -> None:
    await command(db, "delete_comment", {"comment_id": str(comment_id)})
