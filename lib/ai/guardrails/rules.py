"""Checks texts against the rules of a brand that need no model: patterns, terms, quoted words and claims."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from lib.ai.guardrails.models import Violation
from lib.ai.guardrails.screening import SERVICE_KEY, SOCIAL_SECURITY_NUMBER, cards_in
from lib.ai.models import ClaimContext, GenerationContext
from lib.core.texts import cut, folded

MAX_QUOTE_CHARACTERS: Final = 300
_PACK: Final = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?\s?(?:ml|cl|kg|g|mg|fl\.? ?oz|oz|lb|litres?|liters?)\b", re.IGNORECASE
)
_ORIGIN: Final = re.compile(r"\b(?i:made|produced|manufactured) in (?:the )?[A-Z][a-z]+")
# A guardrail that forbids words has them in quotation marks.
_FORBIDS: Final = re.compile(r"\b(?:do not|don't|never|avoid|no|not)\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[\"“„«]([^\"“”„«»]{2,80})[\"”“»]")


def _literal(text: str) -> re.Pattern[str]:
    """Matches a phrase with any white space and any digits. Not between word boundaries: ``50%`` has none."""
    parts = (re.sub(r"\d+", r"\\d+", re.escape(word)) for word in text.split())
    pattern = r"\s+".join(parts)
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


_PATTERNS: Final[tuple[tuple[re.Pattern[str], str, Literal["low", "high"], str], ...]] = (
    (SERVICE_KEY, "no keys of services", "high", "It contains a key of a service."),
    (SOCIAL_SECURITY_NUMBER, "no social security numbers", "high", "It contains a social security number."),
    (_PACK, "no pack sizes or weights", "low", "It mentions a size or a weight."),
    (_ORIGIN, "no countries of origin", "low", "It mentions where something is made."),
)


def _pattern_violations(text: str) -> Iterable[Violation]:
    for quote in cards_in(text):
        yield _pattern("no card numbers", quote, "high", "It contains a card number.")
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
                message="The request asked to avoid this term.",
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
        source="pattern",
        rule=rule,
        severity=severity,
        quote=cut(quote, MAX_QUOTE_CHARACTERS),
        message=message,
        proposed_fix=None,
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
                message="This claim is not allowed in the market.",
                proposed_fix=allowed,
            )
        elif claim.status == "mandatory" and not found:
            yield Violation(
                source="claim",
                rule=claim.text,
                severity="medium",
                quote="",
                message="This claim is mandatory in the market and is missing.",
                proposed_fix=claim.text,
            )


def check_by_rule(texts: Sequence[str], context: GenerationContext, terms: Sequence[str] = ()) -> list[Violation]:
    """Returns the violations in the texts of one output. ``terms`` are those that the request asked to avoid."""
    if not texts:
        return []
    found = [
        item
        for text in texts
        for item in (*_pattern_violations(text), *_word_violations(text, terms, context.brand.guardrails))
    ]
    return found + list(_claim_violations(texts, context.product.claims if context.product else []))


def merged(first: Sequence[Violation], second: Sequence[Violation]) -> list[Violation]:
    """Merges two lists of violations; the same rule with the same quote is kept once, as in ``second``."""
    known = {(item.rule, folded(item.quote)): item for item in (*second, *first)}
    return list(known.values())
