"""Resolves the creation, changes and copies of contents, and operations on many at once."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from lib import content
from lib.content import (
    ContentChanges,
    Duplication,
    NewContent,
    NewVersion,
    Restoration,
    Update,
    VersionRestoration,
    transfer,
)
from lib.content.commands import Note
from lib.content.fields import Metadata
from lib.content.transfer import BulkOutcome, BulkRequest
from lib.content.transfer.models import BulkItem, ItemError, ReadContent
from lib.core.http.sanitised import Sanitised
from lib.graph.engine.arguments import validated
from lib.graph.engine.binding import Info
from lib.graph.resolvers.content.contents import bindings

bindings.represents("CreateContentInput", NewContent)
bindings.represents("UpdateContentInput", ContentChanges)
bindings.represents("ContentMetadataInput", Metadata)
bindings.represents("DuplicateContentInput", Duplication)
bindings.represents("BulkOutcome", BulkOutcome)
bindings.represents("Sanitised", Sanitised)
bindings.represents("BulkItem", BulkItem)
bindings.represents("BulkError", ItemError)
bindings.represents("ReadContentInput", ReadContent)
# An alias of a union, which is no type to the type checker.
_BULK: Final[Any] = BulkRequest


@bindings.mutation(operation="contents.create")
async def create_content(info: Info, *, input: NewContent) -> dict[str, Any]:
    """Creates a draft."""
    return {"content": await content.create_content(info.context.principal, content=input)}


@bindings.mutation(operation="contents.update")
async def update_content(
    info: Info, *, id: UUID, input: ContentChanges, expected_version: int, is_autosave: bool = False, note: Note = ""
) -> dict[str, Any]:
    """Changes a content."""
    update = Update(changes=input, expected_version=expected_version, is_autosave=is_autosave, note=note)
    return {"content": await content.update_content(info.context.principal, content_id=id, update=update)}


@bindings.mutation(operation="contents.delete")
async def delete_content(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Moves a content to the bin."""
    await content.delete_content(info.context.principal, content_id=id, expected_version=expected_version)
    return {"deletedId": id}


@bindings.mutation(operation="contents.restore")
async def restore_content(info: Info, *, id: UUID) -> dict[str, Any]:
    """Brings a content back from the bin."""
    return {"content": await content.act(info.context.principal, content_id=id, action=Restoration())}


@bindings.mutation(operation="contents.duplicate")
async def duplicate_content(info: Info, *, id: UUID, input: Duplication | None = None) -> dict[str, Any]:
    """Copies a content."""
    return {"content": await content.act(info.context.principal, content_id=id, action=input or Duplication())}


@bindings.mutation(operation="versions.create")
async def save_version(
    info: Info, *, content_id: UUID, note: Note = "", expected_version: int | None = None
) -> dict[str, Any]:
    """Keeps the present text as a version."""
    item = await content.act(
        info.context.principal, content_id=content_id, action=NewVersion(note=note), expected_version=expected_version
    )
    return {"content": item}


@bindings.mutation(operation="versions.restore")
async def restore_version(
    info: Info, *, content_id: UUID, version: Annotated[int, Field(ge=1)], expected_version: int | None = None
) -> dict[str, Any]:
    """Restores an earlier version."""
    action = VersionRestoration(version=version)
    item = await content.act(
        info.context.principal, content_id=content_id, action=action, expected_version=expected_version
    )
    return {"content": item}


@bindings.mutation(operation="transfers.bulk", cost=50)
async def change_contents(info: Info, *, input: dict[str, Any]) -> dict[str, Any]:
    """Runs one operation on many contents."""
    request: BulkRequest = validated(_BULK, input)
    return {"outcome": await transfer.change_many(info.context.principal, request=request)}
