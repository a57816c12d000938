"""The background work of webhooks: the reader of the log, the sender, and the end of old rows."""

import logging
import time
from typing import Final
from uuid import uuid4

import httpx

from lib.core.config import get_settings
from lib.core.data.db import Db
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.client import get_exchange
from lib.core.http.deadline import time_left, within
from lib.core.http.wake import make_token
from lib.core.telemetry.logs import log
from lib.events import Consumer
from lib.events.catalogue import EVENT_TYPES
from lib.jobs import ScheduledTask
from lib.jobs.registry import BackgroundWork
from lib.webhooks.sender import send_due
from lib.webhooks.sending import repository as queue

BATCH_EVENTS: Final = 1000
MIN_SECONDS: Final = 2.0
# Where the functions are asked to send: see api/_routes/jobs/cron.py.
PATH: Final = "/api/v1/cron/webhooks"
WAKE_SECONDS: Final = 0.5
# How many workers send at once, and for how long. One that was killed keeps its turn for a minute.
WORKERS: Final = 2
SECONDS: Final = 50.0
KEPT_MILLISECONDS: Final = 60_000
SHARE: Final = 8
FORGET_SHARE: Final = 2
# No batch of old rows is begun with less time than this.
FORGET_SECONDS: Final = 2.0
_GIVE_UP_TURN: Final = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0"


async def read_log(db: Db, seconds: float) -> dict[str, int]:
    """Adds deliveries for new events, in the order of the log, and has them sent. ``db`` is the service's."""
    until = time.monotonic() + seconds
    total = {"looked_at": 0, "added": 0}
    is_pending = False
    while time.monotonic() < until - MIN_SECONDS:
        counts = await queue.add_deliveries(db, batch=BATCH_EVENTS)
        total = {name: count + counts[name] for name, count in total.items()}
        is_pending = counts["is_pending"]
        if counts["looked_at"] < BATCH_EVENTS:
            break
    if is_pending:
        await _wake_sender()
    return total


async def _wake_sender() -> None:
    """Has due deliveries sent by a call of its own, which keeps no other consumer waiting."""
    settings = get_settings()
    if settings.functions_url is None or settings.cron_secret is None:
        return
    if settings.environment != "local" and not settings.functions_url.startswith("https:"):
        return  # lib/core/http/wake.py says so in the log
    exchange = get_exchange()
    headers = [("Authorization", f"Bearer {make_token(settings.cron_secret)}")]
    try:
        async with within(WAKE_SECONDS):
            answer = await exchange("POST", f"{settings.functions_url}{PATH}", headers=headers)
        problem = None if answer.status_code == 202 else f"answered {answer.status_code}"
    except (TimeoutError, httpx.TransportError) as error:
        problem = type(error).__name__
    if problem:
        log(logging.WARNING, "the sender of webhooks was not woken", fields={"reason": problem})


async def _take_turn(keys: list[str], token: str) -> str | None:
    for key in keys:
        if await ask_kv(get_kv().set(key, token, nx=True, px=KEPT_MILLISECONDS)):
            return key
    return None


async def send_at_once(db: Db, *, seconds: float = SECONDS) -> dict[str, int]:
    """Sends due deliveries, unless two workers do so just now: those look once more before they end.

    ``db`` is the service's. Returns numbers of attempts.
    """
    kind = f"webhooks:{get_settings().environment}"
    keys, note = [f"{kind}:worker-{number}" for number in range(WORKERS)], f"{kind}:wanted"
    until, token = time.monotonic() + min(seconds, time_left()), uuid4().hex
    total = {"delivered": 0, "failed": 0}
    try:
        while True:
            turn = await _take_turn(keys, token)
            if turn is None:
                await ask_kv(get_kv().set(note, "1", px=KEPT_MILLISECONDS))
                return total
            try:
                counts = await send_due(db, seconds=until - time.monotonic())
                total = {name: count + counts[name] for name, count in total.items()}
            finally:
                # It may have ended meanwhile, and be another worker's now.
                await ask_kv(get_kv().eval(_GIVE_UP_TURN, keys=[turn], args=[token]))
            if time.monotonic() > until - MIN_SECONDS or not await ask_kv(get_kv().getdel(note)):
                return total
    except KvUnavailable as error:
        log(logging.WARNING, "webhooks are sent without turns", error=error)
        return await send_due(db, seconds=until - time.monotonic())


async def _send(db: Db) -> dict[str, int]:
    return await send_at_once(db, seconds=time_left())


async def _forget(db: Db) -> dict[str, int]:
    """Deletes old rows and those of deleted webhooks, until none are left or the time of the task is nearly over."""
    total = {"attempts": 0, "deliveries": 0, "secrets": 0}
    while True:
        counts = await queue.forget(db)
        total = {name: count + counts[name] for name, count in total.items()}
        if not counts["has_more"] or time_left() < FORGET_SECONDS:
            return total


BACKGROUND: Final = BackgroundWork(
    tasks=(
        ScheduledTask("send_webhooks", "minute", _send, share=SHARE),
        ScheduledTask("forget_webhook_deliveries", "minute", _forget, share=FORGET_SHARE),
    ),
    consumers=(Consumer("webhooks", frozenset(EVENT_TYPES), None, reads_log=read_log),),
)
