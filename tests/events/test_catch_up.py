"""The rules by which clients put live updates and the log together: one table of cases for Python and JavaScript."""

import asyncio
import json
import random
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.demo import catch_up as module
from local.demo.catch_up import CatchUp, Event, LogPage, PlaceIsGone
from local.stack.settings import ROOT

pytestmark = pytest.mark.anyio

FILE: Final = ROOT / "tests" / "cases" / "catch_up.json"
CASES: Final = json.loads(FILE.read_text())


def event_of(case: dict[str, Any]) -> Event:
    return {
        "eventId": case["id"],
        "aggregateType": "t",
        "aggregateId": case["of"],
        "aggregateVersion": case["version"],
    }


class Played:
    """A case that is played step by step."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.given: list[str] = []
        self.problems: list[str] = []
        self.pages: list[Any] = []
        self.log = CatchUp(self.read, lambda event: self.given.append(event["eventId"]), case["start"])

    async def read(self, place: str | None) -> LogPage:
        page = self.pages.pop(0)
        if isinstance(page, str):
            raise ConnectionError if page == "fails" else PlaceIsGone
        if page["after"] != place:
            self.problems.append(f"read behind {place} and not {page['after']}")
        for step in page["meanwhile"]:
            self.act(*step)
        return LogPage([event_of(event) for event in page["events"]], page["cursor"], page["hasMore"])

    def act(self, what: str, value: Any = None) -> None:
        match what:
            case "hear":
                self.log.hear(event_of(value))
            case "lose":
                self.log.lose()
            case _:
                self.log.cursor = value

    async def catch_up(self, pages: list[Any]) -> None:
        self.pages = [*pages]
        try:
            await self.log.catch_up()
        except (ConnectionError, PlaceIsGone):
            assert isinstance(pages[-1], str)
        if self.pages:
            self.problems.append("pages were not read")


async def play(case: dict[str, Any]) -> dict[str, Any]:
    played = Played(case)
    for what, *rest in case["steps"]:
        if what == "catchUp":
            await played.catch_up(rest[0])
        else:
            played.act(what, *rest)
    return {"given": played.given, "cursor": played.log.cursor, "problems": played.problems}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_python(case: dict[str, Any]) -> None:
    assert await play(case) == {"given": case["given"], "cursor": case["cursor"], "problems": []}


def test_javascript(tmp_path: Path) -> None:
    copied = shutil.copy(ROOT / "public" / "catch-up.js", tmp_path / "catch-up.mjs")
    script = ROOT / "tests" / "events" / "catch_up_cases.mjs"
    played = subprocess.run(["node", script, copied, FILE], capture_output=True, text=True, check=False, timeout=60)
    assert played.returncode == 0, played.stderr
    for case, outcome in zip(CASES, json.loads(played.stdout), strict=True):
        assert outcome == {"given": case["given"], "cursor": case["cursor"], "problems": []}, case["name"]


class Server:
    """A log and a socket, in the order of commits. Some events are listed later than they are committed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.committed: list[Event] = []
        self.settled = 0
        self.versions = dict.fromkeys("xyz", 0)

    def commit(self) -> Event:
        of = self.chance.choice("xyz")
        self.versions[of] += 1
        event = event_of({"id": f"{len(self.committed):03}", "of": of, "version": self.versions[of]})
        self.committed.append(event)
        return event

    def read(self, place: str | None) -> LogPage:
        begin = 0 if place is None else int(place) + 1
        self.settled = max(self.settled, self.chance.randint(self.settled, len(self.committed)))
        page = self.committed[begin : min(begin + 3, self.settled)]
        cursor = page[-1]["eventId"] if page else place
        has_more = begin + len(page) < self.settled
        return LogPage(page if has_more else self.committed[begin:], cursor, has_more)


class Life:
    """A server whose socket breaks, and a client of it. Anything may happen at any moment."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.server = Server(self.chance)
        self.given: list[Event] = []
        self.on_the_way: list[Event] = []
        self.is_connected = False
        self.is_calm = False
        self.log = CatchUp(self.read, self.given.append, None)

    def happen(self) -> None:
        kind = 6 if self.is_calm else self.chance.randint(0, 5)
        if kind <= 2:
            event = self.server.commit()
            if self.is_connected:
                self.on_the_way.append(event)
        elif kind == 3 and self.on_the_way:
            self.log.hear(self.on_the_way.pop(0))
        elif kind == 4 and self.is_connected and self.chance.random() < 0.3:
            self.is_connected = False
            self.on_the_way.clear()
            self.log.lose()

    def happen_often(self) -> None:
        for _ in range(self.chance.randint(0, 3)):
            self.happen()

    async def read(self, place: str | None) -> LogPage:
        self.happen_often()
        if not self.is_calm and self.chance.random() < 0.2:
            raise ConnectionError
        page = self.server.read(place)
        await asyncio.sleep(0)
        self.happen_often()
        return page

    async def step(self) -> None:
        self.happen()
        if not self.is_connected and self.chance.random() < 0.5:
            self.is_connected = True
            self.log.lose()
        if self.is_connected and self.chance.random() < 0.5:
            with suppress(ConnectionError):
                await self.log.catch_up()

    async def come_to_rest(self) -> None:
        self.is_calm = self.is_connected = True
        self.log.lose()
        await self.log.catch_up()
        while self.on_the_way:
            self.log.hear(self.on_the_way.pop(0))


@given(seed=st.integers(0, 2**32), steps=st.integers(1, 60))
@settings(max_examples=300, deadline=None)
async def test_whatever_happens_each_event_is_given_once_and_in_order(seed: int, steps: int) -> None:
    life = Life(seed)
    for _ in range(steps):
        await life.step()
    await life.come_to_rest()
    assert [event["eventId"] for event in life.given] == [event["eventId"] for event in life.server.committed]


async def test_more_messages_than_may_wait_are_read_from_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    events = [event_of({"id": f"{number:03}", "of": "x", "version": number + 1}) for number in range(20)]
    read_until = iter((5, 20))

    async def read(place: str | None) -> LogPage:
        until = next(read_until)
        if until == 5:
            for event in events[5:]:
                log.hear(event)
        return LogPage(events[0 if place is None else int(place) + 1 : until], str(until - 1), has_more=False)

    given_ids: list[str] = []
    log = CatchUp(read, lambda event: given_ids.append(event["eventId"]), None)
    await log.catch_up()
    assert given_ids == [event["eventId"] for event in events]


async def test_ids_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_IDS", 10)

    async def read(place: str | None) -> LogPage:
        return LogPage([], place, has_more=False)

    log = CatchUp(read, lambda _: None, None)
    await log.catch_up()
    for number in range(50):
        log.hear(event_of({"id": str(number), "of": "x", "version": None}))
    assert len(log._given) == 10  # pyright: ignore[reportPrivateUsage]
