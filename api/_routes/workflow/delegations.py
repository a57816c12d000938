"""/api/v1/delegations: who stands in for people who are away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of
from lib.core.http.routes import Route
from lib.workflow import delegations
from lib.workflow.delegations import (
    Delegation,
    DelegationChanges,
    DelegationQuery,
    DelegationWithTasks,
    NewDelegation,
)

router = APIRouter(route_class=Route, prefix="/api/v1/delegations", tags=["delegations"])

type DelegationId = Annotated[UUID, Path(description="The id of the delegation.")]


@router.get("", name="list", responses=documented(401, 403, 404))
async def list_delegations(user: CurrentUser, query: Annotated[DelegationQuery, Query()]) -> Page[Delegation]:
    """Lists the delegations in which you are away or stand in, or those of a brand whose reviews you control."""
    items, total = await delegations.list_delegations(user, query=query)
    request = PageRequest(page=query.page, page_size=query.page_size)
    return page_of(items, total, request, "/api/v1/delegations", query)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_delegation(user: CurrentUser, response: Response, body: NewDelegation) -> Success[DelegationWithTasks]:
    """Lets a colleague stand in while you are away, or, with `workflow.control`, while a member of your brand is.

    New tasks go to the delegate, who is told; if the delegate is away as well, to the delegate's delegate, and if
    none of them may decide, to admins of the brand. Authors never get their own content.
    """
    item = await delegations.create_delegation(user, delegation=body)
    response.headers.update({"Location": f"/api/v1/delegations/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get("/{delegation_id}", name="get", responses=documented(401, 404, 422))
async def get_delegation(user: CurrentUser, response: Response, delegation_id: DelegationId) -> Success[Delegation]:
    """Returns a delegation, to both people and to those who control reviews in a brand of the person."""
    item = await delegations.get_delegation(user, delegation_id=delegation_id)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.patch("/{delegation_id}", name="update", responses=documented(401, 403, 404, 409, 412, 422, 428))
async def update_delegation(
    user: CurrentUser,
    response: Response,
    delegation_id: DelegationId,
    version: Annotated[int, Depends(expected_version)],
    body: DelegationChanges,
) -> Success[Delegation]:
    """Changes a delegation that has not ended. Requires `If-Match` with the version you read."""
    item = await delegations.update_delegation(
        user, delegation_id=delegation_id, expected_version=version, changes=body
    )
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.delete("/{delegation_id}", status_code=204, name="end", responses=documented(401, 403, 404, 409))
async def end_delegation(user: CurrentUser, delegation_id: DelegationId) -> Response:
    """Ends a delegation now, or deletes one that has not begun.

    Tasks stay where they are, and new ones go to the person again.
    """
    await delegations.end_delegation(user, delegation_id=delegation_id)
    return Response(status_code=204)


@router.post("/{delegation_id}/hand-over", name="hand_over", responses=documented(401, 403, 404, 409, 422))
async def hand_over_open_tasks(user: CurrentUser, delegation_id: DelegationId) -> Success[DelegationWithTasks]:
    """Gives the open tasks of a person who is away to the delegate, at most 1,000 in one request."""
    return Success(data=await delegations.hand_over_open_tasks(user, delegation_id=delegation_id))
