"""Puts together what a prompt says of the brand and its subject, within a budget of tokens for each section.

What does not fit is left out from the end, and is named in the answer: a caller sees what the model did not. Guardrails
and the claims that must or must not be made are never left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import Field

from lib.ai.models import BrandContext, ClaimContext, GenerationContext, OutputField, Passage
from lib.ai.rendering import as_data
from lib.ai.tokens import count_tokens, cut_to_tokens
from lib.core.http.models import ResponseModel

BUDGETS: Final = {
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
    """What a section had to leave out."""

    section: str = Field(examples=["examples"])
    items: int = Field(ge=0, examples=[1])
    """Items that are missing altogether."""
    tokens: int = Field(ge=0, examples=[320])


@dataclass(slots=True)
class Budget:
    """Fits sections into their budgets and remembers what they left out."""

    omissions: list[Omission] = field(default_factory=list[Omission])

    def fit(self, section: str, items: Sequence[str]) -> list[str]:
        """The items in order, the one that crosses the budget cut at a word, those after it left out."""
        left, kept, lost_items, lost_tokens = BUDGETS[section], list[str](), 0, 0
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


def claims_of(claims: Sequence[ClaimContext], status: str) -> list[str]:
    return [as_data(claim.text) for claim in claims if claim.status == status]


def brand_sections(context: GenerationContext, budget: Budget, *, fields: Sequence[OutputField] = ()) -> dict[str, Any]:
    """What every prompt may say of the brand, its product and its writing.

    Where a field wants the identity, the voice or the guardrails attached to itself, they stand there and not
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
        "mandatory": claims_of(claims, "mandatory"),
        "disallowed": claims_of(claims, "disallowed"),
        "allowed": budget.fit("allowedClaims", claims_of(claims, "allowed")),
        "examples": _passages(budget, "examples", context.examples),
        "knowledge": _passages(budget, "knowledge", context.knowledge),
    }


def _passages(budget: Budget, section: str, passages: Sequence[Passage]) -> list[str]:
    return budget.fit(section, [f"{as_data(passage.title)}: {as_data(passage.text)}" for passage in passages])
