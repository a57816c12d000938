"""Consumers of events over real queues: brands take turns, and an aggregate's events come in their order if asked."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid4

import pytest

from lib.core.data.db import Db
from lib.events import Consumer, Event
from lib.jobs import repository
from lib.jobs.consumers import BATCH_EVENTS, drain
from tests.support.errors import assert_problem
from tests.support.waiting import until_earlier_writes_end
from tests.support.world import World

pytestmark = pytest.mark.anyio

TYPE = "ContentPublished"


def append(world: World, brand_id: str, count: int) -> None:
    world.rows(
        "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
        "select %s, 'content', gen_random_uuid(), %s, "
        "jsonb_build_object('title', 'x', 'publishedAt', now(), 'publishedBy', null) "
        "from generate_series(1, %s) returning id",
        brand_id,
        TYPE,
        count,
    )


def consumer_of(world: World, given: list[list[UUID]], while_first: str | None = None) -> Consumer:
    """Returns a consumer of new events that notes whose they are. An event of a brand is added while the first are
    handled."""

    async def handle(_: Db, events: Sequence[Event]) -> None:
        given.append([event.brand_id for event in events])
        if while_first and len(given) == 1:
            append(world, while_first, 1)

    name = "c_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex)
    world.rows(
        "insert into private.outbox_consumers (name, read_transaction_id) values (%s, pg_current_xact_id()) "
        "returning name",
        name,
    )
    return Consumer(name, frozenset({TYPE}), handle)


async def test_a_flood_of_one_brand_delays_an_event_of_another_by_a_batch(
    world: World,
    service: Db,
) -> None:
    flooding, other = await world.brand(), await world.brand()
    given: list[list[UUID]] = []
    consumer = consumer_of(world, given, while_first=other.id)
    append(world, flooding.id, BATCH_EVENTS * 6)
    while (await drain(service, consumer, seconds=60))["looked_at"]:
        pass
    calls = [number for number, brands in enumerate(given) if UUID(other.id) in brands]
    assert sum(map(len, given)) == BATCH_EVENTS * 6 + 1
    # The next batch, or one of the next: transactions of other tests may keep the event back for a moment.
    assert calls[0] < 5, "it came after the flood"


type Handle = Callable[[Db, Sequence[Event]], Awaitable[None]]


def ordered(world: World, handle: Handle) -> Consumer:
    return replace(consumer_of(world, []), handle=handle, is_ordered=True)


def append_to(world: World, brand_id: str, aggregates: Sequence[UUID]) -> list[UUID]:
    """Appends an event of each aggregate, one after another, and returns the ids."""
    data = '{"title": "x", "publishedAt": "2026-01-01T00:00:00Z", "publishedBy": null}'
    return [
        world.rows("select private.append_event(%s, 'content', %s, %s, %s) as id", brand_id, aggregate, TYPE, data)[0][
            "id"
        ]
        for aggregate in aggregates
    ]


async def drain_all(db: Db, consumer: Consumer, world: World, *, without_waiting: bool = True) -> None:
    """Drains until the queue is empty, or has nothing that is due. Transactions of other tests delay no event."""
    await until_earlier_writes_end(world)
    for _ in range(100):
        if without_waiting:
            world.rows("update private.jobs set run_at = now() where queue = %s returning id", consumer.name)
        did = await drain(db, consumer, seconds=60)
        waits = world.rows("select id from private.jobs where queue = %s", consumer.name)
        if not did["looked_at"] and not did["done"] and not (waits and without_waiting):
            return
        await asyncio.sleep(0.02)


class Failing:
    """Handles events, and fails with those in ``broken``, which it may be told to do no more."""

    def __init__(self) -> None:
        self.broken: set[UUID] = set()
        self.taken: list[UUID] = []

    async def handle(self, _: Db, events: Sequence[Event]) -> None:
        if any(event.id in self.broken for event in events):
            raise RuntimeError("it is broken")
        self.taken += [event.id for event in events]


async def test_events_wait_for_an_earlier_one_of_their_aggregate_that_failed(
    world: World,
    service: Db,
) -> None:
    brand, failing = await world.brand(), Failing()
    consumer = ordered(world, failing.handle)
    first, second = uuid4(), uuid4()
    one, other, two, three = append_to(world, brand.id, [first, second, first, first])
    failing.broken = {two}
    await drain_all(service, consumer, world, without_waiting=False)
    assert failing.taken == [one, other]
    (four,) = append_to(world, brand.id, [first])
    await drain_all(service, consumer, world, without_waiting=False)
    assert failing.taken == [one, other], "the fourth waits too"
    waiting = world.rows("select attempts from private.jobs where queue = %s order by place", consumer.name)
    assert [job["attempts"] for job in waiting] == [1, 0, 0], "an attempt of one that waits does not count"
    failing.broken = set()
    await drain_all(service, consumer, world)
    assert failing.taken == [one, other, two, three, four]


async def test_a_dead_letter_keeps_none_waiting_and_comes_back_when_it_is_requeued(
    world: World,
    service: Db,
) -> None:
    brand, failing = await world.brand(), Failing()
    consumer = ordered(world, failing.handle)
    one, two = append_to(world, brand.id, [aggregate := uuid4(), aggregate])
    failing.broken = {one}
    await drain_all(service, consumer, world, without_waiting=False)
    world.rows("update private.jobs set attempts = 19, run_at = now() where dedupe_key = %s returning id", str(one))
    await drain_all(service, consumer, world, without_waiting=False)
    assert failing.taken == [two]
    admin = await world.platform_admin()
    letters = (await admin.get("/admin/dead-letters", kind="event", brandId=brand.id)).json()["data"]
    assert [(letter["source"], letter["name"], letter["subject"]["id"]) for letter in letters] == [
        (consumer.name, TYPE, str(aggregate))
    ]
    path = f"/admin/dead-letters/{letters[0]['id']}/requeue"
    assert_problem(await brand.admin.post(path), 403, "FORBIDDEN")
    failing.broken = set()
    assert (await admin.post(path)).status_code == 204
    (three,) = append_to(world, brand.id, [aggregate])
    await drain_all(service, consumer, world)
    assert failing.taken == [two, one, three], "what came after it waits for it again"


async def test_an_aggregates_events_keep_their_order_with_workers_side_by_side(
    world: World,
    service: Db,
) -> None:
    brands = [(await world.brand()).id for _ in range(3)]
    chance: Final = random.Random(63)
    taken: defaultdict[UUID, list[UUID]] = defaultdict(list)

    async def handle(_: Db, events: Sequence[Event]) -> None:
        for event in events:
            await asyncio.sleep(0)
            if chance.random() < 0.05:
                raise RuntimeError("by chance")
            taken[event.aggregate_id].append(event.id)

    consumer = ordered(world, handle)
    appended: dict[UUID, list[UUID]] = {}
    for brand in brands:
        aggregates = [uuid4() for _ in range(4)]
        for ids in [append_to(world, brand, aggregates) for _ in range(25)]:
            for aggregate, event in zip(aggregates, ids, strict=True):
                appended.setdefault(aggregate, []).append(event)
    await asyncio.gather(*(drain_all(service, consumer, world) for _ in range(3)))
    await drain_all(service, consumer, world)
    # One that was done comes again when another of its call failed. The first time of each is in order.
    assert {aggregate: list(dict.fromkeys(ids)) for aggregate, ids in taken.items()} == appended


async def test_no_batch_holds_an_event_without_those_before_it(
    world: World,
    service: Db,
) -> None:
    """Times of jobs may disagree with the order of events: jobs of one look at the log may share one time."""
    brand = await world.brand()

    async def handle(_: Db, __: Sequence[Event]) -> None:
        pass

    consumer = ordered(world, handle)
    aggregate = uuid4()
    ids = [uuid_v7(number) for number in range(6)]
    for number, event in reversed(list(enumerate(ids))):
        world.rows(
            "insert into private.jobs (queue, kind, brand_id, payload, run_at, order_key, place) "
            "values (%s, 'event', %s, jsonb_build_object('n', %s::int), now() - interval '1 hour', %s, %s) "
            "returning id",
            consumer.name,
            brand.id,
            number,
            aggregate,
            event,
        )
    claimed = [
        [job.payload["n"] for job in await repository.claim(service, queue=consumer.name, worker=worker, batch=2)]
        for worker in ("one", "two")
    ]
    assert claimed == [[0, 1], []], "the others wait for the first ones"


def uuid_v7(number: int) -> UUID:
    return UUID(f"0192f3a1-5f60-7000-8000-{number:012}")
