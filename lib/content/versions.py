"""Versions and history of a content as the API answers them."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from lib.content.fields import ContentStatus
from lib.core.http.models import PersonReference, ResponseModel

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
    """The user who made the version; null for the system."""
    created_at: AwareDatetime
    """When the version was made."""


class ContentVersionListed(ContentVersionHead):
    """A version without the text."""

    title: str = Field(examples=["What cold wind does to skin"])
    """The title in this version."""
    status: ContentStatus
    """The status in this version."""


class ContentVersion(ContentVersionHead):
    """A version with the text."""

    snapshot: dict[str, Any] = Field(examples=[{"title": "What cold wind does to skin", "fields": {}}])
    """The content as it was, by the names of its columns."""


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
    """The user who caused the event; null for the system."""
    payload: dict[str, Any] = Field(examples=[{"title": "What cold wind does to skin"}])
    """The details of the event."""
    request_id: str | None = Field(examples=["0b9c4a1f3e"])
    """The `X-Request-Id` of the request that caused the event."""
    occurred_at: AwareDatetime
    """When it happened."""
