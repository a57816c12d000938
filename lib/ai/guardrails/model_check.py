"""Checks texts against the guardrails of a brand by asking a model."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from pydantic import Field

from lib.ai.guardrails.models import GuardrailCheck, Violation
from lib.ai.guardrails.rules import MAX_QUOTE_CHARACTERS
from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import TokenBudget, brand_sections
from lib.ai.providers import CompletionRequest
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, parse_response
from lib.ai.text.plain import clean_line
from lib.core.texts import cut, folded

PROMPT_VERSION: Final = "check_guardrails.v1"
MAX_TOKENS: Final = 1200


class _Found(ResponseSchema):
    guardrail: int = Field(description="the number of a rule")
    quote: str
    severity: Literal["low", "medium", "high"]
    explanation: str
    proposed_fix: str | None


class _CheckResponse(ResponseSchema):
    violations: list[_Found] = Field(description="may be empty")
    alignment: float = Field(description="from 0 to 100")


def check_prompt(texts: Sequence[str], context: GenerationContext, budget: TokenBudget) -> Prompt:
    """Renders the prompt that asks for violations in the texts."""
    return render(
        PROMPT_VERSION,
        **brand_sections(context, budget) | {"guardrails": []},
        rules=[as_data(rule) for rule in context.brand.guardrails],
        texts=[as_data(text) for text in texts],
    )


def check_schema() -> dict[str, Any]:
    """Returns the JSON schema of the answer."""
    return json_schema_of(_CheckResponse)


def check_request(texts: Sequence[str], context: GenerationContext, budget: TokenBudget) -> CompletionRequest:
    """Makes the request to the model."""
    prompt = check_prompt(texts, context, budget)
    return CompletionRequest(
        system=prompt.system,
        prompt=prompt.user,
        schema=check_schema(),
        temperature=0.0,
        max_tokens=MAX_TOKENS,
    )


def parse_check(text: str, texts: Sequence[str], context: GenerationContext) -> GuardrailCheck:
    """Parses the answer. Violations of unknown rules, and with quotes that are not in the texts, are dropped.

    Raises ProviderError (malformed).
    """
    answer = parse_response(_CheckResponse, text)
    rules, whole = context.brand.guardrails, folded(" ".join(" ".join(texts).split()))
    violations = [
        Violation(
            source="guardrail",
            rule=rules[item.guardrail - 1],
            severity=item.severity,
            quote=cut(clean_line(item.quote), MAX_QUOTE_CHARACTERS),
            message=cut(clean_line(item.explanation), 1000),
            proposed_fix=cut(clean_line(item.proposed_fix or ""), 1000) or None,
        )
        for item in answer.violations
        if 1 <= item.guardrail <= len(rules) and folded(clean_line(item.quote)) in whole
    ]
    return GuardrailCheck(violations=violations, alignment=min(100.0, max(0.0, answer.alignment)))
