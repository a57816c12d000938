"""/api/v1/contents/{id}/comments and /api/v1/comments/{id}"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api._routes.content.shared import ContentId, Paging, path_of
from lib.content import comments
from lib.content.comments import Comment, CommentEdit, NewComment, Thread
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["comments"])

type CommentId = Annotated[UUID, Path(description="The id of the comment.")]


@router.get("/contents/{content_id}/comments", name="list", responses=documented(401, 404))
async def list_comments(
    user: CurrentUser,
    page: Paging,
    content_id: ContentId,
    is_resolved: Annotated[
        bool | None, Query(alias="resolved", description="True: resolved threads only; false: open threads only.")
    ] = None,
) -> Page[Thread]:
    """Lists the threads of a content, oldest first, each with its replies."""
    threads, total = await comments.list_threads(user, content_id=content_id, is_resolved=is_resolved, page=page)
    filters = {"resolved": None if is_resolved is None else str(is_resolved).lower()}
    return page_of(threads, total, page, f"{path_of(content_id)}/comments", filters)


@router.post(
    "/contents/{content_id}/comments", name="create", status_code=201, responses=documented(401, 403, 404, 409, 422)
)
async def add_comment(
    user: CurrentUser, response: Response, content_id: ContentId, body: NewComment
) -> Success[Comment]:
    """Comments on a content, on a field or on a range of its text, or answers a thread. Notifies the people it
    mentions."""
    comment = await comments.add_comment(user, content_id=content_id, comment=body)
    response.headers["Location"] = f"/api/v1/comments/{comment.id}"
    return Success(data=comment)


@router.patch("/comments/{comment_id}", name="update", responses=documented(401, 403, 404, 409))
async def edit_comment(user: CurrentUser, comment_id: CommentId, body: CommentEdit) -> Success[Comment]:
    """Changes the text of a comment; the former text is kept. For its author and for admins of the brand."""
    return Success(data=await comments.edit_comment(user, comment_id=comment_id, change=body))


@router.delete("/comments/{comment_id}", name="delete", status_code=204, responses=documented(401, 403, 404))
async def delete_comment(user: CurrentUser, comment_id: CommentId) -> Response:
    """Deletes the text of a comment; answers to it stay. For its author and for admins of the brand."""
    await comments.delete_comment(user, comment_id=comment_id)
    return Response(status_code=204)


@router.post("/comments/{comment_id}/resolve", name="resolve", responses=documented(401, 403, 404, 409, 422))
async def resolve_comment(user: CurrentUser, comment_id: CommentId) -> Success[Comment]:
    """Marks a thread as resolved. For its author, the creator of the content and admins of the brand."""
    return Success(data=await comments.resolve_comment(user, comment_id=comment_id, is_resolved=True))


@router.post("/comments/{comment_id}/reopen", name="reopen", responses=documented(401, 403, 404, 409, 422))
async def reopen_comment(user: CurrentUser, comment_id: CommentId) -> Success[Comment]:
    """Opens a resolved thread again. For its author, the creator of the content and admins of the brand."""
    return Success(data=await comments.resolve_comment(user, comment_id=comment_id, is_resolved=False))
