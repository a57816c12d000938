"""Ears listen to topics: they are told that something came, and never hold the work of the one who tells."""

import asyncio
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from lib.graph.subscriptions.limits import WAITING_MESSAGES


class Ear:
    """Waits for messages of topics."""

    def __init__(self) -> None:
        self.messages: deque[dict[str, Any]] = deque(maxlen=WAITING_MESSAGES)
        self.live: set[str] = set()
        """The topics whose messages flow."""
        self._heard = asyncio.Event()

    def hear(self, message: dict[str, Any] | None = None) -> None:
        """Wakes the one who waits. ``message``: None where messages may have been missed."""
        if message is not None:
            self.messages.append(message)
        self._heard.set()

    async def wait(self, seconds: float) -> bool:
        """Waits until something was heard, at most for so long. Tells whether it was."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._heard.wait()
        heard = self._heard.is_set()
        self._heard.clear()
        return heard


@dataclass(slots=True)
class Place:
    """Where a subscription goes on: behind this id."""

    last: str | None = None


_OUTSIDE: Final = Place()
PLACE: ContextVar[Place] = ContextVar("place", default=_OUTSIDE)
