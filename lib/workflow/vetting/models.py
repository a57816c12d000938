"""The vetting feedback of a review as it is read (domain §7)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.core.data.reading import Parts
from lib.core.http.models import PersonReference, ResponseModel
from lib.core.http.times import Instant


class FeedbackItem(ResponseModel):
    """One point of one agency."""

    agency_id: UUID
    """The vetting agency of the brand; it may have been removed since."""
    agency: str = Field(examples=["Advertising Standards Authority"])
    """The name of the agency at that time."""
    priority: Literal["critical", "high", "medium", "low"]
    """How urgent the point is."""
    summary: str = Field(examples=["The headline promises a cure."])
    """The objection, at most 1,000 characters."""
    recommended_action: str = Field(examples=["Say that it soothes."])
    """The change that would answer it, at most 1,000 characters."""
    related_fields: list[str] = Field(examples=[["headline"]])
    """`title`, `body`, or ids of fields of the content: up to 20."""


class StoredFeedback(ResponseModel):
    """Objections of vetting agencies to one version of a content, as a model expected them."""

    id: UUID
    """The id of the feedback."""
    content_id: UUID
    """The content."""
    content_version: int = Field(ge=1)
    """The version that was read."""
    is_current: bool
    """Whether it is the present version of the content."""
    step_id: UUID
    """The step of the review."""
    step_name: str = Field(examples=["Legal"])
    """The name of the step."""
    market: str = Field(examples=["GB"])
    """The market: ISO 3166-1 alpha-2."""
    generation_id: UUID
    """The generation that produced it."""
    items: Annotated[list[FeedbackItem], Parts]
    """Up to 50 points, the most urgent first."""
    created_by: PersonReference | None
    """The person who asked for it; null for people whom you may not know."""
    created_at: Instant
    """When it was produced last."""
