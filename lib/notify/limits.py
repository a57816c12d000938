"""The rate limits of notifications (domain §9), and of what providers of mail call."""

from typing import Final

from lib.core.limits.numbers import HOOKS, NOTIFY
from lib.core.limits.rules import LimitRules, OperationRule, PathRule

LIMITS: Final = LimitRules(
    paths=(PathRule("/api/v1/hooks/sendgrid", HOOKS), PathRule("/api/v1/hooks/ses", HOOKS)),
    operations=(OperationRule("/api/v1/notifications", NOTIFY),),
)
