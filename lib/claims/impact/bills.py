"""Bills of materials: the sentences of a content that make a claim."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.core.data.reading import Parts
from lib.core.http.models import ResponseModel
from lib.core.http.times import Day, Instant


class EvidenceAtPublication(ResponseModel):
    """Evidence as it was when a content was published."""

    id: UUID
    """The document."""
    title: str = Field(examples=["Hydration study 12/2025"])
    """Its title."""
    kind: str | None = Field(default=None, examples=["study"])
    """Its kind."""
    reference_number: str | None = Field(default=None, examples=["ID-2025-0012"])
    """Its number."""
    expires_on: Day | None = None
    """Its first day without effect; null for never."""


class MadeClaim(ResponseModel):
    """A sentence that makes a claim."""

    market: str = Field(examples=["GB"])
    """The market."""
    section: str = Field(examples=["body"])
    """The part of the text."""
    sentence: str = Field(examples=["It soothes dry skin."])
    """The sentence."""
    start_offset: int
    """Where the claim begins in the visible text of the section, in characters."""
    end_offset: int
    """Where it ends."""
    claim_id: UUID
    """The claim."""
    claim_version: int
    """The version of the claim at that moment."""
    claim_text: str = Field(examples=["Soothes dry skin"])
    """Its text at that moment."""
    claim_status: Literal["allowed", "mandatory", "disallowed", "none"]
    """Its status in the market at that moment."""
    verdict: Literal["allowed", "conditional", "disallowed"]
    """The verdict of the check."""
    override_reason: str | None = Field(examples=["Cleared by legal, file 12/2026."])
    """Why violations of the check were accepted; null if none were."""
    evidence: Annotated[list[EvidenceAtPublication], Parts]
    """The evidence that counted at that moment."""
    check_id: UUID
    """The check that found the sentence."""


class ContentClaims(ResponseModel):
    """The claim bill of materials of a content."""

    content_id: UUID
    """The content."""
    version: int = Field(ge=1)
    """The version that it is about."""
    is_published: bool
    """Whether it was stored with a publication. Otherwise it is what the last checks found in the present text."""
    published_at: Instant | None
    """When that version was published."""
    published_versions: list[int]
    """The versions that were published, newest first: at most 100."""
    refusal: str | None = Field(examples=["the claims check found violations"])
    """Why the claims keep the content from being published; null if they do not, or it is published."""
    items: list[MadeClaim]
    """The sentences of the page that make a claim, by market and in the order of the text."""
    page: int = Field(ge=1)
    """The number of the page, from 1."""
    page_size: int = Field(ge=1, le=100)
    """How many sentences a page has at most."""
    total_items: int = Field(ge=0)
    """How many sentences there are."""
