"""reviewText: finds what a text claims, in whatever words, and judges it for a market (domain §6, §7)."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal, override

from pydantic import Field

from lib.ai.models import ClaimContext, GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers import Workload
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.text.lengths import trim_text
from lib.ai.text.plain import clean_line
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, ClaimReviewRecord, GenerationType, Tool, ToolOutput
from lib.ai.tools.claims import overall_verdict, verdict_counts
from lib.ai.tools.fields import texts_to_check
from lib.ai.tools.models import ReviewedStatement, ReviewOfClaim, TextReview, TextReviewRequest, Verdict
from lib.ai.tools.models.claims import MAX_REVIEWED_CHARACTERS
from lib.core.http.errors import Unprocessable
from lib.core.texts import cut, folded

MAX_STATEMENTS: Final = 50
_MAX_QUOTE: Final = 500


class _Statement(ResponseSchema):
    quote: str
    claim: int | None = Field(description="the number of a claim of the list")
    status: Literal["rejected", "needs_revision", "approved"]
    feedback: str
    suggested_revision: str | None
    issues: list[str] = Field(description="may be empty")
    risk: Literal["low", "medium", "high"]
    confidence: float = Field(description="from 0 to 1")


class _Statements(ResponseSchema):
    statements: list[_Statement] = Field(description="may be empty")


def _words(text: str) -> str:
    return " ".join(folded(text).split())


class ReviewText(Tool[TextReviewRequest, list[_Statement]]):
    """Reviews a text with one provider, without a fallback: if it fails, nothing is approved."""

    type: ClassVar[GenerationType] = "claim_review"
    prompt_version: ClassVar[str] = "review_text.v1"
    workload: ClassVar[Workload] = Workload.COMPLIANCE
    temperature: float = 0.0
    max_tokens: ClassVar[int] = 6000

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(market=self.request.country, product_id=self.request.product_id, is_applied=False)

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.text or "")

    def _texts(self, context: GenerationContext) -> list[str]:
        texts = texts_to_check(self.request.text, context)
        if sum(map(len, texts)) > MAX_REVIEWED_CHARACTERS:
            raise Unprocessable(f"the text has more than {MAX_REVIEWED_CHARACTERS:,} characters: review it in parts")
        return texts

    @staticmethod
    def _claims(context: GenerationContext) -> Sequence[ClaimContext]:
        return context.product.claims if context.product else []

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget) | {"country": self.request.country},
            strictness=self.request.strictness,
            claims=[as_data(claim.text) for claim in self._claims(context)],
            texts=[as_data(text) for text in self._texts(context)],
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Statements)

    @override
    def parse(self, text: str, context: GenerationContext) -> list[_Statement]:
        """Parses the answer, in which each quote has to stand in the text: nobody could find it otherwise."""
        statements = parse_response(_Statements, text).statements
        whole = _words(" ".join(self._texts(context)))
        if len(statements) > MAX_STATEMENTS or not all(_words(item.quote) in whole for item in statements):
            raise malformed("the model quoted what the text does not say")
        return [item for item in statements if item.quote.strip()]

    @override
    def build_output(self, answer: list[_Statement], context: GenerationContext) -> ToolOutput:
        claims = self._claims(context)
        statements = [self._reviewed(item, claims) for item in answer]
        statuses: list[Verdict] = [statement.status for statement in statements]
        result = TextReview(overall=overall_verdict(statuses), counts=verdict_counts(statuses), statements=statements)
        is_of_content = self.request.content_id is not None and self.request.text is None
        return ToolOutput(result, [], claim_review=self._record(result) if is_of_content and statements else None)

    @staticmethod
    def _reviewed(item: _Statement, claims: Sequence[ClaimContext]) -> ReviewedStatement:
        made = claims[item.claim - 1] if item.claim is not None and 1 <= item.claim <= len(claims) else None
        return ReviewedStatement(
            quote=cut(" ".join(item.quote.split()), _MAX_QUOTE),
            claim_id=made.id if made else None,
            claim=made.text if made else None,
            status=item.status,
            feedback=cut(clean_line(item.feedback), 2000),
            suggested_revision=trim_text(clean_line(item.suggested_revision or ""), 500) or None,
            issues=[line for issue in item.issues[:20] if (line := cut(clean_line(issue), 500))],
            risk=item.risk,
            confidence=min(1.0, max(0.0, item.confidence)),
        )

    def _record(self, review: TextReview) -> ClaimReviewRecord:
        return ClaimReviewRecord(
            country=self.request.country,
            strictness=self.request.strictness,
            overall=review.overall,
            violations=review.counts["rejected"],
            findings=[
                ReviewOfClaim(
                    id=f"statement-{number}",
                    text=statement.quote,
                    **statement.model_dump(exclude={"quote", "claim", "claim_id"}),
                )
                for number, statement in enumerate(review.statements, start=1)
            ],
        )
