"""The queue of messages to Slack, Teams and webhooks: none of these keeps the messages of others waiting.

Destinations get their messages side by side, each its own one after the other. One that fails rests before the next
attempt, longer each time, or as long as it asks for; one that is slow rests four times as long as it took. Its
waiting messages are postponed, which counts as no attempt.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from uuid import UUID

from lib.core.data.db import Db
from lib.core.data.reading import read_row, read_rows
from lib.core.http.deadline import time_left
from lib.core.http.errors import ApiError, Unprocessable, ValidationFailed
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.security.outgoing import SendFailed, Sent, send
from lib.core.security.webhook_signatures import signed_headers
from lib.core.telemetry.logs import log
from lib.jobs import Job, JobFailed, JobHandler, JobHeld
from lib.notify.destinations.addresses import host_of
from lib.notify.destinations.service import owner_of
from lib.notify.telling import repository
from lib.notify.telling.chats import BODIES
from lib.notify.telling.models import ChatMessage, ChatOutcome, DestinationInUse, News

SECONDS: Final = 5.0
"""How long a receiver may take."""
SLOW_SECONDS: Final = 2.0
# Time to note the outcomes.
OWN_SECONDS: Final = 2.0
MAX_ANSWER: Final = 1000
MAX_TRIES: Final = 5
MAX_REST_SECONDS: Final = 3600.0
BATCH: Final = 50


@dataclass(slots=True)
class _Turn:
    """The messages of one destination in one call."""

    destination: DestinationInUse
    messages: list[tuple[Job, ChatMessage]]
    failures: dict[UUID, JobFailed] = field(default_factory=dict[UUID, JobFailed])
    outcome: Literal["taken", "failed", "refused", "gone", "resting"] | None = None
    reason: str = ""
    rest: float = 0.0
    tried: list[UUID] = field(default_factory=list[UUID])
    held: list[UUID] = field(default_factory=list[UUID])

    def hold(self, messages: Sequence[tuple[Job, ChatMessage]]) -> None:
        """Puts messages off."""
        self.held += [job.id for job, _ in messages]
        self.failures |= {job.id: JobHeld("the destination rests") for job, _ in messages}

    def fail(self, job: Job, message: ChatMessage, outcome: Literal["failed", "refused", "gone"], reason: str) -> None:
        """Notes a failure: the message is tried again while it may be, but not one that was refused."""
        self.outcome, self.reason = outcome, reason
        if outcome == "failed" and message.tries + 1 < MAX_TRIES:
            self.tried.append(job.id)
            self.failures[job.id] = JobHeld(reason)
        else:
            self.failures[job.id] = JobFailed(reason, is_final=True)

    def to_note(self) -> ChatOutcome | None:
        """Returns what the database must know of it; None for one that took its messages as ever."""
        if self.outcome is None or (self.outcome == "resting" and not self.held):
            return None
        return ChatOutcome(
            destination_id=self.destination.id,
            outcome=self.outcome,
            reason=self.reason,
            rest=self.rest,
            tried=self.tried,
            held=self.held,
        )


def _asked_rest(sent: Sent) -> float:
    """Returns for how many seconds a receiver wants to be left alone, at most an hour; 0 if it does not say."""
    asked = sent.headers.get("retry-after", "").strip()
    try:
        seconds = float(asked) if asked.isdecimal() else (
            parsedate_to_datetime(asked).astimezone(UTC) - datetime.now(UTC)
        ).total_seconds()  # fmt: skip
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), MAX_REST_SECONDS)


def _signature(destination: DestinationInUse, message_id: UUID, content: str) -> dict[str, str]:
    if destination.secret is None:
        return {}
    secret = key_ring().decrypt(destination.secret, owner_of("secret", destination.id))
    return signed_headers([secret], message_id=f"msg_{message_id.hex}", at=datetime.now(UTC), body=content)


async def _send(destination: DestinationInUse, job: Job, message: ChatMessage, seconds: float) -> Sent:
    """Sends one message. Raises SendFailed."""
    try:
        url = key_ring().decrypt(destination.url, owner_of("url", destination.id))
        host_of(destination.kind, url)
        content = json.dumps(BODIES[destination.kind](message), ensure_ascii=False)
        headers = {"Content-Type": "application/json", **_signature(destination, job.id, content)}
    except (DecryptionFailed, ValidationFailed) as error:
        raise SendFailed("the address cannot be used", is_final=True) from error
    return await send("POST", url, headers=headers, content=content.encode(), seconds=seconds, max_bytes=MAX_ANSWER)


async def _take_turn(turn: _Turn, until: float) -> None:
    """Sends the messages of a destination one after the other, until one fails or the time is over."""
    if turn.destination.is_resting:
        turn.outcome = "resting"
        turn.hold(turn.messages)
        return
    for place, (job, message) in enumerate(turn.messages):
        began = time.monotonic()
        seconds = min(SECONDS, time_left() - OWN_SECONDS)
        if (place and began >= until) or seconds < 1:
            turn.hold(turn.messages[place:])
            return
        try:
            sent = await _send(turn.destination, job, message, seconds)
        except SendFailed as error:
            if seconds < SECONDS and not error.is_final:  # it had not the time that it may take
                turn.hold(turn.messages[place:])
                return
            turn.fail(job, message, "refused" if error.is_final else "failed", str(error))
        else:
            took = time.monotonic() - began
            if 200 <= sent.status < 300:
                if took >= SLOW_SECONDS or turn.destination.failures:
                    turn.outcome, turn.rest = "taken", 4 * took if took >= SLOW_SECONDS else 0.0
                if took < SLOW_SECONDS:
                    continue
            else:
                _judge(turn, job, message, sent)
        turn.hold(turn.messages[place + 1 :])
        return


def _judge(turn: _Turn, job: Job, message: ChatMessage, sent: Sent) -> None:
    """Notes an answer that takes no message."""
    reason = f"the receiver answered {sent.status}"
    if sent.status in (404, 410):
        turn.fail(job, message, "gone", reason)
    elif 300 <= sent.status < 500 and sent.status not in (408, 425, 429):
        turn.fail(job, message, "refused", reason)
    else:
        turn.rest = _asked_rest(sent)
        turn.fail(job, message, "failed", reason)


async def _turns_of(db: Db, jobs: Sequence[Job]) -> tuple[list[_Turn], dict[UUID, JobFailed]]:
    """Returns the messages that are still needed by destination, and the failures of jobs that hold none."""
    failures: dict[UUID, JobFailed] = {}
    messages: list[tuple[Job, ChatMessage]] = []
    for job in jobs:
        try:
            messages.append((job, read_row(ChatMessage, job.payload)))
        except Unprocessable:
            failures[job.id] = JobFailed("this is no message", is_final=True)
    ids = list({message.destination_id for _, message in messages})
    destinations = read_rows(DestinationInUse, await repository.fetch_destinations(db, ids=ids)) if ids else []
    told = [message.notification_id for _, message in messages if message.notification_id]
    news = read_rows(News, await repository.fetch_news(db, ids=told)) if told else []
    wanted = {each.id: each.channels for each in news}
    turns = {each.id: _Turn(each, []) for each in destinations}
    for job, message in messages:
        turn = turns.get(message.destination_id)
        if turn is None:
            continue  # removed or switched off since
        if message.brand_id is not None and message.brand_id not in turn.destination.brands:
            continue  # its person is no member any more
        if message.notification_id and turn.destination.kind not in wanted.get(message.notification_id, ()):
            continue  # read, muted or decided since
        turn.messages.append((job, message))
    return [turn for turn in turns.values() if turn.messages], failures


async def _send_all(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
    """Sends messages, side by side to their destinations. Returns the failures by job id."""
    turns, failures = await _turns_of(db, jobs)
    until = time.monotonic() + SECONDS
    await asyncio.gather(*(_take_turn(turn, until) for turn in turns))
    for turn in turns:
        failures |= turn.failures
    outcomes: list[Any] = [note.model_dump(mode="json") for turn in turns if (note := turn.to_note())]
    if outcomes:
        try:
            await repository.note_chat_outcomes(db, outcomes=outcomes)
        except ApiError as error:  # those that were sent stay sent; the others count an attempt, and come later
            log(logging.ERROR, "the outcomes of messages could not be noted", error=error)
            return {job_id: JobFailed(str(each), is_final=each.is_final) for job_id, each in failures.items()}
    return failures


CHATS: Final = JobHandler(
    queue="notification_chat", handle=_send_all, batch=BATCH, jobs_per_call=BATCH,
    seconds=2 * SECONDS + 2 * OWN_SECONDS, min_seconds=2 * OWN_SECONDS, is_prompt=True,
)  # fmt: skip
