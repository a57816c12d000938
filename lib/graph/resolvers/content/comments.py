"""Resolves comments on contents."""

from typing import Any
from uuid import UUID

from lib.content import ContentHead, comments
from lib.content.comments import Comment, CommentEdit, NewComment, Thread
from lib.content.comments.models import Attachment
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.content.contents import bindings

bindings.represents("Comment", Comment, Thread)
bindings.represents("CommentAttachment", Attachment)
bindings.represents("CreateCommentInput", NewComment)
bindings.represents("UpdateCommentInput", CommentEdit)
bindings.link("Comment", "content", links.read_content, lambda comment: {"content_id": comment.content_id})


@bindings.field("Content", "comments", operation="comments.list")
async def comments_of(
    parent: ContentHead, info: Info, *, paging: Paging, is_resolved: bool | None = None
) -> Connection[Thread] | None:
    """Lists the threads of comments of a content; None in the bin."""
    found = await loaded(
        comments.list_threads(
            info.context.principal, content_id=parent.id, is_resolved=is_resolved, page=paging.request
        )
    )
    return connection_of(found[0], paging, total=found[1]) if found else None


@bindings.field("Comment", "replies", is_given=True)
async def replies_of(parent: Comment, info: Info) -> list[Comment]:
    """Returns no answers: threads have theirs, and answers have none."""
    return []


@bindings.mutation(operation="comments.create")
async def create_comment(info: Info, *, content_id: UUID, input: NewComment) -> dict[str, Any]:
    """Adds a comment."""
    return {"comment": await comments.add_comment(info.context.principal, content_id=content_id, comment=input)}


@bindings.mutation(operation="comments.update")
async def update_comment(info: Info, *, id: UUID, input: CommentEdit) -> dict[str, Any]:
    """Changes a comment."""
    return {"comment": await comments.edit_comment(info.context.principal, comment_id=id, change=input)}


@bindings.mutation(operation="comments.delete")
async def delete_comment(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deletes a comment."""
    await comments.delete_comment(info.context.principal, comment_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="comments.resolve")
async def resolve_comment(info: Info, *, id: UUID) -> dict[str, Any]:
    """Resolves a thread."""
    return {"comment": await comments.resolve_comment(info.context.principal, comment_id=id, is_resolved=True)}


@bindings.mutation(operation="comments.reopen")
async def reopen_comment(info: Info, *, id: UUID) -> dict[str, Any]:
    """Opens a thread again."""
    return {"comment": await comments.resolve_comment(info.context.principal, comment_id=id, is_resolved=False)}
