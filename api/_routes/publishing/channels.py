"""/api/v1/channels: the targets that the contents of a brand are published to."""

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
    str | None, Header(alias="If-None-Match", description="The `ETag` you have. Answers 304 if it is current.")
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
    """Lists the channels of a brand: the built-in delivery first, then the others by name.

    Requires the permission `integration.manage` in the brand. Credentials are never returned.
    """
    items, total = await channels.list_channels(user, brand_id=brand_id, page=page)
    return page_of(items, total, page, "/api/v1/channels", {"brandId": str(brand_id)})


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_channel(user: CurrentUser, response: Response, body: NewChannel) -> Success[Channel]:
    """Creates a channel. Requires the permission `integration.manage` in the brand.

    Settings, credentials and the field mapping are checked against the rules of the kind. Call
    `POST /channels/{id}/check` to check the credentials with the target.
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
    """Returns a channel. Requires the permission `integration.manage`.

    Send the id of a brand for its built-in delivery. The `ETag` is the version; checks and publications do not change
    it.
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

    Requires `If-Match` with the version you read, and the permission `integration.manage`. If you change the URL, send
    the credentials again. Answers 409 for another target, such as another site, bucket or shop, while contents may be
    at the present one: they could no longer be withdrawn. Published contents stay unchanged until they are published
    again.
    """
    item = await channels.update_channel(user, channel_id=channel_id, expected_version=version, changes=body)
    return _with_tag(response, item)


@router.delete("/{channel_id}", status_code=204, name="delete", responses=documented(401, 403, 404, 409, 422))
async def delete_channel(
    user: CurrentUser,
    channel_id: ChannelId,
    leave_published: Annotated[
        bool, Query(alias="leavePublished", description="Whether published contents may stay at the target.")
    ] = False,
) -> Response:
    """Deletes a channel with its credentials. Requires the permission `integration.manage`.

    Answers 409 while contents may be at the target: archive them first, or leave them there with `leavePublished=true`.
    """
    await channels.delete_channel(user, channel_id=channel_id, leave_published=leave_published)
    return Response(status_code=204)


@router.post("/{channel_id}/check", name="check", responses=documented(401, 403, 404, 409, 422))
async def check_channel(user: CurrentUser, channel_id: ChannelId) -> Success[Channel]:
    """Asks the target whether the credentials suffice, and returns the channel with the result in `lastCheck`.

    Publishes nothing: a webhook gets a signed `channel.checked`, a bucket a small object that is deleted again, and
    other targets a request that only reads. Requires the permission `integration.manage`.
    """
    return Success(data=await channels.check_channel(user, channel_id=channel_id))


@router.post("/{channel_id}/dry-run", name="dry_run", responses=documented(401, 403, 404, 409, 422))
async def dry_run_channel(user: CurrentUser, channel_id: ChannelId, body: DryRunRequest) -> Success[DryRun]:
    """Returns the requests that publishing the current state of a content would send, and the reasons why the
    channel refuses it.

    Sends only requests that read, such as a search for a post. Requires the permission `integration.manage`, and
    permission to read the content.
    """
    return Success(data=await channels.dry_run(user, channel_id=channel_id, request=body))
