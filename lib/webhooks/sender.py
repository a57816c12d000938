"""Sends due deliveries: many at once, few to one receiver, and each attempt recorded in a batch.

A delivery is leased for a minute and sent for at most ten seconds. A worker that is killed loses nothing: the lease
ends, and another one sends it again, under the same id. So a receiver gets each event at least once.

Slow and dead receivers hold nobody else: one endpoint has at most ten of a worker's 200 places, the endpoints of one
brand half of them, and all that failed or were slow the last times together a quarter (the claim counts those).
"""

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from lib.core.data.db import Db
from lib.core.http.deadline import OWN_SECONDS, at_least, time_left
from lib.core.http.errors import ApiError
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.security.outgoing import SendFailed, send
from lib.core.security.webhook_signatures import signed_headers
from lib.core.telemetry.logs import log
from lib.core.telemetry.survival import ends_the_process, report_safely
from lib.webhooks.answers import MAX_ANSWER_BYTES, outcome_of, shown, wait_seconds
from lib.webhooks.sending import repository as queue
from lib.webhooks.sending.repository import Leased
from lib.webhooks.service import secret_owner

PLACES: Final = 200
PLACES_OF_ENDPOINT: Final = 10
PLACES_OF_BRAND: Final = PLACES // 2
PLACES_OF_SUSPECTS: Final = PLACES // 4
SEND_SECONDS: Final = 10.0
# No delivery is claimed with less time than this: it could not be sent and recorded.
MIN_SECONDS: Final = SEND_SECONDS + 2.0
# Outcomes are recorded when so many have come, or so many seconds after the first.
RECORDED_AT_ONCE: Final = 250
RECORD_SECONDS: Final = 0.1
# How long it waits for more where there was less than it asked for.
PAUSE_SECONDS: Final = 0.1
# A failed delivery is due again in some five seconds, and the worker stays for it.
LINGER_SECONDS: Final = 7.0
RECORD_TRIES: Final = 3
# A claim that failed is made again after so many seconds, and the worker ends after so many of them in a row.
CLAIM_PAUSE_SECONDS: Final = 1.0
CLAIM_TRIES: Final = 3
KNOWN_SECRETS: Final = 5000


