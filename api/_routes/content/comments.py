"""/api/v1/contents/{id}/comments and /api/v1/comments/{id}"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api._routes.content.shared import Paging, path_of
from lib.content import comments
from lib.content.comments import Comment, CommentEdit, NewComment, Thread
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of

router = APIRouter(prefix="/api/v1", tags=["comments"])


@router.get("/contents/{content_id}/comments", responses=documented(401, 404))
async def list_comments(
    user: CurrentUser,
    page: Paging,
    content_id: UUID,
    is_resolved: Annotated[bool | None, Query(alias="resolved")] = None,
) -> Page[Thread]:
    """Threads, oldest first, each with its replies."""
    threads, total = await comments.list_threads(user, content_id=content_id, is_resolved=is_resolved, page=page)
    filters = {"resolved": None if is_resolved is None else str(is_resolved).lower()}
    return page_of(threads, total, page, f"{path_of(content_id)}/comments", filters)


@router.post("/contents/{content_id}/comments", status_code=201, responses=documented(401, 403, 404, 409, 422))
async def add_comment(user: CurrentUser, response: Response, content_id: UUID, body: NewComment) -> Success[Comment]:
    """Comments on a content, on a field or a range of its text, or answers; mentions are for members of the brand."""
    comment = await comments.add_comment(user, content_id=content_id, comment=body)
    response.headers["Location"] = f"/api/v1/comments/{comment.id}"
    return Success(data=comment)


@router.patch("/comments/{comment_id}", responses=documented(401, 403, 404, 409))
async def edit_comment(user: CurrentUser, comment_id: UUID, body: CommentEdit) -> Success[Comment]:
    """Another text, by its author or an admin of the brand; what it said is kept."""
    return Success(data=await comments.edit_comment(user, comment_id=comment_id, change=body))


@router.delete("/comments/{comment_id}", status_code=204, responses=documented(401, 403, 404))
async def delete_comment(user: CurrentUser, comment_id: UUID) -> Response:
    """Takes back what it said, by its author or an admin of the brand; answers to it stay."""
    await comments.delete_comment(user, comment_id=comment_id)
    return Response(status_code=204)


@router.post("/comments/{comment_id}/resolve", responses=documented(401, 403, 404, 409, 422))
async def resolve_comment(user: CurrentUser, comment_id: UUID) -> Success[Comment]:
    """Marks a thread as done, by its author, the creator of the content or an admin of the brand."""
    return Success(data=await comments.resolve_comment(user, comment_id=comment_id, is_resolved=True))


@router.post("/comments/{comment_id}/reopen", responses=documented(401, 403, 404, 409, 422))
async def reopen_comment(user: CurrentUser, comment_id: UUID) -> Success[Comment]:
    """Opens a thread again that was marked as done."""
    return Success(data=await comments.resolve_comment(user, comment_id=comment_id, is_resolved=False))
