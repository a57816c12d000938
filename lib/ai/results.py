"""What callers get from the tools."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from lib.ai.context import Omission
from lib.ai.models import TokenUsage
from lib.core.http.errors import ApiError
from lib.core.http.models import ResponseModel

type Severity = Literal["low", "medium", "high"]
type GenerationType = Literal[
    "content_generation",
    "field_generation",
    "regeneration",
    "metadata_generation",
    "alt_text",
    "transcreation",
    "brand_analysis",
    "claim_review",
    "title_suggestion",
    "keyword_extraction",
    "replacement_suggestion",
    "guardrail_check",
    "embedding",
]


class RetryCandidate(ResponseModel):
    """A field that the caller may want to generate again."""

    field: str = Field(examples=["headline"])
    reason: Literal["empty", "char_range", "word_range"]


class Violation(ResponseModel):
    """What breaks a rule of the brand, where, and what would mend it."""

    source: Literal["guardrail", "claim", "term", "pattern"]
    rule: str = Field(examples=["Never promise a cure"])
    severity: Severity
    quote: str = Field(examples=["cures dry skin"])
    message: str = Field(examples=["It promises a cure."])
    proposed_fix: str | None = Field(examples=["soothes dry skin"])


class GuardrailReport(ResponseModel):
    violations: list[Violation]
    is_held: bool
    """A violation of high severity keeps the output out of the content until somebody overrides it."""
    checked_by: Literal["rules", "model"]
    """``rules`` where no model was asked, or none answered."""


class GeneratedFields(ResponseModel):
    fields: dict[str, Any] = Field(examples=[{"headline": "What cold wind does to skin"}])
    retry_candidates: list[RetryCandidate]
    alternative_titles: list[str] = Field(default_factory=list, examples=[["Cold wind, calm skin"]])
    keywords: list[str] = Field(default_factory=list, examples=[["winter skin"]])
    image_ideas: list[str] = Field(default_factory=list, examples=[["Frost on a window"]])
    confidence: float | None = Field(default=None, ge=0, le=1, examples=[0.8])


class GeneratedField(ResponseModel):
    field_id: str = Field(examples=["headline"])
    html: str = Field(examples=["<p>What cold wind does to skin</p>"])
    plain: str = Field(examples=["What cold wind does to skin"])
    words: int = Field(ge=0, examples=[6])
    characters: int = Field(ge=0, examples=[27])
    value: Any = Field(examples=["What cold wind does to skin"])


class PageMetadata(ResponseModel):
    url: str | None = Field(examples=["https://aurora.test/skin"])
    title: str = Field(examples=["Why cold wind makes skin feel tight in winter"])
    description: str = Field(examples=["Cold air holds little water. What that does to skin, and what helps."])
    keywords: list[str] = Field(examples=[["winter skin"]])
    alternatives: list[str] = Field(examples=[["How skin gets through a winter of cold wind"]])
    analysis: str = Field(examples=["It answers what the reader asks."])


class AltText(ResponseModel):
    alt_text: str = Field(examples=["Frost on the window of a kitchen in the morning"])
    short: str = Field(examples=["Frost on a window"])
    long: str = Field(examples=["Frost on the window of a kitchen, with a cup of coffee on the sill behind it"])
    detected_language: str | None = Field(examples=["en"])
    warnings: list[str] = Field(examples=[[]])


class Adaptation(ResponseModel):
    original: str = Field(examples=["a piece of cake"])
    adapted: str = Field(examples=["ein Kinderspiel"])
    reason: str = Field(examples=["An idiom"])


class Scores(ResponseModel):
    """Each from 0 to 1."""

    fluency: float = Field(ge=0, le=1, examples=[0.9])
    fidelity: float = Field(ge=0, le=1, examples=[0.9])
    cultural_fit: float = Field(ge=0, le=1, examples=[0.8])
    brand_voice: float = Field(ge=0, le=1, examples=[0.9])


class Transcreation(ResponseModel):
    text: str = Field(examples=["Kalte Luft hält wenig Wasser."])
    language: str = Field(examples=["de"])
    country: str = Field(examples=["DE"])
    adaptations: list[Adaptation]
    scores: Scores
    warnings: list[str] = Field(examples=[[]])


class SuggestedAgency(ResponseModel):
    name: str = Field(examples=["Advertising Standards Authority"])
    priority: Literal["High", "Medium", "Low"]
    country_code: str = Field(examples=["GB"])
    status: Literal["pending_verification"] = "pending_verification"


class PageWarning(ResponseModel):
    url: str = Field(examples=["https://aurora.test/skin"])
    message: str = Field(examples=["the page has no text"])


class BrandProfile(ResponseModel):
    identity: str = Field(examples=["Aurora makes skin care of few ingredients."])
    tone_of_voice: str = Field(examples=["Warm and plain."])
    guardrails: list[str] = Field(examples=[["Never promise a cure"]])
    key_messages: list[str] = Field(examples=[["Five ingredients at most"]])
    target_audience: str = Field(examples=["People with sensitive skin"])
    primary_color: str | None = Field(examples=["#1A7F64"])
    agencies: list[SuggestedAgency]
    confidence: float = Field(ge=0, le=1, examples=[0.9])
    warnings: list[PageWarning]


type Verdict = Literal["approved", "needs_revision", "rejected"]


class ReviewOfClaim(ResponseModel):
    id: str = Field(examples=["c1"])
    text: str = Field(examples=["Heals dry skin overnight"])
    status: Verdict
    feedback: str = Field(examples=["It promises a cure."])
    suggested_revision: str | None = Field(examples=["Soothes dry skin"])
    issues: list[str] = Field(examples=[["Medical wording"]])
    risk: Severity
    confidence: float = Field(ge=0, le=1, examples=[0.9])


class ClaimReview(ResponseModel):
    overall: Verdict
    counts: dict[Verdict, int] = Field(examples=[{"approved": 1, "needs_revision": 0, "rejected": 1}])
    reviews: list[ReviewOfClaim]


class Titles(ResponseModel):
    titles: list[str] = Field(examples=[["What cold wind does to skin"]])


class Keywords(ResponseModel):
    keywords: list[str] = Field(examples=[["winter skin"]])


class Replacement(ResponseModel):
    text: str = Field(examples=["Soothes dry skin"])
    status: Literal["allowed", "disallowed", "mandatory"]
    reasoning: str = Field(examples=["It promises no cure."])


class Replacements(ResponseModel):
    claim: str = Field(examples=["Heals dry skin overnight"])
    suggestions: list[Replacement]


class GuardrailCheck(ResponseModel):
    violations: list[Violation]
    alignment: float = Field(ge=0, le=100, examples=[88])
    """How much the text sounds like the brand."""


class Generated[T](ResponseModel):
    """What a tool brought, and how it came about."""

    request_id: UUID
    result: T
    provider: str = Field(examples=["azure_openai"])
    model: str = Field(examples=["gpt-4o-mini"])
    prompt_version: str = Field(examples=["generate_content.v2"])
    usage: TokenUsage
    latency_ms: int = Field(ge=0, examples=[1840])
    is_cache_hit: bool
    omissions: list[Omission]
    """What the prompt had no room for."""
    guardrails: GuardrailReport | None = None
    applied_version: int | None = Field(default=None, examples=[4])
    """The version of the content that the output made; null where it was not written into one."""
    not_applied: str | None = Field(default=None, examples=["this needs the permission content.edit in the brand"])


class BatchItemError(ResponseModel):
    code: str = Field(examples=["UNPROCESSABLE"])
    message: str = Field(examples=["the page has no text"])


class BatchItem[T](ResponseModel):
    """One of a batch: what it brought, or why it brought nothing."""

    source: str = Field(examples=["https://aurora.test/skin"])
    is_success: bool
    generated: Generated[T] | None = None
    error: BatchItemError | None = None


def failed_item(source: str, error: ApiError) -> BatchItem[Any]:
    return BatchItem[Any](source=source, is_success=False, error=BatchItemError(code=error.code, message=error.message))


class Batch[T](ResponseModel):
    items: list[BatchItem[T]]


class GenerationListed(ResponseModel):
    """One call of a tool, as it was recorded."""

    id: UUID
    brand_id: UUID
    user_id: UUID | None
    content_id: UUID | None
    type: GenerationType
    status: Literal["pending", "completed", "failed"]
    provider: str = Field(examples=["azure_openai"])
    model: str = Field(examples=["gpt-4o-mini"])
    prompt_version: str = Field(examples=["generate_content.v2"])
    error: str | None = Field(examples=["no model answered"])
    violations: list[Violation]
    is_held: bool
    override_reason: str | None = Field(examples=["Cleared by legal on 3 March"])
    applied_version: int | None
    calls: list[dict[str, Any]] = Field(examples=[[{"provider": "azure_openai", "outcome": "completed"}]])
    prompt_tokens: int = Field(ge=0, examples=[820])
    completion_tokens: int = Field(ge=0, examples=[240])
    cost: float = Field(ge=0, examples=[0.000267])
    """US dollars."""
    latency_ms: int | None = Field(examples=[1840])
    first_token_ms: int | None = Field(examples=[420])
    is_cache_hit: bool
    created_at: AwareDatetime
    completed_at: AwareDatetime | None


class Generation(GenerationListed):
    output: dict[str, Any] | None = Field(examples=[{"result": {"titles": ["What cold wind does to skin"]}}])
    """The whole answer of the tool."""


class Applied(ResponseModel):
    request_id: UUID
    applied_version: int = Field(ge=1)
