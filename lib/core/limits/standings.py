"""Remembers the windows of callers in this instance, so that a flood past a limit reaches neither KV nor the database.

A window that had no room refuses further requests from memory, until the time that KV named. A plan or an override that
changes meanwhile counts from then on. A window with less room than there are requests under way is asked first, so
that at most as many reads as it has room for reach the database before KV refuses.
"""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from lib.core.limits.windows import Window, WindowState
from lib.core.memory import Memory

# Windows of an instance; those that were not asked about for longest leave first. About 3 MB.
MAX_WINDOWS: Final = 10_000
# Requests of a caller that may be under way side by side before KV has told the room of its window.
UNKNOWN_ROOM: Final = 8


@dataclass(slots=True)
class _Standing:
    room: int = UNKNOWN_ROOM
    """Whole requests that still fit, by the last answer of KV."""
    under_way: int = 0
    """Requests that were not answered by KV yet."""
    refusal: WindowState | None = None
    cost: float = 0
    """The cost of the refused request: a cheaper one may have room."""


@dataclass(slots=True)
class Standings:
    """The windows that were asked about last, by their keys in KV."""

    _known: Memory[str, _Standing] = field(default_factory=lambda: Memory[str, _Standing](MAX_WINDOWS))

    def _of(self, window: Window) -> _Standing:
        standing = self._known.get(window.key)
        return self._keep(window, _Standing()) if standing is None else standing

    def _keep(self, window: Window, standing: _Standing) -> _Standing:
        """Keeps a standing for as long as what was admitted now counts, which is longer than a refusal holds."""
        self._known.put(window.key, standing, window.seconds + window.step_milliseconds / 1000)
        return standing

    def refusal_of(self, windows: Sequence[Window]) -> WindowState | None:
        """Returns the window that has refused such a request and has no room before its reset; None without one."""
        for window in windows:
            standing = self._known.get(window.key)
            if standing is None or standing.refusal is None or window.cost < standing.cost:
                continue
            if time.time() < standing.refusal.reset:
                return standing.refusal
            standing.refusal = None
        return None

    def have_room(self, windows: Sequence[Window]) -> bool:
        """Tells whether the windows have room for the requests that are under way and one more, as far as is known."""
        return all(standing.under_way < standing.room for standing in map(self._of, windows))

    @contextmanager
    def asking(self, windows: Sequence[Window]) -> Generator[None]:
        """Counts a request as under way while KV is asked about its windows."""
        standings = [self._of(window) for window in windows]
        for standing in standings:
            standing.under_way += 1
        try:
            yield
        finally:
            for standing in standings:
                standing.under_way -= 1

    def note(self, windows: Sequence[Window], states: Sequence[WindowState]) -> None:
        """Remembers an answer of KV."""
        for window, state in zip(windows, states, strict=True):
            standing = self._keep(window, self._of(window))
            standing.room = state.remaining
            if not state.has_room:
                standing.refusal, standing.cost = state, window.cost

    def forgive(self, window: Window) -> None:
        """Forgets a refusal, after part of a charge was given back."""
        standing = self._known.get(window.key)
        if standing is not None:
            standing.refusal = None

    def __len__(self) -> int:
        return len(self._known)


STANDINGS: Final = Standings()
