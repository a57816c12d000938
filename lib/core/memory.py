"""A bounded memory of an instance: the entries that were used last, each for a limited time."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Memory[K, V]:
    """At most ``size`` entries; those that were not used for longest leave first."""

    size: int
    _entries: OrderedDict[K, tuple[float, V]] = field(default_factory=OrderedDict[K, tuple[float, V]])

    def get(self, key: K) -> V | None:
        """Returns an entry whose time is not over; None for any other key."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        until, value = entry
        if time.monotonic() >= until:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V, seconds: float) -> None:
        """Keeps an entry for so many seconds from now."""
        self._entries[key] = (time.monotonic() + seconds, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self.size:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Removes an entry, if there is one."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)
