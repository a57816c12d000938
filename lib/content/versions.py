"""Versions and history of a content as the API answers them."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from lib.content.fields import ContentStatus
from lib.content.models import Provenance
from lib.core.http.models import PersonReference, ResponseModel
from lib.core.http.times import Instant

type VersionAction = Literal[
    "saved",
    "autosave",
    "approved",
    "rejected",
    "changes_requested",
    "regeneration_requested",
    "restored",
    "status_changed",
    "deleted",
    "duplicated",
]


class ContentVersionHead(ResponseModel):
    """The numbers and the origin of a version."""

    version: int = Field(ge=1)
    """The number of the version; it counts every change."""
    major_version: int = Field(ge=1)
    """Counts saves."""
    minor_version: int = Field(ge=0)
    """Counts autosaves and changes of the status since the last save."""
    action: VersionAction
    """The action that made the version."""
    note: str = Field(examples=["Before the review"])
    """The note that was saved with the version; empty without one."""
    feedback: str = Field(examples=["Too long"])
    """The comment or reason of a decision in the review; empty for other versions."""
    step_name: str | None = Field(examples=["Review"])
    """The step of the review in which the decision was made."""
    reviewer: PersonReference | None
    """The user who decided in the review; null for other versions."""
    created_by: PersonReference | None
    """The user who made the version; null for the system and for platform admins."""
    created_at: Instant
    """When the version was made."""


class ContentVersionListed(ContentVersionHead):
    """A version without the text."""

    title: str = Field(examples=["What cold wind does to skin"])
    """The title in this version."""
    status: ContentStatus
    """The status in this version."""


class Snapshot(ResponseModel):
    """A content as it was in a version. Properties that were added later than the version have no value."""

    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    slug: str = Field(examples=["what-cold-wind-does-to-skin"])
    """The end of the address on websites."""
    type: str = Field(examples=["article"])
    """The type of content."""
    status: ContentStatus
    """The status."""
    template_id: UUID | None
    """The template whose fields the content had; null without one."""
    template_version: int | None
    """The version of the template; null without a template."""
    parent_id: UUID | None
    """The content that this one was duplicated from; null for originals."""
    fields: dict[str, Any] = Field(examples=[{"headline": "Cold wind"}])
    """The values by the id of the template's field."""
    body: str = Field(examples=["<p>Skin feels tight.</p>"])
    """The text as HTML."""
    excerpt: str = Field(examples=["Why skin feels tight in winter."])
    """The summary; empty without one."""
    metadata: dict[str, Any] = Field(examples=[{"metaTitle": "Cold wind and skin"}])
    """The values that search engines and cards show."""
    tags: list[str] = Field(examples=[["winter"]])
    """The tags."""
    categories: list[str] = Field(examples=[["skin care"]])
    """The categories."""
    assignees: list[UUID]
    """The ids of the people who worked on the content."""
    provenance: dict[str, Provenance] = Field(default_factory=dict[str, Provenance])
    """The origin of each value that a model wrote, by its path, such as `fields.headline`."""
    due_at: Instant | None
    """When the content should be done."""
    scheduled_for: Instant | None
    """When the content would be published; null unless it was scheduled."""
    expires_at: Instant | None
    """When the content, once published, is archived; null for never."""
    published_at: Instant | None
    """When the content was published last."""
    published_by: UUID | None
    """The id of the user who published the content."""
    deleted_at: Instant | None
    """When the content was moved to the bin; null for contents that were not deleted."""


class ContentVersion(ContentVersionHead):
    """A version with the text."""

    snapshot: Snapshot
    """The content as it was."""


class HistoryEntry(ResponseModel):
    """An event of a content, of its reviews, comments or generations."""

    id: UUID
    """The id of the event; ids sort by time."""
    type: str = Field(examples=["ContentCreated"])
    """The type of the event."""
    aggregate_type: str = Field(examples=["content"])
    """The kind of object that the event concerns: content, workflow, comment or ai_generation."""
    aggregate_id: UUID
    """The id of the object that the event concerns."""
    aggregate_version: int | None
    """The version of a content after the event; null for other events."""
    actor: PersonReference | None
    """The member of the brand who caused the event; null for the system and for people outside of the brand."""
    actor_account: str | None = Field(default=None, examples=["MixerAI"])
    """The account for which a user outside of the brand acted, `MixerAI` for the platform; null for its members."""
    payload: dict[str, Any] = Field(examples=[{"title": "What cold wind does to skin"}])
    """The details of the event."""
    request_id: str | None = Field(examples=["0b9c4a1f3e"])
    """The `X-Request-Id` of the request that caused the event."""
    occurred_at: Instant
    """When it happened."""
