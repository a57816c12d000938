"""/api/v1/channels: where the contents of a brand are published besides our own API."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, is_unchanged, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.routes import Route
from lib.publishing import channels
from lib.publishing.channels import Channel, ChannelChanges, DryRun, DryRunRequest, NewChannel

router = APIRouter(route_class=Route, prefix="/api/v1/channels", tags=["channels"])

type ChannelId = Annotated[UUID, Path(description="The id of the channel.")]
type Paging = Annotated[PageRequest, Depends(page_request)]
type IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag that you have: 304 while it is the newest.")
]


def _with_tag(response: Response, item: Channel) -> Success[Channel]:
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.get("", name="list", responses=documented(401, 403, 404, 422))
async def list_channels(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[UUID, Query(alias="brandId", description="The brand whose channels to list.")],
) -> Page[Channel]:
    """Lists the channels of a brand: its own delivery, which each brand has, and then the others by name.

    Requires the permission `integration.manage` in the brand. Credentials are never answered.
    """
    items, total = await channels.list_channels(user, brand_id=brand_id, page=page)
    return page_of(items, total, page, "/api/v1/channels", {"brandId": str(brand_id)})


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_channel(user: CurrentUser, response: Response, body: NewChannel) -> Success[Channel]:
    """Creates a channel. Requires the permission `integration.manage` in the brand.

    Settings, credentials and the field mapping are checked by the kind of the channel; `POST /channels/{id}/check` asks
    the target.
    """
    item = await channels.create_channel(user, channel=body)
    response.headers["Location"] = f"/api/v1/channels/{item.id}"
    return _with_tag(response, item)


@router.get(
    "/{channel_id}",
    name="get",
    response_model=Success[Channel],
    responses={304: {}, **documented(401, 403, 404, 422)},
)
async def get_channel(
    user: CurrentUser, response: Response, channel_id: ChannelId, if_none_match: IfNoneMatch = None
) -> Success[Channel] | Response:
    """Returns a channel. By the id of a brand, its built-in delivery. Requires the permission `integration.manage`.

    The ETag is the version, which checks and publications do not change.
    """
    item = await channels.get_channel(user, channel_id=channel_id)
    headers = {"ETag": version_tag(item.version), "Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{channel_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_channel(
    user: CurrentUser,
    response: Response,
    channel_id: ChannelId,
    version: Annotated[int, Depends(expected_version)],
    body: ChannelChanges,
) -> Success[Channel]:
    """Changes the given properties of a channel; settings, credentials and the mapping are replaced as a whole.

    Requires `If-Match` with the version you read, and the permission `integration.manage`. With another address the
    credentials have to be sent again. Another target, such as another site, bucket or shop, is refused (409) while
    contents may be at the present one: they could not be withdrawn any more. Published contents stay as they are until
    they are published again.
    """
    item = await channels.update_channel(user, channel_id=channel_id, expected_version=version, changes=body)
    return _with_tag(response, item)


@router.delete("/{channel_id}", status_code=204, name="delete", responses=documented(401, 403, 404, 409, 422))
async def delete_channel(
    user: CurrentUser,
    channel_id: ChannelId,
    leave_published: Annotated[
        bool, Query(alias="leavePublished", description="Whether contents that are published there may stay there.")
    ] = False,
) -> Response:
    """Deletes a channel with its credentials. Requires the permission `integration.manage`.

    Answers 409 while contents may be there: archive them first, or leave them there with `leavePublished=true`.
    """
    await channels.delete_channel(user, channel_id=channel_id, leave_published=leave_published)
    return Response(status_code=204)


@router.post("/{channel_id}/check", name="check", responses=documented(401, 403, 404, 409, 422))
async def check_channel(user: CurrentUser, channel_id: ChannelId) -> Success[Channel]:
    """Asks the target whether the credentials suffice, and returns the channel with the result in `lastCheck`.

    Publishes nothing: a webhook gets a signed `channel.checked`, a bucket a small object that is deleted again, and the
    others a question. Requires the permission `integration.manage`.
    """
    return Success(data=await channels.check_channel(user, channel_id=channel_id))


@router.post("/{channel_id}/dry-run", name="dry_run", responses=documented(401, 403, 404, 409, 422))
async def dry_run_channel(user: CurrentUser, channel_id: ChannelId, body: DryRunRequest) -> Success[DryRun]:
    """Returns the requests that publishing a content, as it is now, would send, and the reasons why the
    channel refuses it.

    Sends only requests that read, as looking for a post. Requires the permission `integration.manage`, and that you may
    read the content.
    """
    return Success(data=await channels.dry_run(user, channel_id=channel_id, request=body))
