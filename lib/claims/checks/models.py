"""Checks of texts against the claims of markets: requests and results."""

from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lib.core.filled import check_filled
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem

MAX_CHARACTERS: Final = 100_000
"""The longest text that a request may have checked."""

type ClaimMarket = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    Field(description="A market: ISO 3166-1 alpha-2.", examples=["GB"]),
]
type CheckVerdict = Annotated[
    Literal["allowed", "conditional", "disallowed", "missing"],
    Field(
        description="Verdict on a sentence: `allowed`; `conditional` needs evidence, a disclaimer or another wording; "
        "`disallowed` is a violation; `missing`: a mandatory claim that the text does not make."
    ),
]
type CheckOutcome = Annotated[
    Literal["approved", "needs_revision", "rejected"],
    Field(description="Outcome of a check: `rejected` with a violation, `needs_revision` with a warning."),
]
type CheckedText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_CHARACTERS),
    Field(examples=["Heals dry skin overnight."]),
]


type SectionName = Annotated[str, StringConstraints(min_length=1, max_length=100), Field(examples=["headline"])]


class CheckedSection(RequestModel):
    """A part of a text."""

    name: SectionName = Field(examples=["headline"])
    """Your name of the part, which findings repeat: 1 to 100 characters, different in each part."""
    text: CheckedText | None = Field(default=None, examples=["Soothes dry skin."])
    """Plain text."""
    html: CheckedText | None = Field(default=None, examples=["<p>Soothes dry skin.</p>"])
    """HTML, of which the visible text counts."""

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise field_problem("text", "or html is required, and only one of them")
        return self


class CheckOptions(RequestModel):
    """How a text is checked."""

    markets: list[ClaimMarket] = Field(default_factory=list, max_length=10)
    """Up to 10 markets. Empty: the markets of the brand's claim settings, or else its country."""


class TextCheckRequest(CheckOptions):
    """A text to check against the claims of markets."""

    brand_id: UUID
    """The brand whose claims count."""
    product_ids: list[UUID] = Field(default_factory=list, max_length=50)
    """The products in use that the text is about, up to 50. Empty: all products of the brand, and the brand and its
    ingredients by themselves; the strictest status counts."""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$", examples=["de"])
    """The language of replacements (ISO 639-1). Null: that of the brand."""
    text: CheckedText | None = Field(default=None, examples=["Heals dry skin overnight."])
    """Plain text of up to 100,000 characters."""
    html: CheckedText | None = Field(default=None, examples=["<p>Soothes dry skin.</p>"])
    """HTML of up to 100,000 characters, of which the visible text counts."""
    sections: list[CheckedSection] | None = Field(default=None, min_length=1, max_length=100)
    """Parts of a text with names, up to 100,000 characters together."""

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if sum(part is not None for part in (self.text, self.html, self.sections)) != 1:
            raise field_problem("text", "or html or sections is required, and only one of them")
        length = sum(len(section.text or section.html or "") for section in self.sections or [])
        if length > MAX_CHARACTERS:
            raise field_problem("sections", f"must have at most {MAX_CHARACTERS:,} characters together")
        if len({section.name for section in self.sections or []}) < len(self.sections or []):
            raise field_problem("sections", "must have different names")
        return self


class ClaimReplacement(ResponseModel):
    """A claim that may be made instead."""

    text: str = Field(examples=["Soothes dry skin"])
    """The claim, in the language that was asked for where it is translated."""
    claim_id: UUID
    """The claim."""
    source: Literal["override", "nearest"]
    """`override`: a market override names it; `nearest`: the allowed claim with the most similar wording."""


class StrongerClaim(ResponseModel):
    """An allowed claim that says the words of another and more, with accepted evidence."""

    text: str = Field(examples=["Soothes dry skin for 24 hours"])
    """The claim, in the language that was asked for where it is translated."""
    claim_id: UUID
    """The claim."""


