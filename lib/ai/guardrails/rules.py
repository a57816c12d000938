"""Holds texts against the rules of a brand: by rule what can be told by rule, and by a model what cannot.

What people send is looked through first: numbers of cards and keys of services are not for a model's eyes, and social
security numbers are taken out (domain §7).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from pydantic import Field

from lib.ai.context import Budget, brand_sections
from lib.ai.models import ClaimContext, GenerationContext
from lib.ai.providers import Completion
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.results import GuardrailCheck, Violation
from lib.ai.shapes import Shape, clean_line, read_shape, schema_of
from lib.core.http.errors import ErrorDetail, ValidationFailed

PROMPT: Final = "check_guardrails.v1"
MAX_TOKENS: Final = 1200
MAX_QUOTE: Final = 300

# Beginning as the issuers' numbers do (ISO/IEC 7812): other long numbers pass the check digit once in ten times.
_CARD: Final = re.compile(r"(?<!\d)(?<!\d\.)(?=3[04-9]|4|5|6|2[2-7])\d(?:[ -]?\d){12,18}(?!\.?\d)")
# Ids and checksums: their digits pass the check as often as any.
_ID: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=\d*[a-fA-F])[0-9a-fA-F]{14,})"
    r"(?![0-9A-Za-z])"
)
_KEY: Final = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{20,}|sk_(?:live|test)_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{35}|mix_(?:live|test)_[A-Za-z0-9]{16,})\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_SSN: Final = re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b")
_PACK: Final = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?\s?(?:ml|cl|kg|g|mg|fl\.? ?oz|oz|lb|litres?|liters?)\b", re.IGNORECASE
)
_ORIGIN: Final = re.compile(r"\b(?i:made|produced|manufactured) in (?:the )?[A-Z][a-z]+")
# A rule that forbids words names them in quotation marks.
_FORBIDS: Final = re.compile(r"\b(?:do not|don't|never|avoid|no|not)\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[\"“„«]([^\"“”„«»]{2,80})[\"”“»]")


def _is_card(digits: str) -> bool:
    """The check digit of ISO/IEC 7812 (Luhn), which a number that is no card passes once in ten times."""
    numbers = [int(digit) for digit in reversed(digits) if digit.isdecimal()]
    doubled = [number * 2 - 9 if number > 4 else number * 2 for number in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0


def cards_in(text: str) -> list[str]:
    return [found[0] for found in _CARD.finditer(_ID.sub("id", text)) if _is_card(found[0])]


def _strings(value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}.{index}")


def check_input(values: dict[str, Any]) -> None:
    """Raises ValidationFailed where a text holds what no model may see."""
    details: list[ErrorDetail] = []
    for path, text in _strings(values, ""):
        if cards_in(text):
            details.append({"field": path, "code": "INVALID_FORMAT", "message": "holds the number of a card"})
        if _KEY.search(text):
            details.append({"field": path, "code": "INVALID_FORMAT", "message": "holds the key of a service"})
    if details:
        raise ValidationFailed("this may not be sent to a model", details=details)


def redact(text: str) -> str:
    return _SSN.sub("[redacted]", text)


def redacted(completion: Completion) -> Completion:
    return replace(completion, system=redact(completion.system), prompt=redact(completion.prompt))


def _literal(text: str) -> re.Pattern[str]:
    """A claim as it may be written: with any white space and any digits. No word boundary, for ``50%`` has none."""
    parts = (re.sub(r"\d+", r"\\d+", re.escape(word)) for word in text.split())
    pattern = r"\s+".join(parts)
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


_PATTERNS: Final[tuple[tuple[re.Pattern[str], str, Literal["low", "high"], str], ...]] = (
    (_KEY, "no keys of services", "high", "It holds the key of a service."),
    (_SSN, "no social security numbers", "high", "It holds a social security number."),
    (_PACK, "no pack sizes or weights", "low", "It mentions a size or a weight."),
    (_ORIGIN, "no countries of origin", "low", "It mentions where something is made."),
)


def _pattern_violations(text: str) -> Iterable[Violation]:
    for quote in cards_in(text):
        yield _pattern("no numbers of cards", quote, "high", "It holds the number of a card.")
    for pattern, rule, severity, message in _PATTERNS:
        for found in pattern.finditer(text):
            yield _pattern(rule, found[0], severity, message)


def _word_violations(text: str, terms: Sequence[str], guardrails: Sequence[str]) -> Iterable[Violation]:
    for term in terms:
        if found := _literal(term).search(text):
            yield Violation(
                source="term",
                rule=f"avoid {term}",
                severity="medium",
                quote=found[0],
                message="The editor asked to avoid this term.",
                proposed_fix=None,
            )
    forbidding = (guardrail for guardrail in guardrails if _FORBIDS.search(guardrail))
    for guardrail, quoted in ((rule, quoted) for rule in forbidding for quoted in _QUOTED.findall(rule)):
        if found := _literal(quoted).search(text):
            yield Violation(
                source="guardrail",
                rule=guardrail,
                severity="high",
                quote=found[0],
                message="The guardrail forbids these words.",
                proposed_fix=None,
            )


def _pattern(rule: str, quote: str, severity: Literal["low", "high"], message: str) -> Violation:
    return Violation(
        source="pattern", rule=rule, severity=severity, quote=quote[:MAX_QUOTE], message=message, proposed_fix=None
    )


def _claim_violations(texts: Sequence[str], claims: Sequence[ClaimContext]) -> Iterable[Violation]:
    allowed = next((claim.text for claim in claims if claim.status == "allowed"), None)
    for claim in claims:
        found = next((hit for text in texts if (hit := _literal(claim.text).search(text))), None)
        if claim.status == "disallowed" and found:
            yield Violation(
                source="claim",
                rule=claim.text,
                severity="high",
                quote=found[0],
                message="This claim may not be made in the market.",
                proposed_fix=allowed,
            )
        elif claim.status == "mandatory" and not found:
            yield Violation(
                source="claim",
                rule=claim.text,
                severity="medium",
                quote="",
                message="This claim has to be made in the market, and is not.",
                proposed_fix=claim.text,
            )


def check_by_rule(texts: Sequence[str], context: GenerationContext, terms: Sequence[str] = ()) -> list[Violation]:
    if not texts:
        return []
    found = [
        item
        for text in texts
        for item in (*_pattern_violations(text), *_word_violations(text, terms, context.brand.guardrails))
    ]
    return found + list(_claim_violations(texts, context.product.claims if context.product else []))


class _Found(Shape):
    guardrail: int = Field(description="the number of a rule")
    quote: str
    severity: Literal["low", "medium", "high"]
    explanation: str
    proposed_fix: str | None


class CheckAnswer(Shape):
    violations: list[_Found] = Field(description="may be empty")
    alignment: float = Field(description="from 0 to 100")


def check_prompt(texts: Sequence[str], context: GenerationContext, budget: Budget) -> Prompt:
    return render(
        PROMPT,
        **brand_sections(context, budget) | {"guardrails": []},
        rules=[as_data(rule) for rule in context.brand.guardrails],
        texts=[as_data(text) for text in texts],
    )


def check_completion(texts: Sequence[str], context: GenerationContext, budget: Budget) -> Completion:
    prompt = check_prompt(texts, context, budget)
    return Completion(
        system=prompt.system,
        prompt=prompt.user,
        schema=schema_of(CheckAnswer),
        temperature=0.0,
        max_tokens=MAX_TOKENS,
    )


def read_check(raw: str, texts: Sequence[str], context: GenerationContext) -> GuardrailCheck:
    """What names no rule of the brand's, or quotes words that are not there, is not taken over."""
    answer = read_shape(CheckAnswer, raw)
    rules, whole = context.brand.guardrails, " ".join(" ".join(texts).split()).lower()
    violations = [
        Violation(
            source="guardrail",
            rule=rules[item.guardrail - 1],
            severity=item.severity,
            quote=clean_line(item.quote)[:MAX_QUOTE],
            message=clean_line(item.explanation)[:1000],
            proposed_fix=clean_line(item.proposed_fix or "")[:1000] or None,
        )
        for item in answer.violations
        if 1 <= item.guardrail <= len(rules) and clean_line(item.quote).lower() in whole
    ]
    return GuardrailCheck(violations=violations, alignment=min(100.0, max(0.0, answer.alignment)))


def merged(first: Sequence[Violation], second: Sequence[Violation]) -> list[Violation]:
    """Each broken rule with its words once."""
    known = {(item.rule, item.quote.lower()): item for item in (*second, *first)}
    return list(known.values())
