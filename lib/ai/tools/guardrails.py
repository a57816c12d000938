"""checkGuardrails: a text held against the rules of its brand, and how much it sounds like it."""

from typing import Any, ClassVar

from lib.ai.guardrails import (
    MAX_TOKENS,
    CheckAnswer,
    check_by_rule,
    check_prompt,
    merged,
    read_check,
)
from lib.ai.lengths import plain_text
from lib.ai.models import GenerationContext
from lib.ai.rendering import Prompt
from lib.ai.requests import GuardrailRequest
from lib.ai.results import GuardrailCheck
from lib.ai.shapes import schema_of
from lib.ai.tokens import count_tokens
from lib.ai.tools.base import Finished, Tool
from lib.ai.tools.fields import shown
from lib.core.http.errors import Unprocessable


class CheckGuardrails(Tool[GuardrailRequest, GuardrailCheck]):
    type: ClassVar[str] = "guardrail_check"
    prompt: ClassVar[str] = "check_guardrails.v1"
    attempts: ClassVar[int] = 1
    temperature: float = 0.0
    max_tokens: ClassVar[int] = MAX_TOKENS

    def opening(self) -> dict[str, Any]:
        asked = {"productId": self.request.product_id, "market": self.request.market, "isApplied": False}
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def source_tokens(self) -> int:
        return 1500 + count_tokens(self.request.text or "")

    def _texts(self, context: GenerationContext) -> list[str]:
        if self.request.text is not None:
            return [plain_text(self.request.text)]
        assert context.content is not None
        texts = [plain_text(shown(value)) for value in (context.content.body, *context.values.values())]
        found = [text for text in (context.content.title, *texts) if text]
        if not found:
            raise Unprocessable("the content has no text yet")
        return found

    def ask(self, context: GenerationContext) -> Prompt:
        return check_prompt(self._texts(context), context, self.budget)

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(CheckAnswer)

    def read(self, raw: str, context: GenerationContext) -> GuardrailCheck:
        return read_check(raw, self._texts(context), context)

    def finish(self, answer: GuardrailCheck, context: GenerationContext) -> Finished:
        texts = self._texts(context)
        answer.violations = merged(check_by_rule(texts, context), answer.violations)
        # A fifth of the content's score (domain §3), of the version that was looked at.
        record = {"alignment": answer.alignment} if self.request.content_id and self.request.text is None else {}
        return Finished(answer, [], record=record)
