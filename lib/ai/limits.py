"""The rate limits of the AI tools (domain §11)."""

from typing import Final

from lib.core.limits.numbers import AI, BRAND_PROFILE, GENERATE
from lib.core.limits.rules import LimitRules, OperationRule, PathRule

LIMITS: Final = LimitRules(
    paths=(PathRule("/api/v1/ai/", AI),),
    operations=(
        OperationRule("/api/v1/ai/generate", GENERATE),
        OperationRule("/api/v1/ai/regenerate", GENERATE),
        OperationRule("/api/v1/ai/brand-analysis", BRAND_PROFILE),
    ),
)
