"""checkGuardrails: checks a text against the rules of its brand (domain §7)."""

from typing import Any, ClassVar, override

from lib.ai.guardrails.model_check import MAX_TOKENS, check_prompt, check_schema, parse_check
from lib.ai.guardrails.models import GuardrailCheck
from lib.ai.guardrails.rules import check_by_rule, merged
from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, GenerationType, Tool, ToolOutput
from lib.ai.tools.fields import texts_to_check
from lib.ai.tools.models import GuardrailRequest


class CheckGuardrails(Tool[GuardrailRequest, GuardrailCheck]):
    """Checks a text by rule and by a model, and rates how much it sounds like the brand."""

    type: ClassVar[GenerationType] = "guardrail_check"
    prompt_version: ClassVar[str] = "check_guardrails.v1"
    max_attempts: ClassVar[int] = 1
    temperature: float = 0.0
    max_tokens: ClassVar[int] = MAX_TOKENS

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(product_id=self.request.product_id, market=self.request.market, is_applied=False)

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.text or "")

    def _texts(self, context: GenerationContext) -> list[str]:
        return texts_to_check(self.request.text, context)

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return check_prompt(self._texts(context), context, self.token_budget)

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return check_schema()

    @override
    def parse(self, text: str, context: GenerationContext) -> GuardrailCheck:
        return parse_check(text, self._texts(context), context)

    @override
    def build_output(self, answer: GuardrailCheck, context: GenerationContext) -> ToolOutput:
        texts = self._texts(context)
        answer.violations = merged(check_by_rule(texts, context), answer.violations)
        # The text is that of the content, whose score the alignment is a part of.
        is_of_content = self.request.content_id is not None and self.request.text is None
        return ToolOutput(answer, [], alignment=answer.alignment if is_of_content else None)
