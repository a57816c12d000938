"""Sends the progress of a streamed generation to the topic ai:{requestId}, in the background."""

import asyncio
import logging
import time
from typing import Any, Final
from uuid import UUID

from lib.ai.generations import repository
from lib.core.data.db import Db
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log

INTERVAL_SECONDS: Final = 0.75


class ProgressReporter:
    """Sends at most one message at a time; what happens meanwhile is in the next one."""

    def __init__(self, db: Db, generation_id: UUID) -> None:
        self._db = db
        self._id = generation_id
        self._running: asyncio.Task[None] | None = None
        self._sent_at = 0.0

    async def _send(self, progress: dict[str, Any]) -> None:
        try:
            await repository.report_progress(self._db, generation_id=self._id, progress=progress)
        except ApiError as error:
            fields = {"generation": str(self._id), "reason": error.message}
            log(logging.WARNING, "the progress could not be sent", fields=fields)

    def report(self, stage: str, *, is_new_stage: bool = False, **details: Any) -> None:
        """Sends a message unless one is being sent, or the last was sent within 0.75 seconds.

        ``is_new_stage``: send it regardless of the time of the last one.
        """
        if self._running is not None and not self._running.done():
            return
        if not is_new_stage and time.monotonic() - self._sent_at < INTERVAL_SECONDS:
            return
        self._sent_at = time.monotonic()
        self._running = asyncio.create_task(self._send({"stage": stage, **details}))

    async def finish(self) -> None:
        """Waits for the message that is being sent."""
        if self._running is not None:
            await asyncio.wait([self._running])
