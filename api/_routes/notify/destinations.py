"""/api/v1/notifications/destinations: chats and webhooks that notifications are sent to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.notify import destinations
from lib.notify.destinations import (
    AddedDestination,
    Destination,
    DestinationChanges,
    NewDestination,
    TestQueued,
)

router = APIRouter(route_class=Route, prefix="/api/v1/notifications/destinations", tags=["notifications"])

type DestinationId = Annotated[UUID, Path(description="The id of the destination.")]


@router.get("", name="list_destinations", responses=documented(401, 403, 404))
async def list_destinations(
    person: CurrentPerson,
    brand_id: Annotated[
        UUID | None,
        Query(alias="brandId", description="Id of a brand; requires `integration.manage`. Without it: your own."),
    ] = None,
) -> Success[list[Destination]]:
    """Lists your destinations or those of a brand, at most 10."""
    return Success(data=await destinations.list_destinations(person, brand_id=brand_id))


@router.post("", name="create_destination", status_code=201, responses=documented(401, 403, 404, 409))
async def add_destination(person: CurrentPerson, body: NewDestination) -> Success[AddedDestination]:
    """Adds a Slack or Teams channel, or a webhook, that your notifications or those of a brand are sent to.

    Requires `https://hooks.slack.com/…` for Slack, the URL of a workflow or an incoming webhook for Teams, and an https
    URL of a public host for webhooks. Messages to webhooks are signed as Standard Webhooks specifies. The `secret` of
    the response is not shown again. Drop messages whose `webhook-id` you have seen: they are duplicates.
    """
    return Success(data=await destinations.add_destination(person, destination=body))


@router.patch("/{destination_id}", name="update_destination", responses=documented(401, 403, 404))
async def change_destination(
    person: CurrentPerson, destination_id: DestinationId, body: DestinationChanges
) -> Success[Destination]:
    """Changes a destination, or switches it on or off."""
    return Success(data=await destinations.change_destination(person, destination_id=destination_id, changes=body))


@router.delete("/{destination_id}", name="delete_destination", status_code=204, responses=documented(401, 403, 404))
async def remove_destination(person: CurrentPerson, destination_id: DestinationId) -> Response:
    """Removes a destination. Its waiting messages are dropped."""
    await destinations.remove_destination(person, destination_id=destination_id)
    return Response(status_code=204)


@router.post(
    "/{destination_id}/test", name="test_destination", status_code=202, responses=documented(401, 403, 404, 409)
)
async def test_destination(person: CurrentPerson, destination_id: DestinationId) -> Success[TestQueued]:
    """Sends a test message to a destination within a minute. Answers 409 if the destination is switched off."""
    return Success(data=await destinations.test_destination(person, destination_id=destination_id))
