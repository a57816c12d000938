"""Tests the event log as an outbox: each consumer gets every event once, in commit order, and none is skipped."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.support.sql import Database


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
    name = "c_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex)
    outbox.run("select public.register_consumer(%s)", name)
    while batch := claim(outbox, name):
        acknowledge(outbox, batch)
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


def claim(
    database: Database, consumer: str, worker: str = "w1", batch: int = 100, lease: str = "1 minute"
) -> list[dict[str, Any]]:
    return database.rows("select * from public.claim_events(%s, %s, %s, %s)", consumer, worker, batch, lease)


def acknowledge(database: Database, batch: list[dict[str, Any]], worker: str = "w1") -> bool:
    return database.value("select public.acknowledge_events(%s, %s)", batch[0]["batch_id"], worker)


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


def numbers(batch: list[dict[str, Any]]) -> list[int]:
    return [event["payload"]["number"] for event in batch if event["type"] == "Tested"]


def test_a_late_commit_is_never_passed_over(url: str, outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    with psycopg.connect(url) as late:
        append(Database(late), brand, 1)  # begins first, commits last
        append(outbox, brand, 2)
        assert numbers(claim(outbox, consumer)) == [], "nothing after an open transaction is handed out"
        late.commit()
    settle(outbox)
    assert numbers(claim(outbox, consumer)) == [1, 2]


def test_a_rolled_back_event_reaches_no_consumer(url: str, outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    with psycopg.connect(url) as undone:
        append(Database(undone), brand, 1)
        undone.rollback()
    append(outbox, brand, 2)
    settle(outbox)
    assert numbers(claim(outbox, consumer)) == [2]


def test_an_unfinished_batch_comes_again_as_it_was(outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    for number in range(4):
        append(outbox, brand, number)
    settle(outbox)
    first = claim(outbox, consumer, "w1", 3, "-1 second")
    again = claim(outbox, consumer, "w2", 3)
    assert [event["id"] for event in again] == [event["id"] for event in first]
    assert again[0]["attempts"] == 2
    assert acknowledge(outbox, first, "w1") is False
    assert acknowledge(outbox, again, "w2") is True
    rest = claim(outbox, consumer, "w2")
    assert numbers(first + rest) == [0, 1, 2, 3]


def test_every_consumer_reads_everything(outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    append(outbox, brand, 1)
    settle(outbox)
    other = "o_" + consumer[2:20]
    outbox.run("select public.register_consumer(%s)", other)
    seen: list[int] = []
    while batch := claim(outbox, other):
        seen += numbers(batch)
        acknowledge(outbox, batch)
    assert seen[-1] == 1
    assert numbers(claim(outbox, consumer)) == [1]


def test_an_unknown_consumer_is_an_error(outbox: Database) -> None:
    with pytest.raises(psycopg.DatabaseError, match="no such consumer"):
        claim(outbox, "nobody")


def write(url: str, brand: UUID, first: int) -> None:
    """Writes fifty events, in transactions of seven."""
    with psycopg.connect(url) as connection:
        for number in range(first, first + 50):
            append(Database(connection), brand, number)
            if number % 7 == 0:
                connection.commit()


def drain(url: str, consumer: str, worker: str, written: threading.Event) -> list[int]:
    """Reads until everything is written and nothing is left."""
    read: list[int] = []
    with psycopg.connect(url, autocommit=True) as connection:
        database = Database(connection)
        while True:
            is_last_look = written.is_set()
            batch = claim(database, consumer, worker, 10)
            if batch:
                read.extend(numbers(batch))
                assert acknowledge(database, batch, worker)
            elif is_last_look:
                return read


def test_many_writers_and_readers_lose_nothing(url: str, outbox: Database, consumer: str) -> None:
    brand = brand_of(outbox)
    starts = (0, 1000, 2000, 3000)
    written = threading.Event()
    with ThreadPoolExecutor(max_workers=6) as pool:
        readers = [pool.submit(drain, url, consumer, worker, written) for worker in ("w1", "w2")]
        writers = [pool.submit(write, url, brand, first) for first in starts]
        try:
            for writer in writers:
                writer.result()
            settle(outbox)
        finally:
            written.set()
        read = [number for reader in readers for number in reader.result()]
    assert sorted(read) == [first + number for first in starts for number in range(50)]
