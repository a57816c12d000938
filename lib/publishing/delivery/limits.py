"""The rate limit of delivery to websites, by client address."""

from typing import Final

from lib.core.limits.numbers import DELIVERY
from lib.core.limits.rules import LimitRules, PathRule

LIMITS: Final = LimitRules(paths=(PathRule("/api/v1/delivery/", DELIVERY),))
