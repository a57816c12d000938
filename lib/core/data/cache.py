"""Two levels of cache (reference §4.3): what this instance remembers, then KV, which all instances share.

A cache knows no access: who uses one asks the data API whether the caller may see the entry, every time, and learns
there whether the entry is still the newest. So an entry that should have been dropped costs a look, and never a lie.
"""

import json
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.telemetry.logs import log

MAX_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    version: int
    value: dict[str, Any]


@dataclass(slots=True)
class VersionedCache:
    """Entries by key, each with the version of what it holds."""

    name: str
    seconds: int
    """How long an entry stays in KV."""
    _memory: OrderedDict[str, Entry] = field(default_factory=OrderedDict[str, Entry])

    def _remember(self, key: str, entry: Entry) -> None:
        self._memory[key] = entry
        self._memory.move_to_end(key)
        while len(self._memory) > MAX_ENTRIES:
            self._memory.popitem(last=False)

    async def get(self, key: str) -> Entry | None:
        """From memory, or else by one command of KV: to be awaited through ``ask_kv``."""
        known = self._memory.get(key)
        if known is not None:
            self._memory.move_to_end(key)
            return known
        stored = await get_kv().get(f"{self.name}:{key}")
        if stored is None:
            return None
        found = json.loads(stored)
        entry = Entry(found["version"], found["value"])
        self._remember(key, entry)
        return entry

    async def put(self, key: str, entry: Entry) -> None:
        """Remembers at once, and tells KV; a KV that is away is no trouble here."""
        self._remember(key, entry)
        stored = json.dumps({"version": entry.version, "value": entry.value}, separators=(",", ":"))
        try:
            await ask_kv(get_kv().set(f"{self.name}:{key}", stored, ex=self.seconds))
        except KvUnavailable as error:
            log(logging.WARNING, "KV is not available", fields={"cache": self.name, "reason": str(error)})

    async def drop(self, key: str) -> None:
        self._memory.pop(key, None)
        try:
            await ask_kv(get_kv().delete(f"{self.name}:{key}"))
        except KvUnavailable as error:
            log(logging.WARNING, "KV is not available", fields={"cache": self.name, "reason": str(error)})
