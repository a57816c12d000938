"""A cache of two levels (reference §4.3): the memory of this instance, then KV, which all instances share.

A cache knows no access rules. Its users ask the data API every time whether the caller may see the entry, and learn
there whether it is still the newest. So a stale entry costs one extra lookup and is never served.
"""

import json
import logging
import math
from dataclasses import dataclass, field
from typing import Any, Final

from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.memory import Memory
from lib.core.telemetry.logs import log

MAX_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A cached value and the version of the row that it was made from."""

    version: int
    value: dict[str, Any]


@dataclass(slots=True)
class VersionedCache:
    """Entries by key, each with a version. An instance keeps up to 500 of them in memory."""

    name: str
    seconds: int
    """How long KV keeps an entry."""
    _memory: Memory[str, Entry] = field(default_factory=lambda: Memory[str, Entry](MAX_ENTRIES))

    def _remember(self, key: str, entry: Entry) -> None:
        self._memory.put(key, entry, math.inf)

    async def get(self, key: str) -> Entry | None:
        """Returns an entry from memory, or by one command of KV; None if neither has it. Await it by ``ask_kv``."""
        known = self._memory.get(key)
        if known is not None:
            return known
        stored = await get_kv().get(f"{self.name}:{key}")
        if stored is None:
            return None
        found = json.loads(stored)
        entry = Entry(found["version"], found["value"])
        self._remember(key, entry)
        return entry

    async def put(self, key: str, entry: Entry) -> None:
        """Keeps an entry in memory and in KV. An outage of KV is only logged."""
        self._remember(key, entry)
        stored = json.dumps({"version": entry.version, "value": entry.value}, separators=(",", ":"))
        try:
            await ask_kv(get_kv().set(f"{self.name}:{key}", stored, ex=self.seconds))
        except KvUnavailable as error:
            log(logging.WARNING, "KV is not available", fields={"cache": self.name, "reason": str(error)})

    async def drop(self, key: str) -> None:
        """Removes an entry from the memory of this instance and from KV. An outage of KV is only logged."""
        self._memory.drop(key)
        try:
            await ask_kv(get_kv().delete(f"{self.name}:{key}"))
        except KvUnavailable as error:
            log(logging.WARNING, "KV is not available", fields={"cache": self.name, "reason": str(error)})
