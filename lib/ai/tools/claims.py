"""reviewClaims and suggestReplacement: checks and replaces claims for a market (domain §7)."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal, override

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers import Workload
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.text.lengths import trim_text
from lib.ai.text.plain import clean_line
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, ClaimReviewRecord, GenerationType, Tool, ToolOutput
from lib.ai.tools.fields import texts_as_read
from lib.ai.tools.models import (
    ClaimReview,
    ClaimReviewRequest,
    Replacement,
    ReplacementRequest,
    Replacements,
    ReviewOfClaim,
    Verdict,
)
from lib.core.html_text import text_of_html, text_of_value
from lib.core.http.errors import NotFound
from lib.core.texts import cut, folded

_WORST: tuple[Verdict, ...] = ("rejected", "needs_revision", "approved")


def _words(text: str) -> str:
    """Normalises a text to look for a claim in it: in lower case, with single spaces."""
    return " ".join(folded(text).split())


def _text_of(context: GenerationContext) -> str:
    """Returns all that the content says, empty without a content."""
    content = context.content
    if content is None:
        return ""
    return _words(" ".join((content.title, text_of_html(content.body), *texts_as_read(context, str).values())))


def _is_made(claim: str, text: str) -> bool:
    """Tells whether a text makes a claim, as it is written or as it reads where it is HTML."""
    return any(words and words in text for words in (_words(claim), _words(text_of_value(claim))))


def overall_verdict(statuses: Iterable[Verdict]) -> Verdict:
    """Returns the worst verdict; `approved` if there is none."""
    given = set(statuses)
    found: list[Verdict] = [status for status in _WORST if status in given]
    return found[0] if found else "approved"


def verdict_counts(statuses: Sequence[Verdict]) -> dict[Verdict, int]:
    """Returns how many there are of each verdict."""
    return {status: statuses.count(status) for status in _WORST}


class _Review(ResponseSchema):
    id: str = Field(description="an id of the list")
    status: Literal["approved", "needs_revision", "rejected"]
    feedback: str
    suggested_revision: str | None
    issues: list[str] = Field(description="may be empty")
    risk: Literal["low", "medium", "high"]
    confidence: float = Field(description="from 0 to 1")


class _Reviews(ResponseSchema):
    reviews: list[_Review] = Field(description="one for each id")


class ReviewClaims(Tool[ClaimReviewRequest, list[_Review]]):
    """Reviews claims with one provider, without a fallback: if it fails, no claim is approved."""

    type: ClassVar[GenerationType] = "claim_review"
    prompt_version: ClassVar[str] = "review_claims.v1"
    workload: ClassVar[Workload] = Workload.COMPLIANCE
    temperature: float = 0.3

    def __init__(self, request: ClaimReviewRequest) -> None:
        super().__init__(request)
        # Claims without an id get one: models confuse positions in a list.
        taken = {claim.id for claim in request.claims}
        free = (name for number in range(1, 200) if (name := f"claim-{number}") not in taken)
        self._claims = {claim.id or next(free): claim.text for claim in request.claims}

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(market=self.request.country, product_id=self.request.product_id, is_applied=False)

    @property
    @override
    def reserved_completion_tokens(self) -> int:
        return min(8000, max(2000, 160 * len(self._claims)))

    @override
    def max_tokens_for(self, context: GenerationContext) -> int:
        return self.reserved_completion_tokens

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + sum(count_tokens(text) for text in self._claims.values())

    @override
    def output_without_model(self, context: GenerationContext) -> ToolOutput | None:
        return self.build_output([], context) if not self._claims else None

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget) | {"country": self.request.country},
            strictness=self.request.strictness,
            claims=[{"id": as_data(claim), "text": as_data(text)} for claim, text in self._claims.items()],
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = json_schema_of(_Reviews)
        schema["properties"]["reviews"]["items"]["properties"]["id"]["enum"] = list(self._claims)
        return schema

    @override
    def parse(self, text: str, context: GenerationContext) -> list[_Review]:
        reviews = parse_response(_Reviews, text).reviews
        if sorted(review.id for review in reviews) != sorted(self._claims):
            raise malformed("the model did not review the requested claims")
        return reviews

    @override
    def build_output(self, answer: list[_Review], context: GenerationContext) -> ToolOutput:
        by_id = {review.id: review for review in answer}
        reviews = [
            ReviewOfClaim(
                id=claim,
                text=text,
                status=by_id[claim].status,
                feedback=cut(clean_line(by_id[claim].feedback), 2000),
                suggested_revision=trim_text(clean_line(by_id[claim].suggested_revision or ""), 500) or None,
                issues=[line for item in by_id[claim].issues[:20] if (line := cut(clean_line(item), 500))],
                risk=by_id[claim].risk,
                confidence=min(1.0, max(0.0, by_id[claim].confidence)),
            )
            for claim, text in self._claims.items()
        ]
        statuses: list[Verdict] = [review.status for review in reviews]
        result = ClaimReview(overall=overall_verdict(statuses), counts=verdict_counts(statuses), reviews=reviews)
        text = _text_of(context)
        # Only claims that the content makes can block the publication of this version.
        made = [review for review in reviews if _is_made(review.text, text)]
        record = ClaimReviewRecord(
            country=self.request.country,
            strictness=self.request.strictness,
            overall=overall_verdict(review.status for review in made),
            violations=sum(review.status == "rejected" for review in made),
            findings=made,
        )
        return ToolOutput(result, [], claim_review=record if made else None)


class _Suggestion(ResponseSchema):
    text: str = Field(description="plain text, at most 500 characters")
    status: str = Field(description="allowed, disallowed or mandatory")
    reasoning: str


class _Suggestions(ResponseSchema):
    suggestions: list[_Suggestion] = Field(description="3 items")


class SuggestReplacement(Tool[ReplacementRequest, list[_Suggestion]]):
    """Suggests claims in place of one that is not allowed."""

    type: ClassVar[GenerationType] = "replacement_suggestion"
    prompt_version: ClassVar[str] = "suggest_replacement.v1"
    workload: ClassVar[Workload] = Workload.COMPLIANCE

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(product_id=self.request.product_id, market=self.request.market)

    def _claim(self, context: GenerationContext) -> str:
        claims = context.product.claims if context.product else []
        for claim in claims:
            if self.request.claim_id in (claim.id, claim.master_id):
                return claim.original_text or claim.text
        raise NotFound("claim not found")

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget),
            claim=as_data(self._claim(context)),
            count=self.request.max_suggestions,
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Suggestions)

    @override
    def parse(self, text: str, context: GenerationContext) -> list[_Suggestion]:
        return parse_response(_Suggestions, text).suggestions

    def _usable(self, answer: list[_Suggestion], context: GenerationContext) -> list[Replacement]:
        """Returns the suggestions with a known status and a text that is not disallowed in the market."""
        product = context.product
        assert product is not None
        disallowed = {folded(claim.text.strip()) for claim in product.claims if claim.status == "disallowed"}
        disallowed.add(folded(self._claim(context).strip()))
        usable: dict[str, Replacement] = {}
        for item in answer:
            text = trim_text(clean_line(item.text), 500)
            if text and folded(text) not in disallowed and item.status in ("allowed", "disallowed", "mandatory"):
                usable.setdefault(
                    folded(text),
                    Replacement.model_validate(
                        {"text": text, "status": item.status, "reasoning": cut(clean_line(item.reasoning), 2000)}
                    ),
                )
        return list(usable.values())[: self.request.max_suggestions]

    @override
    def problems(self, answer: list[_Suggestion], context: GenerationContext) -> list[str]:
        return [] if self._usable(answer, context) else ["there is no usable suggestion"]

    @override
    def build_output(self, answer: list[_Suggestion], context: GenerationContext) -> ToolOutput:
        return ToolOutput(Replacements(claim=self._claim(context), suggestions=self._usable(answer, context)), [])
