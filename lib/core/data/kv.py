"""KV: the client of Upstash, with the timeout that it lacks."""

from collections.abc import Awaitable
from functools import lru_cache
from typing import Final

import httpx
from upstash_redis.errors import UpstashError

from lib.core.config import get_settings
from lib.core.data.transport import Kv
from lib.core.http.deadline import within
from lib.core.telemetry.context import timed

TIMEOUT_SECONDS: Final = 1.5
# Upstash ends its errors with the whole command, so with session records and proofs of sign-ins.
_COMMAND: Final = ", command was"
_MAX_REASON: Final = 200


class KvUnavailable(Exception):
    """KV did not answer in time, or gave an answer that cannot be used."""


@lru_cache(maxsize=1)
def get_kv() -> Kv:
    """Returns the client of this instance. Await its answers by ``ask_kv``."""
    settings = get_settings()
    return Kv(settings.upstash_redis_rest_url, settings.upstash_redis_rest_token)


async def ask_kv[T](answer: Awaitable[T]) -> T:
    """Awaits one command, or several side by side, for at most 1.5 seconds. Raises KvUnavailable for any failure."""
    get_kv()  # before the time begins: the first call imports aiohttp
    with timed("kv"):
        try:
            async with within(TIMEOUT_SECONDS):
                return await answer
        except (TimeoutError, httpx.HTTPError, UpstashError, ValueError, KeyError) as error:
            raise KvUnavailable(_reason(error)) from None  # its own text would get into reports with the cause


def _reason(error: Exception) -> str:
    """Returns the class and the message of an error, for the log, without the command that failed."""
    message, _, _ = str(error).partition(_COMMAND)
    return f"{type(error).__name__}: {message[:_MAX_REASON]}"
