"""One call of the dispatcher: consumers and prompt queues work side by side, and find what the others caused."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from lib.core.data.db import Db
from lib.core.http.wake import wake_afterwards
from lib.events import Consumer, Event
from lib.jobs import Job, JobHandler, each
from lib.jobs.at_once import drain_at_once
from tests.jobs.test_consumers import TYPE, append
from tests.jobs.test_worker import service  # noqa: F401 - a fixture  # pyright: ignore[reportUnusedImport]
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
    service: Db,  # noqa: F811
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
    service: Db,  # noqa: F811
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
    service: Db,  # noqa: F811
    brand_id: str,
) -> None:
    taker = Taker(world)
    broken = Consumer("No such name can be stored", frozenset({TYPE}), taker.handle)
    for _ in range(2):
        append(world, brand_id, 1)
        await drain_at_once(service, [broken, taker.consumer])
    assert len(taker.brands) == 2
