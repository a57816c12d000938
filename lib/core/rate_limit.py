"""The limits of reference §5.3: sliding windows in KV, by user or, before anyone has signed in, by address."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from upstash_ratelimit import Response as Verdict
from upstash_ratelimit import SlidingWindow
from upstash_ratelimit.asyncio import Ratelimit

from lib.core.config import get_settings
from lib.core.context import current_context
from lib.core.errors import RateLimitExceeded
from lib.core.kv import get_kv

WINDOW_SECONDS: Final = 15 * 60


@dataclass(frozen=True)
class RateLimit:
    name: str
    prefix: str
    max_requests: int
    fails_closed: bool
    """Whether even reading is refused (503) while the store cannot be asked."""


@lru_cache(maxsize=1)
def rate_limits() -> tuple[RateLimit, ...]:
    """The first whose prefix fits is the one that counts."""
    settings = get_settings()
    return (
        RateLimit("auth", "/api/v1/auth/", settings.rate_limit_auth, fails_closed=True),
        RateLimit("ai", "/api/v1/ai/", settings.rate_limit_ai, fails_closed=True),
        RateLimit("delivery", "/api/v1/delivery/", settings.rate_limit_delivery, fails_closed=False),
        RateLimit("api", "/api/", settings.rate_limit_api, fails_closed=False),
    )


def limit_for(path: str) -> RateLimit:
    return next(limit for limit in rate_limits() if path.startswith(limit.prefix))


@lru_cache(maxsize=8)
def _limiter(limit: RateLimit) -> Ratelimit:
    window = SlidingWindow(max_requests=limit.max_requests, window=WINDOW_SECONDS, unit="s")
    return Ratelimit(redis=get_kv(), limiter=window, prefix=f"limit:{limit.name}")


async def count_request(limit: RateLimit, identifier: str) -> Verdict:
    """One command of KV; to be awaited through ``ask_kv``."""
    return await _limiter(limit).limit(identifier)


def apply_verdict(verdict: Verdict) -> None:
    """Puts the three X-RateLimit headers on the response; raises RateLimitExceeded when it is over."""
    headers = current_context().response_headers
    headers["X-RateLimit-Limit"] = str(verdict.limit)
    headers["X-RateLimit-Remaining"] = str(max(0, verdict.remaining))
    headers["X-RateLimit-Reset"] = str(math.ceil(verdict.reset))
    if not verdict.allowed:
        wait = max(1, math.ceil(verdict.reset - time.time()))
        raise RateLimitExceeded("Rate limit exceeded", retry_after=wait)
