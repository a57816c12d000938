"""Resolves versions of contents, what changed between them, and what happened."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from lib import content
from lib.content import (
    ActivityEntry,
    ActivityQuery,
    Comparison,
    ContentHead,
    ContentVersion,
    ContentVersionListed,
    HistoryEntry,
)
from lib.content.activity import ActivityObject
from lib.content.diff import FieldChange
from lib.content.versions import Snapshot
from lib.core.http.models import RequestModel
from lib.graph.engine.arguments import validated
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of, cursor_behind, cursor_connection
from lib.graph.resolvers.content.contents import bindings

type Number = Annotated[int, Field(ge=1)]

bindings.represents("ContentVersion", ContentVersion, ContentVersionListed)
bindings.represents("ContentSnapshot", Snapshot)
bindings.represents("Comparison", Comparison)
bindings.represents("FieldChange", FieldChange)
bindings.represents("HistoryEntry", HistoryEntry)
bindings.represents("ActivityEntry", ActivityEntry)
bindings.represents("ActivityObject", ActivityObject)


class _Listed(ContentVersionListed):
    """A version of a page, which can read its text together with those of the others."""

    content_id: UUID
    page: tuple[int, ...]


@bindings.field("Content", "versions", operation="versions.list")
async def versions_of(parent: ContentHead, info: Info, *, paging: Paging) -> Connection[ContentVersionListed] | None:
    """Lists the versions of a content; None in the bin."""
    found = await loaded(content.list_versions(info.context.principal, content_id=parent.id, page=paging.request))
    if found is None:
        return None
    items, total = found
    page = tuple(item.version for item in items)
    listed = [_Listed.model_construct(**item.__dict__, content_id=parent.id, page=page) for item in items]
    return connection_of(listed, paging, total=total)


@bindings.field("ContentVersion", "title")
async def title_of(parent: ContentVersion | ContentVersionListed, info: Info) -> str:
    """Returns the title that the version had."""
    return parent.title if isinstance(parent, ContentVersionListed) else parent.snapshot.title


@bindings.field("ContentVersion", "status")
async def status_of(parent: ContentVersion | ContentVersionListed, info: Info) -> str:
    """Returns the status that the version had."""
    return parent.status if isinstance(parent, ContentVersionListed) else parent.snapshot.status


@bindings.field("ContentVersion", "snapshot")
async def snapshot_of(parent: ContentVersion | ContentVersionListed, info: Info) -> Snapshot | None:
    """Returns the content as it was; a page is read at once. None for an autosave that was dropped meanwhile."""
    if isinstance(parent, ContentVersion):
        return parent.snapshot
    if not isinstance(parent, _Listed):
        return None
    found = await info.context.once(content.get_versions, content_id=parent.content_id, versions=parent.page)
    version = found.get(parent.version)
    return version.snapshot if version else None


@bindings.query(operation="versions.get")
async def content_version(info: Info, *, content_id: UUID, version: Number) -> ContentVersion:
    """Finds a version of a content with its text."""
    return await content.get_version(info.context.principal, content_id=content_id, version=version)


@bindings.query(operation="versions.compare")
async def compare_versions(info: Info, *, content_id: UUID, from_version: Number, to_version: Number) -> Comparison:
    """Compares two versions."""
    return await content.compare_versions(
        info.context.principal, content_id=content_id, from_version=from_version, to_version=to_version
    )


@bindings.field("Content", "history", operation="contents.listEvents")
async def history_of(parent: ContentHead, info: Info, *, paging: Paging) -> Connection[HistoryEntry] | None:
    """Lists the events of a content; None in the bin."""
    found = await loaded(content.list_history(info.context.principal, content_id=parent.id, page=paging.request))
    return connection_of(found[0], paging, total=found[1]) if found else None


class ActivityFilter(RequestModel):
    """Which events of a brand to list."""

    brand_id: UUID
    type: list[str] | None = Field(default=None, max_length=100)
    actor: UUID | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None


@bindings.query(operation="activity.list")
async def activity(info: Info, *, filter: ActivityFilter, paging: Paging) -> Connection[ActivityEntry]:
    """Lists what happened in a brand."""
    paging.require_first()
    values = filter.model_dump(by_alias=True, exclude_none=True) | {"pageSize": paging.page_size}
    place = {"cursor": paging.cursor} if paging.cursor else {}
    query = validated(ActivityQuery, values | place, at="filter")
    entries, following = await content.list_activity(info.context.principal, query=query)
    return cursor_connection(entries, paging, next_cursor=following, cursor_of=cursor_behind("-id"))
