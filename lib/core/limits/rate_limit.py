"""The limits of reference §5.3 and domain §11, by user or, before anyone has signed in, by address.

Thresholds come from the environment, and from the setting ``rate_limits`` of the database without a deploy: see
lib/core/limits/windows.py.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lib.core.config import get_settings
from lib.core.http.errors import RateLimitExceeded
from lib.core.limits.windows import Verdict, Window
from lib.core.telemetry.context import current_context

QUARTER_HOUR: Final = 15 * 60
HOUR: Final = 3600


@dataclass(frozen=True)
class RateLimit:
    name: str
    prefix: str
    max_requests: int
    fails_closed: bool
    """Whether even reading is refused (503) while the store cannot be asked."""

    def window(self, identifier: str) -> Window:
        return Window(self.name, self.max_requests, QUARTER_HOUR, identifier)


@lru_cache(maxsize=1)
def rate_limits() -> tuple[RateLimit, ...]:
    """The first whose prefix fits is the one that counts."""
    settings = get_settings()
    return (
        RateLimit("auth", "/api/v1/auth/", settings.rate_limit_auth, fails_closed=True),
        RateLimit("account", "/api/v1/auth/", settings.rate_limit_account, fails_closed=True),
        RateLimit("ai", "/api/v1/ai/", settings.rate_limit_ai, fails_closed=True),
        RateLimit("delivery", "/api/v1/delivery/", settings.rate_limit_delivery, fails_closed=False),
        RateLimit("api", "/api/", settings.rate_limit_api, fails_closed=False),
    )


def limit_for(path: str) -> RateLimit:
    """For who is not signed in."""
    return next(limit for limit in rate_limits() if path.startswith(limit.prefix))


def limit_for_user(path: str) -> RateLimit:
    """For who is: what they do with their own account guesses at nothing, and counts by itself."""
    limit = limit_for(path)
    return next(other for other in rate_limits() if other.name == "account") if limit.name == "auth" else limit


@dataclass(frozen=True)
class NarrowLimit:
    """Beside the limit of the path, for what costs more or can be abused for more."""

    name: str
    max_requests: int
    seconds: int

    def window(self, identifier: str, cost: int = 1) -> Window:
        return Window(self.name, self.max_requests, self.seconds, identifier, cost)


# Domain §11. The keys of the setting `rate_limits` are these names and those above.
ACCEPT_INVITATION: Final = NarrowLimit("accept_invitation", 5, HOUR)
FORGOT_PASSWORD: Final = NarrowLimit("forgot_password", 3, HOUR)
VERIFY_EMAIL: Final = NarrowLimit("verify_email", 3, HOUR)
GRAPHQL: Final = NarrowLimit("graphql_points", 200, 60)


def narrow_limit_for(path: str) -> NarrowLimit | None:
    """What generating contents and profiles of brands is limited to, beside all that one asks of the models."""
    settings = get_settings()
    if path in ("/api/v1/ai/generate", "/api/v1/ai/regenerate"):
        return NarrowLimit("generate", settings.rate_limit_generate, HOUR)
    if path == "/api/v1/ai/brand-analysis":
        return NarrowLimit("brand_profile", settings.rate_limit_brand_profile, HOUR)
    return None


def apply_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Puts the three X-RateLimit headers of the narrowest on the response; raises RateLimitExceeded when it is over."""
    worst = min(verdicts, key=lambda verdict: (verdict.is_admitted, verdict.remaining / max(1, verdict.limit)))
    headers = current_context().response_headers
    headers["X-RateLimit-Limit"] = str(worst.limit)
    headers["X-RateLimit-Remaining"] = str(worst.remaining)
    headers["X-RateLimit-Reset"] = str(math.ceil(worst.reset))
    if not worst.is_admitted:
        wait = max(1, math.ceil(worst.reset - time.time()))
        raise RateLimitExceeded("Rate limit exceeded", retry_after=wait)
