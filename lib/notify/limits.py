"""The rate limits of notifications (domain §9)."""

from typing import Final

from lib.core.limits.numbers import NOTIFY
from lib.core.limits.rules import LimitRules, OperationRule

LIMITS: Final = LimitRules(operations=(OperationRule("/api/v1/notifications", NOTIFY),))
