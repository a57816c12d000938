"""Gives each event of a brand once, from live updates and from the log: see docs/realtime.md.

It needs nothing of this project, so that clients may copy it. ``public/catch-up.js`` is the same for pages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

type Event = dict[str, Any]

# As many ids of given events are kept: far more than come by live updates between two readings of the log.
MOST_IDS: Final = 20_000
# As many live updates wait while the log is read. When there are more, the log has those that are let go.
MOST_WAITING: Final = 5_000
# Events of one reading that are put in order together.
MOST_TOGETHER: Final = 2_000
# Before the log is read again that has more to give and does not move: a transaction of others is open.
PAUSE_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class LogPage:
    """An answer of ``GET /events?after={cursor}&ahead=true``: its data, `meta.nextCursor` and `meta.hasMore`.

    The id of each event is under ``eventId``, as in live updates.
    """

    events: Sequence[Event]
    cursor: str | None
    has_more: bool


class PlaceIsGone(Exception):
    """The log refuses the place (422): the events behind it are kept no longer. ``read`` raises it."""


class CatchUp:
    """Holds the place in the log, and what came ahead of it.

    ``read`` reads the log behind a place; ``give`` gets each event once. Call ``lose`` when live updates may not flow,
    ``hear`` with each one, and ``catch_up`` when they flow.
    """

    def __init__(
        self, read: Callable[[str | None], Awaitable[LogPage]], give: Callable[[Event], None], cursor: str | None
    ) -> None:
        self.cursor = cursor
        self._read = read
        self._give = give
        self._given: dict[str, None] = {}
        self._waiting: list[Event] | None = []
        """Live updates that wait until what came before them is given; None if there is nothing to wait for."""
        self._has_let_go = False
        self._turn = 0
        self._reading = asyncio.Lock()

    def lose(self) -> None:
        """Says that live updates may be missing from now on."""
        self._turn += 1
        if self._waiting is None:
            self._waiting = []

    def hear(self, event: Event) -> None:
        """Gives a live update, or keeps it until what came before it is given."""
        if self._waiting is None:
            self._give_once(event)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(event)
        else:
            self._waiting.clear()
            self._has_let_go = True

    async def catch_up(self) -> None:
        """Gives what the log has behind the place, then the live updates that waited.

        Call it when live updates flow again, and now and then while they do: they may be dropped without a word. It
        may raise what ``read`` raises: call it again, nothing is lost. After PlaceIsGone, set ``cursor`` to the end of
        the log, load what you show, and then call it.
        """
        async with self._reading:
            turn = self._turn
            while True:
                self._has_let_go = False
                await self._read_to_end()
                if not self._has_let_go:
                    break
            if turn != self._turn:
                return  # the connection was lost meanwhile: another call is to come
            waiting, self._waiting = self._waiting, None
            for event in waiting or ():
                self._give_once(event)

    async def _read_to_end(self) -> None:
        found: list[Event] = []
        place = self.cursor
        while True:
            page = await self._read(place)
            found += page.events
            has_moved, place = page.cursor != place, page.cursor
            if not page.has_more or len(found) >= MOST_TOGETHER:
                # Given before the place moves: what is interrupted here is read again, and nothing is given twice.
                for event in in_order(found):
                    self._give_once(event)
                found.clear()
                self.cursor = place
            if not page.has_more:
                return
            if not has_moved:
                await asyncio.sleep(PAUSE_SECONDS)

    def _give_once(self, event: Event) -> None:
        event_id = event["eventId"]
        if event_id in self._given:
            return
        self._given[event_id] = None
        if len(self._given) > MOST_IDS:
            del self._given[next(iter(self._given))]
        self._give(event)


def in_order(events: Sequence[Event]) -> list[Event]:
    """Puts the events of each resource into the order in which they were written, which is that of their ids.

    The log is in the order in which transactions began. One that waited for another wrote later.
    """
    places: dict[tuple[str, str], list[int]] = {}
    for place, event in enumerate(events):
        places.setdefault((event["aggregateType"], event["aggregateId"]), []).append(place)
    ordered = list(events)
    for own in places.values():
        of_one = sorted((events[place] for place in own), key=lambda event: event["eventId"])
        for place, event in zip(own, of_one, strict=True):
            ordered[place] = event
    return ordered
