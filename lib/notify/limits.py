"""The rate limits of notifications (domain §9), and of unsubscribing; that of hooks is in lib/webhooks/limits.py."""

from typing import Final

from lib.core.limits.numbers import HOOKS, NOTIFY
from lib.core.limits.rules import LimitRules, OperationRule, PathRule

LIMITS: Final = LimitRules(
    # Providers of mail unsubscribe for all of their users from a few addresses.
    paths=(PathRule("/api/v1/mail/unsubscribe", HOOKS),),
    operations=(OperationRule("/api/v1/notifications", NOTIFY),),
)