class ClaimFinding(ResponseModel):
    """A sentence that makes a claim, or breaks a rule of a market."""

    verdict: CheckVerdict
    source: Literal["claim", "rule", "ai"] = "claim"
    """The source of the finding: a claim of the brand, a rule of the market, or a model."""
    match: Literal["exact", "figures", "near", "rule", "ai", "none"]
    """How it was found. `exact`: the wording of the claim, whatever its case and spaces; `figures`: with other numbers;
    `near`: nearly the wording; `none`: a mandatory claim that was not found."""
    section: str = Field(examples=["body"])
    """The part of the text; empty for findings about the whole text."""
    sentence: str = Field(examples=["It heals dry skin overnight."])
    """The sentence as readers see it; empty for missing claims."""
    sentence_start: int = Field(ge=0, examples=[0])
    """Where the sentence begins in the visible text of the section, in characters."""
    start: int = Field(ge=0, examples=[3])
    """Where the claim begins in the visible text of the section, in characters."""
    end: int = Field(ge=0, examples=[27])
    """Where the claim ends."""
    reason: str = Field(examples=["This claim may not be made in GB."])
    """Why the verdict, in words."""
    claim_id: UUID | None = None
    """The claim; null for a rule or a model."""
    claim_version: int | None = None
    """The version of the claim that was compared."""
    claim_text: str | None = Field(default=None, examples=["Heals dry skin overnight"])
    """The text of the claim."""
    status: Literal["allowed", "mandatory", "disallowed", "none"] | None = None
    """The status of the claim in the market; `none`: an override took it away."""
    evidence: Literal["none", "valid", "expiring", "expired"] | None = None
    """The state of the claim's evidence."""
    has_reference: bool = Field(default=False, exclude=True)
    similarity: float | None = Field(default=None, ge=0, le=1, examples=[0.82])
    """How similar the wording is, for `near`: 0 to 1."""
    rule_id: str | None = Field(default=None, examples=["eu.permanence"])
    """The rule of the market."""
    replacement: ClaimReplacement | None = None
    """A claim that may be made instead; null if none is known, and beyond the first 50 sentences against rules."""
    stronger: StrongerClaim | None = None
    """For an allowed claim: one that says more and is proven; null if there is none."""


class MarketCheck(ResponseModel):
    """The check of a text in one market."""

    market: str = Field(examples=["GB"])
    """The market."""
    overall: CheckOutcome
    violations: int = Field(ge=0)
    """How many findings are violations: `disallowed`."""
    counts: dict[str, int] = Field(examples=[{"allowed": 1, "conditional": 0, "disallowed": 1, "missing": 0}])
    """How many findings have each verdict."""
    findings: list[ClaimFinding]
    """All findings in the order of the text, then what is missing."""


class TextCheck(ResponseModel):
    """The check of a text."""

    brand_id: UUID
    """The brand."""
    product_ids: list[UUID]
    """The products whose claims counted; empty: all products of the brand."""
    characters: int = Field(ge=0)
    """The length of the visible text."""
    valid_until: Instant | None
    """When the next claim or piece of evidence begins or ends to count; null if no such time is known."""
    markets: list[MarketCheck]
    """A result for each market."""


class ContentCheck(ResponseModel):
    """A stored check of one version of a content in one market."""

    id: UUID
    """The id of the check."""
    content_id: UUID
    """The content."""
    content_version: int = Field(ge=1)
    """The version that was checked."""
    market: str = Field(examples=["GB"])
    """The market."""
    source: Literal["check", "ai"]
    """`check`: by comparing the text with the claims and rules of the market; `ai`: by a model."""
    overall: CheckOutcome
    violations: int = Field(ge=0)
    """How many violations were found. Any of them bars publishing until the check is overridden."""
    product_ids: list[UUID]
    """The products whose claims counted: those that the content names. Empty: all products of the brand."""
    is_current: bool
    """Whether no later check of this market replaced it."""
    is_valid: bool
    """Whether it holds for publishing: neither the text nor a claim of the brand has changed since."""
    valid_until: Instant | None
    """When the next claim or piece of evidence begins or ends to count; null if no such time is known."""
    checked_by: PersonReference | None
    """The person who asked for the check; null for the platform."""
    created_at: Instant
    """When the check was made."""
    override_reason: str | None = Field(examples=["Cleared by legal, file 12/2026."])
    """Why its violations are accepted; null if they are not."""
    overridden_by: PersonReference | None
    """The person who accepted them."""
    overridden_at: Instant | None
    """When they were accepted."""


class ContentCheckResult(ContentCheck):
    """A stored check with its findings."""

    findings: list[ClaimFinding]
    """The findings in the order of the text, then what is missing; of checks by a model, its reviews of single claims.
    At most 500, of all markets of an answer together, the worst first if there are more."""
    omitted_findings: int = Field(default=0, ge=0, examples=[0])
    """How many findings were left out of this answer."""


class CheckOverride(RequestModel):
    """The acceptance of violations."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=5000), AfterValidator(check_filled)] = Field(
        examples=["Cleared by legal, file 12/2026."]
    )
    """Why the content may be published all the same: 1 to 5,000 characters. It is kept in the audit log."""
