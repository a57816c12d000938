"""Requests and results of reviewClaims and suggestReplacement (domain §7)."""

from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from lib.ai.guardrails.models import Severity
from lib.ai.tools.models.base import CountryCode, ToolRequest
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.validation import missing_field

MAX_REVIEWED_CHARACTERS: Final = 20_000
"""The longest text of which a model finds the claims."""

type Verdict = Annotated[
    Literal["approved", "needs_revision", "rejected"],
    Field(description="Verdict on a claim, or on all claims of a request."),
]


class ClaimToReview(RequestModel):
    """One claim of a review."""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_.-]{1,100}$", examples=["c1"])
    """Your id of the claim, which its review repeats. Null: `claim-<number>` is assigned."""
    text: str = Field(min_length=1, max_length=500, examples=["Heals dry skin overnight"])
    """The claim: 1 to 500 characters."""


class ClaimReviewRequest(ToolRequest):
    """A request to review claims for a market."""

    claims: list[ClaimToReview] = Field(max_length=50)
    """Up to 50 claims with different ids. An empty list is approved without asking a model."""
    country: CountryCode
    """The market (ISO 3166-1 alpha-2)."""
    strictness: Literal["lenient", "standard", "strict"] = "standard"
    """How strict the review is."""
    product_id: UUID | None = None
    """The product that the claims are about. Null: none in particular."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [claim.id for claim in self.claims if claim.id]
        if len(set(ids)) < len(ids):
            raise ValueError("the ids of the claims must be different")
        return self


class ReviewOfClaim(ResponseModel):
    """The review of one claim."""

    id: str = Field(examples=["c1"])
    """The id of the claim in the request."""
    text: str = Field(examples=["Heals dry skin overnight"])
    """The claim."""
    status: Verdict
    """Whether it may be made in the market."""
    feedback: str = Field(examples=["It promises a cure."])
    """Why, at most 2,000 characters."""
    suggested_revision: str | None = Field(examples=["Soothes dry skin"])
    """A wording that may be made, at most 500 characters. Null: none was suggested."""
    issues: list[str] = Field(examples=[["Medical wording"]])
    """Up to 20 problems of the claim."""
    risk: Severity
    """How much harm the claim could do."""
    confidence: float = Field(ge=0, le=1, examples=[0.9])
    """How confident the model says it is, from 0 to 1."""


class ClaimReview(ResponseModel):
    """The review of all claims of a request."""

    overall: Verdict
    """The worst verdict; `approved` if there are no claims."""
    counts: dict[Verdict, int] = Field(examples=[{"approved": 1, "needs_revision": 0, "rejected": 1}])
    """How many claims have each verdict."""
    reviews: list[ReviewOfClaim]
    """One review for each claim, in the order of the request."""


class TextReviewRequest(ToolRequest):
    """A request to find and review what a text, or a content, claims in a market."""

    text: str | None = Field(
        default=None, min_length=1, max_length=MAX_REVIEWED_CHARACTERS, examples=["It heals dry skin overnight."]
    )
    """Text or HTML of 1 to 20,000 characters. Null with `contentId`: the text of that content."""
    country: CountryCode
    """The market (ISO 3166-1 alpha-2)."""
    strictness: Literal["lenient", "standard", "strict"] = "standard"
    """How strict the review is."""
    product_id: UUID | None = None
    """The product whose claims the statements are compared with. Null: none in particular."""

    @model_validator(mode="after")
    def _has_a_text(self) -> Self:
        if self.text is None and self.content_id is None:
            raise missing_field("text", "is required without contentId")
        return self


class ReviewedStatement(ResponseModel):
    """A statement of a text that readers take for a claim."""

    quote: str = Field(examples=["It heals dry skin overnight."])
    """The words of the text."""
    claim_id: UUID | None
    """The claim of the product that the statement makes, in whatever words. Null: none of them."""
    claim: str | None = Field(examples=["Heals dry skin overnight"])
    """The text of that claim."""
    status: Verdict
    """Whether it may be said in the market."""
    feedback: str = Field(examples=["It promises a cure."])
    """Why, at most 2,000 characters."""
    suggested_revision: str | None = Field(examples=["It soothes dry skin."])
    """A wording that may be said, at most 500 characters. Null: none was suggested."""
    issues: list[str] = Field(examples=[["Medical wording"]])
    """Up to 20 problems of the statement."""
    risk: Severity
    """How much harm the statement could do."""
    confidence: float = Field(ge=0, le=1, examples=[0.9])
    """How confident the model says it is, from 0 to 1."""


class TextReview(ResponseModel):
    """The review of a text."""

    overall: Verdict
    """The worst verdict; `approved` if the text makes no claim."""
    counts: dict[Verdict, int] = Field(examples=[{"approved": 1, "needs_revision": 0, "rejected": 1}])
    """How many statements have each verdict."""
    statements: list[ReviewedStatement]
    """Up to 50 statements, as the model listed them."""


class ReplacementRequest(ToolRequest):
    """A request for claims that may replace one that is not allowed."""

    brand_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required
    """The brand of the product."""
    claim_id: UUID
    """The claim to replace. It must be one of the product's claims in the market."""
    product_id: UUID
    """The product."""
    market: CountryCode
    """The market (ISO 3166-1 alpha-2)."""
    max_suggestions: int = Field(default=3, ge=1, le=3)
    """How many suggestions to return at most, 1 to 3."""


class Replacement(ResponseModel):
    """A suggested claim."""

    text: str = Field(examples=["Soothes dry skin"])
    """The claim, at most 500 characters."""
    status: Literal["allowed", "disallowed", "mandatory"]
    """The status that the model suggests for it."""
    reasoning: str = Field(examples=["It promises no cure."])
    """Why it may be made, at most 2,000 characters."""


class Replacements(ResponseModel):
    """Suggested claims in place of one that is not allowed."""

    claim: str = Field(examples=["Heals dry skin overnight"])
    """The claim to replace."""
    suggestions: list[Replacement]
    """1 to `maxSuggestions` suggestions, none of which is disallowed in the market already."""
