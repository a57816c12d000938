"""The text of a generation while a model writes it, for the person who asked and follows it in another connection.

It is in KV for some minutes, not in the messages of Realtime: those who may read the generation later see what was
checked only. Without KV there is the progress alone.
"""

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.telemetry.logs import log

SECONDS: Final = 300
INTERVAL_SECONDS: Final = 0.2

# KEYS: the pieces of the generation. ARGV: how long they are kept (s), the pieces.
_ADD: Final = """
for number = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[number]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""


def _key(generation_id: UUID) -> str:
    return f"text:{get_settings().environment}:{generation_id}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to append, or the word that another provider begins again."""

    field: str | None
    """The field that the text belongs to; None where another provider begins again."""
    text: str
    """The text, or the provider."""


class TextKeeper:
    """Keeps pieces, with at most one command at a time; what comes meanwhile is in the next one."""

    def __init__(self, generation_id: UUID) -> None:
        self._id = generation_id
        self._waiting: list[Piece] = []
        self._running: asyncio.Task[None] | None = None
        self._ends = asyncio.Event()

    def add(self, *pieces: Piece) -> None:
        """Keeps pieces, within moments."""
        self._waiting += pieces
        if self._waiting and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL_SECONDS):
                    await self._ends.wait()
            pieces, self._waiting = self._waiting, []
            texts = [json.dumps([piece.field, piece.text]) for piece in pieces]
            try:
                await ask_kv(get_kv().eval(_ADD, keys=[_key(self._id)], args=[str(SECONDS), *texts]))
            except KvUnavailable as error:
                log(logging.WARNING, "a text could not be kept", fields={"generation": str(self._id)}, error=error)
                return

    def end(self) -> None:
        """Keeps what waits at once: no more follows."""
        self._ends.set()

    async def finish(self) -> None:
        """Waits until all is kept."""
        self.end()
        if self._running is not None:
            await asyncio.wait([self._running])


class TextReader:
    """Reads the pieces of a generation from the first one on, each once."""

    def __init__(self, generation_id: UUID) -> None:
        self._id = generation_id
        self._read = 0

    async def read(self) -> list[Piece]:
        """Returns what came since the last call. None of it is checked. Returns nothing where KV does not answer."""
        try:
            found: list[Any] = await ask_kv(get_kv().lrange(_key(self._id), self._read, -1))
        except KvUnavailable as error:
            log(logging.WARNING, "a text could not be read", fields={"generation": str(self._id)}, error=error)
            return []
        self._read += len(found)
        return [Piece(*json.loads(each)) for each in found]
