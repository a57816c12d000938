"""Tests the event log as an outbox: each consumer gets every event once, in commit order, and none is skipped."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.support.sql import Database

TYPES: Final = ["Tested"]
QUEUE_IN_ORDER: Final = "select public.queue_events(%s, %s, %s, is_ordered => true)"


@pytest.fixture(scope="module")
def url(stack: RunningStack) -> Iterator[str]:
    """Yields a database of its own: open transactions of other tests would hold the readers up."""
    with scratch_database(stack.database_url) as scratch:
        yield scratch


@pytest.fixture
def outbox(url: str) -> Iterator[Database]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Database(connection)


@pytest.fixture
def consumer(outbox: Database) -> str:
    """Creates a consumer that has read everything from before the test."""
    settle(outbox)
    name = "c_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex)
    while outbox.value("select public.queue_events(%s, '{}')", name):
        pass
    return name


def brand_of(database: Database) -> UUID:
    name = f"brand-{uuid4().hex}"
    return database.value("insert into public.brands (name, slug) values (%s, %s) returning id", name, name)


def append(database: Database, brand: UUID, number: int) -> None:
    database.run(
        "select private.append_event(%s, 'test', %s, 'Tested', jsonb_build_object('number', %s::integer))",
        brand,
        uuid4(),
        number,
    )


def read(database: Database, consumer: str, batch: int = 100) -> list[int]:
    """Queues the next events and returns the numbers of those that have come to the queue, in its order."""
    database.value("select public.queue_events(%s, %s, %s)", consumer, TYPES, batch)
    return queued(database, consumer)


def queued(database: Database, consumer: str) -> list[int]:
    rows = database.rows(
        "select events.payload from private.jobs inner join public.domain_events as events "
        "on events.id = (jobs.payload ->> 'id')::uuid where jobs.queue = %s order by jobs.run_at, jobs.id",
        consumer,
    )
    return [row["payload"]["number"] for row in rows]


def settle(database: Database) -> None:
    """Waits until no transaction of the server is older than the latest event: until then it is not handed out."""
    horizon = (
        "select coalesce(max(transaction_id) < pg_snapshot_xmin(pg_current_snapshot()), true) from public.domain_events"
    )
    for _ in range(1200):
        if database.value(horizon):
            return
        time.sleep(0.05)
    raise AssertionError("a transaction is open for a minute")


def test_a_late_commit_is_never_passed_over(url: str, outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    with psycopg.connect(url) as late:
        append(Database(late), brand, 1)  # begins first, commits last
        append(outbox, brand, 2)
        assert read(outbox, consumer) == [], "nothing after an open transaction is handed out"
        late.commit()
    settle(outbox)
    assert read(outbox, consumer) == [1, 2]


def test_a_rolled_back_event_reaches_no_consumer(url: str, outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    with psycopg.connect(url) as undone:
        append(Database(undone), brand, 1)
        undone.rollback()
    append(outbox, brand, 2)
    settle(outbox)
    assert read(outbox, consumer) == [2]


def test_every_consumer_reads_everything_of_its_types(outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    append(outbox, brand, 1)
    outbox.run("select private.append_event(%s, 'test', %s, 'Ignored')", brand, uuid4())
    settle(outbox)
    other = "o_" + consumer[2:20]
    while outbox.value("select public.queue_events(%s, %s)", other, TYPES):
        pass
    assert queued(outbox, other)[-1] == 1, "a new consumer begins with the oldest event"
    assert read(outbox, consumer) == [1]


def test_batches_end_where_the_next_one_begins(outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    for number in range(5):
        append(outbox, brand, number)
    settle(outbox)
    # The first batch has the event of the brand's creation as well.
    assert [len(read(outbox, consumer, 2)) for _ in range(4)] == [1, 3, 5, 5]
    assert queued(outbox, consumer) == [0, 1, 2, 3, 4]


def test_a_consumer_gets_ids_and_no_data(outbox: Database, consumer: str) -> None:
    """Data that no parser reads stopped the consumers of all tenants; now none travels to them, however short."""
    brand, aggregate = brand_of(outbox), uuid4()
    deep = '{"number": 1, "changes": {"fields": ' + "[" * 15 + "]" * 15 + "}}"
    event = outbox.value("select private.append_event(%s, 'test', %s, 'Tested', %s, 7)", brand, aggregate, deep)
    settle(outbox)
    outbox.run("select public.queue_events(%s, %s)", consumer, TYPES)
    payload = outbox.value("select payload from private.jobs where queue = %s", consumer)
    occurred_at = payload.pop("occurredAt")
    assert payload == {
        "id": str(event),
        "brandId": str(brand),
        "type": "Tested",
        "aggregateType": "test",
        "aggregateId": str(aggregate),
        "aggregateVersion": 7,
    }
    assert occurred_at.startswith("20")


def test_only_short_texts_of_the_data_can_be_asked_for(outbox: Database) -> None:
    data = {"from": "published", "changed": ["a", 1, None, "b" * 999, ["c"]], "deep": {"from": "x"}, "number": 5}
    event = outbox.value(
        "select private.append_event(%s, 'test', %s, 'Tested', %s)", brand_of(outbox), uuid4(), json.dumps(data)
    )
    names = ["from", "changed", "deep", "number", "none"]
    rows = outbox.rows("select name, value from public.event_values(%s, %s) order by name desc, value", [event], names)
    assert [(row["name"], row["value"]) for row in rows] == [
        ("from", "published"),
        ("changed", "a"),
        ("changed", "b" * 200),
    ]


def write(url: str, brand: UUID, first: int) -> None:
    """Writes fifty events, in transactions of seven."""
    with psycopg.connect(url) as connection:
        for number in range(first, first + 50):
            append(Database(connection), brand, number)
            if number % 7 == 0:
                connection.commit()


def drain(url: str, consumer: str, written: threading.Event) -> None:
    """Queues until everything is written and nothing is left."""
    with psycopg.connect(url, autocommit=True) as connection:
        database = Database(connection)
        while True:
            is_last_look = written.is_set()
            looked_at = database.value("select public.queue_events(%s, %s, 10)", consumer, TYPES)
            if not looked_at and is_last_look:
                return


def test_many_writers_and_readers_lose_nothing(url: str, outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    starts = (0, 1000, 2000, 3000)
    written = threading.Event()
    with ThreadPoolExecutor(max_workers=6) as pool:
        readers = [pool.submit(drain, url, consumer, written) for _ in range(2)]
        writers = [pool.submit(write, url, brand, first) for first in starts]
        try:
            for writer in writers:
                writer.result()
            settle(outbox)
        finally:
            written.set()
        for reader in readers:
            reader.result()
    assert sorted(queued(outbox, consumer)) == [first + number for first in starts for number in range(50)]


def test_no_event_in_order_is_claimed_while_an_earlier_one_may_follow(
    url: str, outbox: Database, consumer: str
) -> None:
    """A transaction that began first may write last, and the next batch of the log then has the earlier event."""
    brand, aggregate = brand_of(outbox), uuid4()
    statement = "select private.append_event(%s, 'test', %s, 'Tested', jsonb_build_object('number', %s::integer))"
    settle(outbox)
    outbox.run(QUEUE_IN_ORDER, consumer, TYPES, 100)
    with psycopg.connect(url) as older:
        older.execute("select pg_current_xact_id()")
        outbox.run(statement, brand, aggregate, 1)
        older.execute(statement, [brand, aggregate, 2])
    settle(outbox)
    claim = "select payload ->> 'id' as id from public.claim_jobs(%s, 'worker', 10, begins => true)"
    assert outbox.value(QUEUE_IN_ORDER, consumer, TYPES, 1) == 1
    assert queued(outbox, consumer) == [2], "the log is in the order of transactions"
    assert outbox.rows(claim, consumer) == []
    assert outbox.value(QUEUE_IN_ORDER, consumer, TYPES, 100) == 1
    ids = [row["id"] for row in outbox.rows(claim, consumer)]
    numbers = outbox.rows("select id::text, payload ->> 'number' as number from public.domain_events")
    assert [{row["id"]: row["number"] for row in numbers}[event] for event in ids] == ["1", "2"]


def test_a_claim_in_order_reads_past_many_that_wait(outbox: Database, consumer: str) -> None:
    """An aggregate whose first event failed keeps thousands of its own waiting, and no other of the brand."""
    brand, stuck, other = brand_of(outbox), uuid4(), uuid4()
    add = (
        "insert into private.jobs (queue, kind, brand_id, order_key, place) "
        "select %s, 'event', %s, %s, private.uuid_v7() from generate_series(1, %s)"
    )
    outbox.run(add, consumer, brand, stuck, 1500)
    outbox.run(
        "update private.jobs set attempts = 1, run_at = now() + interval '1 hour' "
        "where id = (select id from private.jobs where order_key = %s order by place limit 1)",
        stuck,
    )
    outbox.run(add, consumer, brand, other, 3)
    claim = "select id from public.claim_jobs(%s, 'worker', 10, begins => true)"
    claimed = outbox.rows(claim, consumer)
    keys = outbox.rows("select order_key from private.jobs where leased_by is not null and queue = %s", consumer)
    assert len(claimed) == 3
    assert {row["order_key"] for row in keys} == {other}
