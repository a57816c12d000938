"""The rate limits of sign-in and of people's own accounts (reference §5.3)."""

from typing import Final

from lib.core.limits.numbers import ACCOUNT, AUTH, REFRESH
from lib.core.limits.rules import LimitRules, PathRule

LIMITS: Final = LimitRules(
    paths=(PathRule("/api/v1/auth/refresh", REFRESH), PathRule("/api/v1/auth/", AUTH, user_limit=ACCOUNT))
)
