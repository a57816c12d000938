"""Builds the sections of a prompt about the brand and its subject, each within its budget of tokens.

Text that does not fit is left out from the end and reported to the caller. Guardrails and mandatory or disallowed
claims are never left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import Field

from lib.ai.models import BrandContext, ClaimContext, GenerationContext, OutputField, Passage
from lib.ai.prompts.rendering import as_data
from lib.ai.text.tokens import count_tokens, cut_to_tokens
from lib.core.http.models import ResponseModel

SECTION_TOKENS: Final = {
    "identity": 700,
    "audience": 300,
    "keyMessages": 500,
    "allowedClaims": 1500,
    "product": 700,
    "instructions": 2500,
    "inputs": 6000,
    "outputs": 6000,
    "text": 14_000,
    "page": 3000,
    "examples": 1500,
    "knowledge": 1200,
}


class Omission(ResponseModel):
    """Text that a section of the prompt had no room for."""

    section: str = Field(examples=["examples"])
    """The section."""
    items: int = Field(ge=0, examples=[1])
    """The number of items that were left out entirely."""
    tokens: int = Field(ge=0, examples=[320])
    """The estimated number of tokens that were left out."""


@dataclass(slots=True)
class TokenBudget:
    """Fits the sections of one prompt into their budgets and collects the omissions."""

    omissions: list[Omission] = field(default_factory=list[Omission])

    def fit(self, section: str, items: Sequence[str]) -> list[str]:
        """Returns the items that fit, in order; the item that exceeds the budget is cut after a word."""
        left, kept, lost_items, lost_tokens = SECTION_TOKENS[section], list[str](), 0, 0
        for item in items:
            tokens = count_tokens(item)
            taken = item if tokens <= left else (cut_to_tokens(item, left) if left > 20 else "")
            if taken:
                kept.append(taken)
            else:
                lost_items += 1
            lost_tokens += max(0, tokens - count_tokens(taken))
            left = max(0, left - tokens)
        if lost_tokens:
            self.omissions.append(Omission(section=section, items=lost_items, tokens=lost_tokens))
        return kept

    def text(self, section: str, text: str) -> str:
        """Returns the part of a text that fits."""
        return "".join(self.fit(section, [text])) if text else ""


def _identity(brand: BrandContext) -> list[str]:
    lines: list[str] = []
    for key, value in brand.identity.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if shown:
            lines.append(f"{key}: {shown}")
    return lines


def _voice(brand: BrandContext) -> str:
    parts = [brand.tone_of_voice, brand.communication_style]
    if brand.personality:
        parts.append("Personality: " + ", ".join(brand.personality))
    return " ".join(part for part in parts if part)


def claims_with(claims: Sequence[ClaimContext], status: str) -> list[str]:
    """Returns the texts of the claims with a status: allowed, disallowed or mandatory."""
    return [as_data(claim.text) for claim in claims if claim.status == status]


def brand_sections(
    context: GenerationContext, budget: TokenBudget, *, fields: Sequence[OutputField] = ()
) -> dict[str, Any]:
    """Returns the values that every prompt uses: the brand, its product and similar texts of it.

    If a field has the identity, the voice or the guardrails attached, they are rendered with the field and not
    globally (domain §7).
    """
    brand, product = context.brand, context.product
    identity = budget.fit("identity", [as_data(line) for line in _identity(brand)])
    voice = as_data(_voice(brand))
    guardrails = [as_data(guardrail) for guardrail in brand.guardrails]
    claims = product.claims if product else []
    return {
        "brand_name": as_data(brand.name),
        "identity": [] if any(one.use_brand_identity for one in fields) else identity,
        "voice": "" if any(one.use_tone_of_voice for one in fields) else voice,
        "guardrails": [] if any(one.use_guardrails for one in fields) else guardrails,
        "attached": {"identity": identity, "voice": voice, "guardrails": guardrails},
        "audience": budget.text("audience", as_data(brand.target_audience)),
        "key_messages": budget.fit("keyMessages", [as_data(message) for message in brand.key_messages]),
        "language": brand.language or "en",
        "country": (product.market if product else None) or brand.country or "US",
        "product": None
        if product is None
        else {
            "name": as_data(product.name),
            "facts": budget.text("product", as_data(product.description)),
            "ingredients": [as_data(name) for name in product.ingredients],
            "market": product.market,
        },
        "mandatory": claims_with(claims, "mandatory"),
        "disallowed": claims_with(claims, "disallowed"),
        "allowed": budget.fit("allowedClaims", claims_with(claims, "allowed")),
        "examples": _passages(budget, "examples", context.examples),
        "knowledge": _passages(budget, "knowledge", context.knowledge),
    }


def _passages(budget: TokenBudget, section: str, passages: Sequence[Passage]) -> list[str]:
    return budget.fit(section, [f"{as_data(passage.title)}: {as_data(passage.text)}" for passage in passages])
