"""reviewClaims and suggestReplacement: what may be said in a market (domain §7)."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from lib.ai.context import brand_sections
from lib.ai.lengths import plain_text, trim_text
from lib.ai.models import GenerationContext
from lib.ai.providers import Request
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import ClaimReviewRequest, ReplacementRequest
from lib.ai.results import ClaimReview, Replacement, Replacements, ReviewOfClaim, Verdict
from lib.ai.shapes import Shape, clean_line, malformed, read_shape, schema_of
from lib.ai.tokens import count_tokens
from lib.ai.tools.base import Finished, Tool
from lib.core.http.errors import NotFound

_WORST: tuple[Verdict, ...] = ("rejected", "needs_revision", "approved")


def _words(text: str) -> str:
    """To look for a claim in a text: without markup, in lower case, with single spaces."""
    return " ".join(plain_text(text).lower().split())


def _overall(reviews: list[ReviewOfClaim]) -> Verdict:
    statuses = {review.status for review in reviews}
    found: list[Verdict] = [status for status in _WORST if status in statuses]
    return found[0] if found else "approved"


class _Review(Shape):
    id: str = Field(description="an id of the list")
    status: Literal["approved", "needs_revision", "rejected"]
    feedback: str
    suggested_revision: str | None
    issues: list[str] = Field(description="may be empty")
    risk: Literal["low", "medium", "high"]
    confidence: float = Field(description="from 0 to 1")


class _Reviews(Shape):
    reviews: list[_Review] = Field(description="one for each id")


class ReviewClaims(Tool[ClaimReviewRequest, list[_Review]]):
    """Stays with one provider, and fails closed: a claim that was not reviewed is not approved."""

    type: ClassVar[str] = "claim_review"
    prompt: ClassVar[str] = "review_claims.v1"
    kind: ClassVar[Request] = Request.COMPLIANCE
    temperature: float = 0.3

    def __init__(self, request: ClaimReviewRequest) -> None:
        super().__init__(request)
        # By ids of its own where the caller gave none: a place in a list is what models get wrong.
        taken = {claim.id for claim in request.claims}
        free = (name for number in range(1, 200) if (name := f"claim-{number}") not in taken)
        self._claims = {claim.id or next(free): claim.text for claim in request.claims}

    def opening(self) -> dict[str, Any]:
        opening: dict[str, Any] = {"market": self.request.country, "isApplied": False}
        return opening | ({"productId": self.request.product_id} if self.request.product_id else {})

    @property
    def completion_tokens(self) -> int:
        return min(8000, max(2000, 160 * len(self._claims)))

    def max_tokens_for(self, context: GenerationContext) -> int:
        return self.completion_tokens

    @property
    def source_tokens(self) -> int:
        return 1500 + sum(count_tokens(text) for text in self._claims.values())

    def direct(self, context: GenerationContext) -> Finished | None:
        return self.finish([], context) if not self._claims else None

    def ask(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt,
            **brand_sections(context, self.budget) | {"country": self.request.country},
            strictness=self.request.strictness,
            claims=[{"id": as_data(claim), "text": as_data(text)} for claim, text in self._claims.items()],
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = schema_of(_Reviews)
        schema["properties"]["reviews"]["items"]["properties"]["id"]["enum"] = list(self._claims)
        return schema

    def read(self, raw: str, context: GenerationContext) -> list[_Review]:
        reviews = read_shape(_Reviews, raw).reviews
        if sorted(review.id for review in reviews) != sorted(self._claims):
            raise malformed("the model reviewed other claims than those asked for")
        return reviews

    def finish(self, answer: list[_Review], context: GenerationContext) -> Finished:
        by_id = {review.id: review for review in answer}
        reviews = [
            ReviewOfClaim(
                id=claim,
                text=text,
                status=by_id[claim].status,
                feedback=clean_line(by_id[claim].feedback)[:2000],
                suggested_revision=trim_text(clean_line(by_id[claim].suggested_revision or ""), 500) or None,
                issues=[line for item in by_id[claim].issues[:20] if (line := clean_line(item)[:500])],
                risk=by_id[claim].risk,
                confidence=min(1.0, max(0.0, by_id[claim].confidence)),
            )
            for claim, text in self._claims.items()
        ]
        statuses: list[Verdict] = [review.status for review in reviews]
        counts: dict[Verdict, int] = {status: statuses.count(status) for status in _WORST}
        result = ClaimReview(overall=_overall(reviews), counts=counts, reviews=reviews)
        record: dict[str, Any] = {}
        said = (
            _words(f"{context.content.title} {context.content.body} {list(context.values.values())}")
            if context.content
            else ""
        )
        reviews = [review for review in reviews if _words(review.text) in said]
        if reviews:
            # What bars publishing that version of the content, until somebody overrides it with a reason: of the claims
            # that it makes, and of no others that a caller may think of.
            record["claimReview"] = {
                "country": self.request.country,
                "strictness": self.request.strictness,
                "overall": _overall(reviews),
                "violations": sum(review.status == "rejected" for review in reviews),
                "findings": [review.model_dump(mode="json", by_alias=True) for review in reviews],
            }
        return Finished(result, [], record=record)


class _Suggestion(Shape):
    text: str = Field(description="plain text, at most 500 characters")
    status: str = Field(description="allowed, disallowed or mandatory")
    reasoning: str


class _Suggestions(Shape):
    suggestions: list[_Suggestion] = Field(description="3 items")


class SuggestReplacement(Tool[ReplacementRequest, list[_Suggestion]]):
    type: ClassVar[str] = "replacement_suggestion"
    prompt: ClassVar[str] = "suggest_replacement.v1"
    kind: ClassVar[Request] = Request.COMPLIANCE

    def opening(self) -> dict[str, Any]:
        return {"productId": self.request.product_id, "market": self.request.market}

    def _claim(self, context: GenerationContext) -> str:
        claims = context.product.claims if context.product else []
        for claim in claims:
            if self.request.claim_id in (claim.id, claim.master_id):
                return claim.original_text or claim.text
        raise NotFound("claim not found")

    def ask(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt,
            **brand_sections(context, self.budget),
            claim=as_data(self._claim(context)),
            count=self.request.max_suggestions,
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(_Suggestions)

    def read(self, raw: str, context: GenerationContext) -> list[_Suggestion]:
        return read_shape(_Suggestions, raw).suggestions

    def _usable(self, answer: list[_Suggestion], context: GenerationContext) -> list[Replacement]:
        """Of a status that there is, and another text than what may not be said."""
        product = context.product
        assert product is not None
        barred = {claim.text.strip().lower() for claim in product.claims if claim.status == "disallowed"}
        barred.add(self._claim(context).strip().lower())
        usable: dict[str, Replacement] = {}
        for item in answer:
            text = trim_text(clean_line(item.text), 500)
            if text and text.lower() not in barred and item.status in ("allowed", "disallowed", "mandatory"):
                usable.setdefault(
                    text.lower(),
                    Replacement.model_validate(
                        {"text": text, "status": item.status, "reasoning": clean_line(item.reasoning)[:2000]}
                    ),
                )
        return list(usable.values())[: self.request.max_suggestions]

    def problems(self, answer: list[_Suggestion], context: GenerationContext) -> list[str]:
        return [] if self._usable(answer, context) else ["there is no suggestion that may be used"]

    def finish(self, answer: list[_Suggestion], context: GenerationContext) -> Finished:
        return Finished(Replacements(claim=self._claim(context), suggestions=self._usable(answer, context)), [])