class Sender:
    """One worker of the queue of deliveries."""

    def __init__(self, db: Db) -> None:
        """``db`` is the service's."""
        self._db = db
        self._worker = uuid4().hex
        self._secrets: OrderedDict[str, str] = OrderedDict()
        self._tasks: dict[asyncio.Task[None], Leased] = {}
        self._of_endpoint: Counter[str] = Counter()
        self._of_brand: Counter[str] = Counter()
        self._suspects = 0
        self._results: list[dict[str, Any]] = []
        self._changed = asyncio.Event()
        self._claiming: asyncio.Task[int] | None = None
        self._recording: asyncio.Task[None] | None = None
        self._claims_at = 0.0
        self._records_at = 0.0
        self._failed_claims = 0
        self._problem: ApiError | None = None
        self._has_looked = False
        self.counts = {"delivered": 0, "failed": 0}

    async def run(self, seconds: float) -> dict[str, int]:
        """Sends due deliveries, until there are none or for at most so many seconds. Returns numbers of attempts.

        Raises what the data API raises where deliveries cannot be claimed three times in a row, when those that it has
        claimed before are sent.
        """
        until = time.monotonic() + min(seconds, time_left())
        stays_until = time.monotonic()
        try:
            while True:
                now = time.monotonic()
                self._end_claim(now)
                may_claim = self._problem is None and now < until - MIN_SECONDS
                if self._recording is not None and self._recording.done():
                    self._recording.result()
                    # A recorded outcome may have made another delivery due: the next of its aggregate.
                    self._recording, self._has_looked, self._claims_at = None, False, now
                if self.counts["failed"] and self._tasks:
                    stays_until = now + LINGER_SECONDS
                if may_claim and self._claiming is None and now >= self._claims_at and self._free() >= PLACES // 4:
                    self._claiming = asyncio.create_task(self._claim())
                if (
                    self._results
                    and self._recording is None
                    and (len(self._results) >= RECORDED_AT_ONCE or now >= self._records_at or not self._tasks)
                ):
                    self._recording = asyncio.create_task(self._record())
                is_idle = not (self._tasks or self._results or self._recording or self._claiming)
                if is_idle and (not may_claim or (self._has_looked and now >= stays_until)):
                    break
                self._changed.clear()
                try:
                    async with asyncio.timeout(0.02 if self._tasks or self._results else PAUSE_SECONDS):
                        await self._changed.wait()
                except TimeoutError:
                    pass
        finally:
            await self._end()
        if self._problem is not None:
            raise self._problem
        return self.counts

    def _end_claim(self, now: float) -> None:
        """Notes the outcome of a claim that has ended, and when the next one is made."""
        if self._claiming is None or not self._claiming.done():
            return
        ended, self._claiming = self._claiming, None
        try:
            claimed = ended.result()
        except ApiError as error:
            log(logging.WARNING, "deliveries could not be claimed", error=error)
            self._failed_claims += 1
            self._problem = error if self._failed_claims >= CLAIM_TRIES else None
            self._has_looked, self._claims_at = False, now + CLAIM_PAUSE_SECONDS
        else:
            self._failed_claims, self._has_looked = 0, claimed == 0
            self._claims_at = now if claimed >= PLACES // 4 else now + PAUSE_SECONDS

    def _free(self) -> int:
        return PLACES - len(self._tasks)

    async def _claim(self) -> int:
        """Claims deliveries and begins to send them. Returns how many."""
        try:
            leased = await queue.claim(
                self._db,
                worker=self._worker,
                batch=self._free(),
                busy_endpoints=[key for key, count in self._of_endpoint.items() if count > PLACES_OF_ENDPOINT // 2],
                busy_brands=[key for key, count in self._of_brand.items() if count >= PLACES_OF_BRAND],
                most_failing=max(PLACES_OF_SUSPECTS - self._suspects, 0),
            )
            for delivery in leased:
                self._begin(delivery)
        finally:
            self._changed.set()
        return len(leased)

    def _begin(self, delivery: Leased) -> None:
        self._of_endpoint[delivery.endpoint.id] += 1
        self._of_brand[delivery.brand_id] += 1
        self._suspects += delivery.endpoint.is_suspect
        task = asyncio.create_task(self._send(delivery))
        self._tasks[task] = delivery
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        delivery = self._tasks.pop(task)
        for counter, key in ((self._of_endpoint, delivery.endpoint.id), (self._of_brand, delivery.brand_id)):
            counter[key] -= 1
            if not counter[key]:
                del counter[key]
        self._suspects -= delivery.endpoint.is_suspect
        if len(self._results) >= RECORDED_AT_ONCE or not self._tasks or self._free() == PLACES // 4:
            self._changed.set()

    async def _send(self, delivery: Leased) -> None:
        """Makes one attempt and notes its outcome. Raises nothing but what ends the process."""
        at, began = datetime.now(UTC), time.monotonic()
        try:
            result = await self._attempt(delivery, at)
        except BaseException as error:
            if ends_the_process(error) or isinstance(error, asyncio.CancelledError):
                raise
            report_safely("a delivery failed unexpectedly", error, fields={"deliveryId": delivery.id})
            result = {"outcome": "failed", "error": f"unexpected {type(error).__name__}"}
        result |= {"id": delivery.id, "at": at.isoformat(), "duration_ms": round((time.monotonic() - began) * 1000)}
        self.counts["delivered" if result["outcome"] == "delivered" else "failed"] += 1
        if not self._results:
            self._records_at = time.monotonic() + RECORD_SECONDS
        self._results.append(result)

    async def _attempt(self, delivery: Leased, at: datetime) -> dict[str, Any]:
        endpoint, body = delivery.endpoint, delivery.body
        if body is None:
            return {"outcome": "final", "error": "the event is in the log no more"}
        secrets = [secret for key, ciphertext in endpoint.secrets if (secret := self._secret(key, ciphertext))]
        if not secrets:
            # Such as a deployment whose key ring lacks a version: a later one can read it.
            return {"outcome": "unsent", "error": "the webhook has no secret that can be read"}
        headers = signed_headers(secrets, message_id=delivery.event_id, at=at, body=body)
        try:
            sent = await send(
                "POST",
                endpoint.url,
                headers=headers | {"content-type": "application/json"},
                content=body.encode(),
                seconds=SEND_SECONDS,
                max_bytes=MAX_ANSWER_BYTES,
                owner=endpoint.id,
                tenant=delivery.brand_id,
            )
        except SendFailed as error:
            # Also where the address is private just now: the name may have another address the next time.
            return {"outcome": "failed", "error": str(error)}
        outcome, problem = outcome_of(sent.status)
        return {
            "outcome": outcome,
            "error": problem,
            "response_status": sent.status if 100 <= sent.status <= 599 else None,
            "answer": shown(sent.body),
            "retry_after": wait_seconds(sent.status, sent.headers),
        }

    def _secret(self, secret_id: str, ciphertext: str) -> str | None:
        known = self._secrets.get(secret_id)
        if known is None:
            try:
                known = key_ring().decrypt(ciphertext, secret_owner(secret_id))
            except DecryptionFailed as error:
                log(logging.ERROR, "a secret of a webhook cannot be read", error=error, fields={"secretId": secret_id})
                return None
            self._secrets[secret_id] = known
            if len(self._secrets) > KNOWN_SECRETS:
                self._secrets.popitem(last=False)
        return known

    async def _record(self) -> None:
        """Records what has come so far. Outcomes that cannot be recorded are lost, and their deliveries sent again."""
        results, self._results = self._results, []
        for attempt in range(1, RECORD_TRIES + 1):
            try:
                await queue.record(self._db, worker=self._worker, results=results)
                break
            except ApiError as error:
                if attempt == RECORD_TRIES:
                    log(logging.ERROR, "the outcomes of deliveries could not be recorded", error=error)
                else:
                    await asyncio.sleep(0.2 * attempt)
        self._changed.set()

    async def _end(self) -> None:
        """Records what is known when the time is over, and gives back what was not sent."""
        if not (self._tasks or self._results or self._claiming or self._recording):
            return
        unsent = list(self._tasks.values())
        for task in [*self._tasks, *([self._claiming] if self._claiming else [])]:
            task.cancel()
        with at_least(OWN_SECONDS):
            try:
                if self._recording is not None:
                    await self._recording
                if self._results:
                    await self._record()
                if unsent:
                    await queue.release(self._db, worker=self._worker, ids=[delivery.id for delivery in unsent])
            except ApiError as error:  # their leases end
                log(logging.WARNING, "deliveries could not be released", error=error)


async def send_due(db: Db, *, seconds: float) -> dict[str, int]:
    """Sends due deliveries for at most so many seconds: see ``Sender.run``."""
    return await Sender(db).run(seconds)
