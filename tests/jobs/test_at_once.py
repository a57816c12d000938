"""One call of the dispatcher: consumers and prompt queues work side by side, and find what the others caused."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import pytest

from lib.core.data.db import Db, Row
from lib.core.http.deadline import time_left
from lib.core.http.wake import PATH, wake_afterwards
from lib.events import Consumer, Event
from lib.jobs import Job, JobHandler, ScheduledTask, at_once, each
from lib.jobs.at_once import SECONDS_FOR_TASKS, drain_at_once
from lib.jobs.consumers import MIN_SECONDS
from local.stack.client import RunningStack
from tests.jobs.test_consumers import TYPE, append
from tests.publishing.test_at_once import counting_calls
from tests.support.function import as_function
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 20


def named() -> str:
    return "n_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex)


class Taker:
    """A consumer that notes the brands of its events, and waits before it has handled some."""

    def __init__(self, world: World) -> None:
        self.world, self.name = world, named()
        self.brands: list[UUID] = []
        self.came, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_end.set()
        self.queues_jobs_in: str | None = None
        world.rows(
            "insert into private.outbox_consumers (name, read_transaction_id) values (%s, pg_current_xact_id()) "
            "returning name",
            self.name,
        )

    @property
    def consumer(self) -> Consumer:
        return Consumer(self.name, frozenset({TYPE}), self.handle, is_ordered=True)

    async def handle(self, _: Db, events: Sequence[Event]) -> None:
        self.brands += [event.brand_id for event in events]
        self.came.set()
        await self.may_end.wait()
        for event in events if self.queues_jobs_in else ():
            payload = f'{{"brandId": "{event.brand_id}"}}'
            self.world.rows("select public.enqueue_job(%s, 'test', payload => %s)", self.queues_jobs_in, payload)


async def until(came: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await came.wait()


@pytest.fixture
async def brand_id(world: World) -> str:
    return (await world.brand()).id


async def test_a_slow_consumer_delays_no_other_and_no_later_event(
    world: World,
    service: Db,
    brand_id: str,
) -> None:
    slow, fast = Taker(world), Taker(world)
    slow.may_end.clear()
    append(world, brand_id, 1)
    first = asyncio.create_task(drain_at_once(service, [slow.consumer, fast.consumer]))
    await until(slow.came)
    await until(fast.came)
    fast.came.clear()
    append(world, brand_id, 1)
    second = asyncio.create_task(drain_at_once(service, [slow.consumer, fast.consumer]))
    await until(fast.came)
    assert len(slow.brands) == 1, "it still has the first"
    slow.may_end.set()
    await asyncio.gather(first, second)
    assert (len(slow.brands), len(fast.brands)) == (2, 2), "the note had it look once more"


async def test_jobs_of_a_consumer_are_done_and_what_they_cause_is_handed_out(
    world: World,
    service: Db,
    brand_id: str,
) -> None:
    queue, other = named(), await world.brand()
    filling, watching = Taker(world), Taker(world)
    filling.queues_jobs_in = queue
    done: list[str] = []

    async def do(db: Db, job: Job) -> None:
        done.append(job.payload["brandId"])
        if job.payload["brandId"] == brand_id:
            # As the data client does where the database says that it committed events.
            append(world, other.id, 1)
            wake_afterwards()

    handler = JobHandler(queue, each(do), min_seconds=1, is_prompt=True)
    append(world, brand_id, 1)
    await drain_at_once(service, [filling.consumer, watching.consumer], [handler])
    assert done == [brand_id, other.id]
    assert watching.brands == [UUID(brand_id), UUID(other.id)]


async def test_a_consumer_that_fails_leaves_its_turn_and_the_others_their_work(
    world: World,
    service: Db,
    brand_id: str,
) -> None:
    taker = Taker(world)
    broken = Consumer("No such name can be stored", frozenset({TYPE}), taker.handle)
    for _ in range(2):
        append(world, brand_id, 1)
        await drain_at_once(service, [broken, taker.consumer])
    assert len(taker.brands) == 2


class Going:
    """A prompt task that counts its runs, and commits an event in the first one if asked."""

    def __init__(self, world: World, tells: str | None = None) -> None:
        self.world, self.tells, self.runs = world, tells, 0
        self.came, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_end.set()
        self.left = float("inf")

    @property
    def task(self) -> ScheduledTask:
        return ScheduledTask(self.name, "minute", self.run, is_prompt=True)

    @cached_property
    def name(self) -> str:
        return named()

    async def run(self, _: Db) -> dict[str, int]:
        self.runs += 1
        self.left = time_left()
        self.came.set()
        await self.may_end.wait()
        if self.tells and self.runs == 1:
            append(self.world, self.tells, 1)
            wake_afterwards()
        return {"advanced": 1}


async def test_a_prompt_task_goes_on_beside_consumers_and_what_it_tells_is_handed_out(
    world: World,
    service: Db,
    brand_id: str,
) -> None:
    taker, going = Taker(world), Going(world, tells=brand_id)
    await drain_at_once(service, [taker.consumer], tasks=[going.task])
    assert taker.brands == [UUID(brand_id)]
    assert going.runs == 2, "it was woken like the others by what it committed itself"
    assert 0 < going.left <= SECONDS_FOR_TASKS


async def test_a_prompt_task_at_work_looks_once_more_for_a_later_call(
    world: World,
    service: Db,
    brand_id: str,
) -> None:
    taker, going = Taker(world), Going(world)
    going.may_end.clear()
    first = asyncio.create_task(drain_at_once(service, [taker.consumer], tasks=[going.task]))
    await until(going.came)
    append(world, brand_id, 1)
    await drain_at_once(service, [taker.consumer], tasks=[going.task])
    assert taker.brands == [UUID(brand_id)], "the task keeps no consumer waiting"
    assert going.runs == 1
    going.may_end.set()
    await first
    assert going.runs == 2


async def test_a_prompt_task_that_fails_leaves_its_turn_and_the_others_their_work(
    world: World,
    service: Db,
    brand_id: str,
) -> None:
    taker, going = Taker(world), Going(world)

    async def fail(db: Db) -> dict[str, int]:
        await going.run(db)
        raise RuntimeError("it is broken")

    broken = ScheduledTask(going.name, "minute", fail, is_prompt=True)
    for _ in range(2):
        append(world, brand_id, 1)
        await drain_at_once(service, [taker.consumer], tasks=[broken])
    assert (len(taker.brands), going.runs) == (2, 2)


async def test_consumers_and_queues_without_work_are_left_alone(
    world: World,
    service: Db,
    brand_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    rpc = service.rpc

    def noting(_: Db, name: str, arguments: Row) -> Any:
        asked.append(name)
        return rpc(name, arguments)

    monkeypatch.setattr(type(service), "rpc", noting)
    taker, idle = Taker(world), Taker(world)
    unheard = Consumer(idle.name, frozenset({"ContentDeleted"}), idle.handle)
    handlers = [JobHandler(named(), each(_nothing), min_seconds=1, is_prompt=True) for _ in range(5)]
    append(world, brand_id, 1)
    await drain_at_once(service, [taker.consumer, unheard], handlers)
    assert taker.brands == [UUID(brand_id)]
    # Others may hold the event back for a moment, so that the one with work asks more than once.
    assert Counter(asked)["find_waiting_work"] == 2
    assert set(asked) <= {"find_waiting_work", "queue_events", "has_events_to_come", "claim_jobs", "complete_jobs"}
    position = "select read_event_id from private.outbox_consumers where name = %s"
    assert world.rows(position, idle.name)[0]["read_event_id"] == UUID(int=0)


async def _nothing(_: Db, __: Job) -> None:
    pass


async def test_one_that_has_no_more_time_hands_over_what_came_meanwhile(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dispatcher is called again, so that a note near the end is not left to the schedule."""
    monkeypatch.setattr(at_once, "SECONDS_FOR_TASKS", MIN_SECONDS + 0.1)
    with counting_calls() as (url, calls):
        async with as_function(stack, monkeypatch, FUNCTIONS_URL=url) as service:
            going = Going(world)
            going.may_end.clear()
            first = asyncio.create_task(drain_at_once(service, [], tasks=[going.task]))
            await until(going.came)
            await drain_at_once(service, [], tasks=[going.task])
            await asyncio.sleep(0.2)
            assert calls == []
            going.may_end.set()
            await first
            assert (going.runs, [call.split()[0] for call in calls]) == (1, [PATH])
            await drain_at_once(service, [], tasks=[going.task])
            assert (going.runs, len(calls)) == (2, 1), "nothing came in this time"
