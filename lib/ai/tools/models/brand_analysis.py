"""Request and result of analyzeBrand (domain §7)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from lib.ai.tools.models.base import CountryCode, LanguageCode, PageUrl, ToolRequest
from lib.core.filled import check_filled
from lib.core.http.models import ResponseModel


class BrandAnalysisRequest(ToolRequest):
    """A request for the profile of a brand from its web pages."""

    brand_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required
    """The brand to analyse."""
    name: Annotated[str, AfterValidator(check_filled)] = Field(
        min_length=1, max_length=200, examples=["Aurora Skincare"]
    )
    """The name of the brand as its pages use it: 1 to 200 characters."""
    urls: list[PageUrl] = Field(min_length=1, max_length=5)
    """1 to 5 pages of the brand."""
    language: LanguageCode | None = None
    """The language to write the profile in (ISO 639-1). Null: the language of the brand, or English."""
    country: CountryCode | None = None
    """The country whose regulators are suggested (ISO 3166-1 alpha-2). Null: the country of the brand, or US."""


class SuggestedAgency(ResponseModel):
    """A regulator or watchdog that may be relevant to the brand; a person has to verify it."""

    name: str = Field(examples=["Advertising Standards Authority"])
    """Its name."""
    priority: Literal["High", "Medium", "Low"]
    """How relevant it is."""
    country_code: str = Field(examples=["GB"])
    """Its country (ISO 3166-1 alpha-2)."""
    status: Literal["pending_verification"] = "pending_verification"
    """Always `pending_verification`: a model suggested it."""


class PageWarning(ResponseModel):
    """A page that could not be read."""

    url: str = Field(examples=["https://aurora.test/skin"])
    """The page."""
    message: str = Field(examples=["the page has no text"])
    """Why it could not be read."""


class BrandProfile(ResponseModel):
    """A suggested profile of a brand, for its admins to review."""

    identity: str = Field(examples=["Aurora makes skin care of few ingredients."])
    """A description of the brand, at most 150 words."""
    tone_of_voice: str = Field(examples=["Warm and plain."])
    """Its tone of voice, at most 75 words."""
    guardrails: list[str] = Field(examples=[["Never promise a cure"]])
    """5 to 20 rules for its content."""
    key_messages: list[str] = Field(examples=[["Five ingredients at most"]])
    """Up to 10 messages."""
    target_audience: str = Field(examples=["People with sensitive skin"])
    """The people it speaks to, at most 2,000 characters."""
    primary_color: str | None = Field(examples=["#1A7F64"])
    """Its main colour as `#RRGGBB`. Null: the pages do not say."""
    agencies: list[SuggestedAgency]
    """Up to 10 regulators and watchdogs."""
    confidence: float = Field(ge=0, le=1, examples=[0.9])
    """How confident the model says it is, from 0 to 1."""
    warnings: list[PageWarning]
    """Pages that could not be read."""
