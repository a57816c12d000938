"""Tells those who listen to ai:{requestId} how far a generation has come: seldom, and beside everything else."""

import asyncio
import logging
import time
from typing import Any, Final
from uuid import UUID

from lib.ai import repository
from lib.core.data.db import Db
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log

INTERVAL_SECONDS: Final = 0.75


class Progress:
    """At most one message at a time is on its way; what happens meanwhile is in the next."""

    def __init__(self, db: Db, generation_id: UUID) -> None:
        self._db = db
        self._id = generation_id
        self._running: asyncio.Task[None] | None = None
        self._told_at = 0.0

    async def _tell(self, progress: dict[str, Any]) -> None:
        try:
            await repository.report_progress(self._db, generation_id=self._id, progress=progress)
        except ApiError as error:
            log(logging.WARNING, "progress was not told", fields={"generation": str(self._id), "reason": error.message})

    def report(self, stage: str, *, is_news: bool = False, **details: Any) -> None:
        """``is_news``: a new stage, which is told however short ago the last was."""
        if self._running is not None and not self._running.done():
            return
        if not is_news and time.monotonic() - self._told_at < INTERVAL_SECONDS:
            return
        self._told_at = time.monotonic()
        self._running = asyncio.create_task(self._tell({"stage": stage, **details}))

    async def finish(self) -> None:
        if self._running is not None:
            await asyncio.wait([self._running])
