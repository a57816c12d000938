"""Consumers of events over real queues: brands take turns, also while one of them floods the log."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from lib.core.data.db import Db
from lib.events import Consumer, Event
from lib.jobs.consumers import BATCH_EVENTS, drain
from tests.jobs.test_worker import service  # noqa: F401 - a fixture  # pyright: ignore[reportUnusedImport]
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
    service: Db,  # noqa: F811
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
