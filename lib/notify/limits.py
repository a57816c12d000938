"""The rate limits of what providers of mail call."""

from typing import Final

from lib.core.limits.numbers import HOOKS
from lib.core.limits.rules import LimitRules, PathRule

LIMITS: Final = LimitRules(paths=(PathRule("/api/v1/hooks/sendgrid", HOOKS), PathRule("/api/v1/hooks/ses", HOOKS)))
