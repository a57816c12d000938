"""Counts the open streams of a caller in KV, so that nobody holds more than a few functions."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import RateLimitExceeded
from lib.core.telemetry.context import of_its_own
from lib.core.telemetry.logs import log

MOST: Final = 5
# A stream says so often that it is open. One whose function was killed counts for so long.
SECONDS: Final = 45.0

# KEYS: the streams of the caller, by the time until which each counts. ARGV: now (ms), until (ms), stream, most.
# Answer: 1 if the stream counts.
_HOLD: Final = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if not redis.call('ZSCORE', KEYS[1], ARGV[3]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
"""


def _key(caller: str) -> str:
    return f"streams:{get_settings().environment}:{caller}"


async def hold(caller: str, stream: str) -> bool:
    """Counts a stream as open from now on. Returns False if the caller has as many as allowed.

    Where KV does not answer the stream may go on: the limit spares functions and guards nothing.
    """
    now = int(time.time() * 1000)
    arguments = [str(now), str(now + int(SECONDS * 1000)), stream, str(MOST)]
    try:
        return bool(await ask_kv(get_kv().eval(_HOLD, keys=[_key(caller)], args=arguments)))
    except KvUnavailable as error:
        log(logging.WARNING, "open streams are not counted", error=error)
        return True


async def let_go(caller: str, stream: str) -> None:
    """Counts a stream no more. Raises nothing: it counts for ``SECONDS`` otherwise."""
    try:
        await ask_kv(get_kv().zrem(_key(caller), stream))
    except KvUnavailable as error:
        log(logging.WARNING, "a stream still counts as open", error=error)


@asynccontextmanager
async def held(caller: str) -> AsyncGenerator[asyncio.Task[None]]:
    """Counts a stream as open for as long as the block lasts. The task ends when the stream has lost its place.

    Raises RateLimitExceeded where the caller has as many as allowed.
    """
    stream = uuid4().hex
    if not await hold(caller, stream):
        raise RateLimitExceeded(f"you follow {MOST} streams already", retry_after=int(SECONDS))
    holding = asyncio.create_task(_go_on_holding(caller, stream))
    try:
        yield holding
    finally:
        holding.cancel()  # not awaited: where the caller has gone, there is time for one wait
        with at_least(OWN_SECONDS):
            await let_go(caller, stream)


async def _go_on_holding(caller: str, stream: str) -> None:
    """Ends when the stream has lost its place: KV was away, and the caller has opened others meanwhile."""
    with of_its_own():
        while True:
            await asyncio.sleep(SECONDS / 3)
            if not await hold(caller, stream):
                return
