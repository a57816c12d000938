"""Resolves publications and channels: lib/graph/schema/publishing.graphql and its neighbours"""

from typing import Any, Final
from uuid import UUID

from lib.content import ContentHead
from lib.core.http.models import RequestModel
from lib.graph.engine.binding import Bindings, Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of, cursor_behind, cursor_connection
from lib.graph.resolvers import links
from lib.publishing import channels as service
from lib.publishing import saga
from lib.publishing.channels import Channel, ChannelChanges, DryRun, DryRunRequest, NewChannel
from lib.publishing.channels.models import ChannelCheck, ChannelIssue, PlannedRequest
from lib.publishing.saga import PUBLICATION_ORDER, Publication, PublicationQuery
from lib.publishing.saga.models import PublicationChannel, PublicationStatus, PublicationStep

ONLY_REST: Final[dict[str, str]] = {}

bindings = Bindings()
bindings.represents("Publication", Publication)
bindings.represents("PublicationStep", PublicationStep)
bindings.represents("PublicationChannel", PublicationChannel)
bindings.represents("Channel", Channel)
bindings.represents("ChannelCheck", ChannelCheck)
bindings.represents("ChannelIssue", ChannelIssue)
bindings.represents("PlannedRequest", PlannedRequest)
bindings.represents("DryRun", DryRun)
bindings.represents("CreateChannelInput", NewChannel)
bindings.represents("UpdateChannelInput", ChannelChanges)
bindings.represents("DryRunInput", DryRunRequest)


class PublicationFilter(RequestModel):
    """Which publications to list."""

    brand_id: UUID | None = None
    content_id: UUID | None = None
    status: PublicationStatus | None = None


bindings.represents("PublicationFilter", PublicationFilter)


@bindings.query("publications", operation="publications.listPublications")
async def list_publications(
    info: Info, *, paging: Paging, filter: PublicationFilter | None = None
) -> Connection[Publication]:
    """Lists publications, the latest first."""
    paging.require_first()
    given = filter.model_dump(exclude_unset=True) if filter else {}
    query = PublicationQuery(**given, page_size=paging.page_size, cursor=paging.cursor)
    items, following = await saga.list_publications(info.context.principal, query=query)
    return cursor_connection(items, paging, next_cursor=following, cursor_of=cursor_behind(PUBLICATION_ORDER))


@bindings.field("Content", "publication", operation="publications.getPublication")
async def publication_of(parent: ContentHead, info: Info) -> Publication | None:
    """Returns the latest publication of a content."""
    return await loaded(saga.get_publication(info.context.principal, content_id=parent.id))


@bindings.mutation(operation="publications.cancelPublication")
async def cancel_publication(info: Info, *, content_id: UUID) -> dict[str, Any]:
    """Cancels a publication."""
    return {"publication": await saga.cancel_publication(info.context.principal, content_id=content_id)}


@bindings.mutation(operation="publications.retryPublication")
async def retry_publication(info: Info, *, content_id: UUID) -> dict[str, Any]:
    """Tries a publication again."""
    return {"publication": await saga.retry_publication(info.context.principal, content_id=content_id)}


@bindings.query("channels", operation="channels.list")
async def list_channels(info: Info, *, brand_id: UUID, paging: Paging) -> Connection[Channel]:
    """Lists the channels of a brand."""
    items, total = await service.list_channels(info.context.principal, brand_id=brand_id, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.node("Channel")
@bindings.query("channel", operation="channels.get")
async def find_channel(info: Info, id: UUID) -> Channel:
    """Finds a channel by its id."""
    return await service.get_channel(info.context.principal, channel_id=id)


@bindings.mutation(operation="channels.create")
async def create_channel(info: Info, *, input: NewChannel) -> dict[str, Any]:
    """Creates a channel."""
    return {"channel": await service.create_channel(info.context.principal, channel=input)}


@bindings.mutation(operation="channels.update")
async def update_channel(info: Info, *, id: UUID, input: ChannelChanges, expected_version: int) -> dict[str, Any]:
    """Changes a channel."""
    changed = await service.update_channel(
        info.context.principal, channel_id=id, expected_version=expected_version, changes=input
    )
    return {"channel": changed}


@bindings.mutation(operation="channels.delete")
async def delete_channel(info: Info, *, id: UUID, leave_published: bool = False) -> dict[str, Any]:
    """Deletes a channel."""
    await service.delete_channel(info.context.principal, channel_id=id, leave_published=leave_published)
    return {"deletedId": id}


@bindings.mutation(operation="channels.check")
async def check_channel(info: Info, *, id: UUID) -> dict[str, Any]:
    """Asks the target whether the credentials suffice."""
    return {"channel": await service.check_channel(info.context.principal, channel_id=id)}


@bindings.mutation(operation="channels.dryRun")
async def dry_run_channel(info: Info, *, id: UUID, input: DryRunRequest) -> dict[str, Any]:
    """Tells what publishing would send."""
    return {"dryRun": await service.dry_run(info.context.principal, channel_id=id, request=input)}


for _kind in ("Channel", "Publication"):
    bindings.link(_kind, "brand", links.read_brand, links.brand_id_of)
bindings.link("Publication", "content", links.read_content, links.content_id_of)
bindings.link("PublicationChannel", "channel", service.get_channel, lambda parent: {"channel_id": parent.channel_id})
