"""A bounded memory of an instance: the entries that were used last, each for a limited time."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Memory[K, V]:
    """At most ``size`` entries, or of ``size`` weight together; those that were not used for longest leave first."""

    size: int
    _entries: OrderedDict[K, tuple[float, V, int]] = field(default_factory=OrderedDict[K, tuple[float, V, int]])
    _weight: int = 0

    def get(self, key: K) -> V | None:
        """Returns an entry whose time is not over; None for any other key."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        until, value, _ = entry
        if time.monotonic() >= until:
            self.drop(key)
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V, seconds: float, *, weight: int = 1) -> None:
        """Keeps an entry for so many seconds from now."""
        self.drop(key)
        self._entries[key] = (time.monotonic() + seconds, value, weight)
        self._weight += weight
        while self._weight > self.size:
            self.drop(next(iter(self._entries)))

    def drop(self, key: K) -> None:
        """Removes an entry, if there is one."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._weight -= entry[2]

    def __len__(self) -> int:
        return len(self._entries)
