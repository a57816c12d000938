"""The rate limit of events that other systems send us."""

from typing import Final

from lib.core.limits.numbers import HOOKS
from lib.core.limits.rules import LimitRules, PathRule

LIMITS: Final = LimitRules(paths=(PathRule("/api/v1/hooks/", HOOKS),))
