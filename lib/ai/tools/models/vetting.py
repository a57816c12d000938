"""Requests and results of vetting feedback (domain §7)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.ai.tools.models.base import CountryCode, ToolRequest
from lib.core.http.models import ResponseModel

type VettingPriority = Annotated[
    Literal["critical", "high", "medium", "low"], Field(description="How urgent a point is.")
]


class VettingRequest(ToolRequest):
    """A request for the objections of vetting agencies to a content, for a step of its review."""

    content_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required
    """The content."""
    step_id: UUID
    """A step of its present review that is not closed."""
    market: CountryCode
    """The market whose agencies are meant (ISO 3166-1 alpha-2)."""
    force: bool = False
    """True: produce it again, in place of what is stored. False: return what is stored for this version, step and
    market, without cost."""


class VettingItem(ResponseModel):
    """One point of one agency."""

    agency_id: UUID
    """The vetting agency of the brand."""
    agency: str = Field(examples=["Advertising Standards Authority"])
    """The name of the agency."""
    priority: VettingPriority
    summary: str = Field(examples=["The headline promises a cure."])
    """The objection, at most 1,000 characters."""
    recommended_action: str = Field(examples=["Say that it soothes."])
    """The change that would answer it, at most 1,000 characters."""
    related_fields: list[str] = Field(examples=[["headline"]])
    """`title`, `body`, or ids of fields of the content: up to 20."""


class VettingFeedback(ResponseModel):
    """Objections of vetting agencies to one version of a content, as a model expects them."""

    content_id: UUID
    """The content."""
    content_version: int = Field(ge=1)
    """The version that was read."""
    step_id: UUID
    """The step."""
    market: str = Field(examples=["GB"])
    """The market."""
    items: list[VettingItem]
    """Up to 50 points, the most urgent first; at least one for each agency."""
