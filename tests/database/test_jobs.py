"""Tests jobs with several workers at once: claimed once, leased, retried later, set aside when they keep failing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.support.sql import Database


@pytest.fixture
def jobs(stack: RunningStack) -> Iterator[Database]:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield Database(connection)


@pytest.fixture
def queue() -> str:
    return "q_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex)


def enqueue(jobs: Database, queue: str, **more: Any) -> UUID:
    columns = {"queue": queue, "kind": "test"} | more
    named = ", ".join(f"{name} => %s" for name in columns)
    return jobs.value(f"select public.enqueue_job({named})", *columns.values())


def claim(jobs: Database, queue: str, worker: str = "w1", batch: int = 50, lease: str = "1 minute") -> list[UUID]:
    rows = jobs.rows("select id from public.claim_jobs(%s, %s, %s, %s)", queue, worker, batch, lease)
    return [row["id"] for row in rows]


def begin(jobs: Database, *job_ids: UUID, worker: str = "w1", lease: str = "1 minute") -> list[UUID]:
    return jobs.value("select public.begin_jobs(%s, %s, %s)", list(job_ids), worker, lease)


def end_leases(jobs: Database, queue: str) -> None:
    """As if the worker had been killed long ago."""
    jobs.run("update private.jobs set lease_until = now() - interval '1 second' where queue = %s", queue)


def job(jobs: Database, job_id: UUID) -> dict[str, Any]:
    return jobs.row("select * from private.jobs where id = %s", job_id)


def test_a_job_goes_to_one_worker_and_is_gone_when_done(jobs: Database, queue: str) -> None:
    job_id = enqueue(jobs, queue)
    assert claim(jobs, queue) == [job_id]
    assert claim(jobs, queue, "w2") == []
    assert jobs.value("select public.complete_jobs(%s, 'w2')", [job_id]) == 0
    assert jobs.value("select public.complete_jobs(%s, 'w1')", [job_id]) == 1
    assert jobs.rows("select 1 from private.jobs where id = %s", job_id) == []


def test_work_of_a_dead_worker_returns_when_its_lease_ends(jobs: Database, queue: str) -> None:
    job_id = enqueue(jobs, queue)
    assert claim(jobs, queue, "w1", lease="-1 second") == [job_id]
    assert begin(jobs, job_id) == [], "its lease has ended"
    assert claim(jobs, queue, "w2") == [job_id]
    assert begin(jobs, job_id) == [], "another worker has it"
    assert begin(jobs, job_id, worker="w2") == [job_id]
    assert job(jobs, job_id)["attempts"] == 1
    assert jobs.value("select public.complete_jobs(%s, 'w1')", [job_id]) == 0
    assert jobs.value("select public.extend_leases(%s, 'w1')", [job_id]) == 0
    assert jobs.value("select public.extend_leases(%s, 'w2', '1 hour')", [job_id]) == 1
    assert jobs.value("select public.fail_job(%s, 'w1', 'late')", job_id) == "lost"


def test_failures_wait_longer_each_time_and_end_in_the_dead_letters(jobs: Database, queue: str) -> None:
    job_id = enqueue(jobs, queue, max_attempts=4)
    waits: list[timedelta] = []
    for _ in range(3):
        assert claim(jobs, queue) == begin(jobs, job_id) == [job_id]
        before = jobs.value("select now()")
        assert jobs.value("select public.fail_job(%s, 'w1', 'boom')", job_id) == "retried"
        waits.append(job(jobs, job_id)["run_at"] - before)
        assert claim(jobs, queue) == [], "not before its time"
        jobs.run("update private.jobs set run_at = now() where id = %s", job_id)
    for wait, seconds in zip(waits, (5, 10, 20), strict=True):
        assert 0.74 * seconds <= wait.total_seconds() <= 1.3 * seconds
    assert claim(jobs, queue) == begin(jobs, job_id) == [job_id]
    assert jobs.value("select public.fail_job(%s, 'w1', 'boom')", job_id) == "dead"
    dead = jobs.row("select * from private.dead_jobs where id = %s", job_id)
    assert (dead["attempts"], dead["last_error"]) == (4, "boom")
    assert jobs.value("select private.revive_job(%s)", job_id) is True
    assert claim(jobs, queue) == begin(jobs, job_id) == [job_id]
    assert job(jobs, job_id)["attempts"] == 1
    assert jobs.value("select public.fail_job(%s, 'w1', 'never', true)", job_id) == "dead"


def test_a_job_that_kills_its_workers_is_buried_and_no_other_of_its_batch(jobs: Database, queue: str) -> None:
    killer, *others = (enqueue(jobs, queue) for _ in range(3))
    for _ in range(5):
        assert set(claim(jobs, queue)) == {killer, *others}
        assert begin(jobs, killer) == [killer]
        end_leases(jobs, queue)
    assert set(claim(jobs, queue)) == set(others)
    end_leases(jobs, queue)
    assert jobs.value("select public.bury_exhausted_jobs()") >= 1
    dead = jobs.rows("select id, last_error from private.dead_jobs where queue = %s", queue)
    assert dead == [{"id": killer, "last_error": "its worker did not come back"}]
    assert [job(jobs, other)["attempts"] for other in others] == [0, 0]


def test_jobs_that_are_released_do_not_lose_an_attempt(jobs: Database, queue: str) -> None:
    begun, waiting = enqueue(jobs, queue), enqueue(jobs, queue)
    for _ in range(2):
        assert set(claim(jobs, queue)) == {begun, waiting}
        assert set(begin(jobs, begun, waiting)) == {begun, waiting}
        end_leases(jobs, queue)
    assert set(claim(jobs, queue)) == {begun, waiting}
    assert begin(jobs, begun) == [begun]
    assert jobs.value("select public.release_jobs(%s, 'w1', true)", [begun]) == 1
    assert jobs.value("select public.release_jobs(%s, 'w1')", [waiting]) == 1
    assert [job(jobs, job_id)["attempts"] for job_id in (begun, waiting)] == [2, 2]
    assert set(claim(jobs, queue)) == {begun, waiting}, "free at once"


def test_the_longest_wait_is_an_hour(jobs: Database) -> None:
    rows = jobs.rows("select private.retry_delay(attempts) as delay from generate_series(1, 50) as attempts")
    assert max(row["delay"] for row in rows) <= timedelta(hours=1.25)


def test_order_dedupe_and_later(jobs: Database, queue: str) -> None:
    later = enqueue(jobs, queue, run_at="2099-01-01")
    normal = enqueue(jobs, queue)
    urgent = enqueue(jobs, queue, priority=5)
    once = enqueue(jobs, queue, dedupe_key="content:1")
    assert enqueue(jobs, queue, dedupe_key="content:1") is None
    assert claim(jobs, queue, batch=1) == [urgent]
    assert set(claim(jobs, queue)) == {normal, once}
    assert later not in claim(jobs, queue)
    jobs.run("select public.complete_jobs(%s, 'w1')", [once])
    assert enqueue(jobs, queue, dedupe_key="content:1") is not None


def work(url: str, queue: str, worker: str) -> list[UUID]:
    done: list[UUID] = []
    with psycopg.connect(url, autocommit=True) as connection:
        mine = Database(connection)
        while batch := claim(mine, queue, worker, 20):
            assert mine.value("select public.complete_jobs(%s, %s)", batch, worker) == len(batch)
            done.extend(batch)
    return done


def test_many_workers_share_the_jobs_and_none_is_done_twice(stack: RunningStack, jobs: Database, queue: str) -> None:
    jobs.run("select public.enqueue_job(%s, 'test') from generate_series(1, 500)", queue)
    with ThreadPoolExecutor(max_workers=4) as pool:
        shares = [pool.submit(work, stack.database_url, queue, f"w{number}") for number in range(4)]
        done = [job_id for share in shares for job_id in share.result()]
    assert (len(done), len(set(done))) == (500, 500)


def test_a_job_is_part_of_the_transaction_that_asks_for_it(jobs: Database, queue: str) -> None:
    with jobs.connection.transaction(force_rollback=True):
        enqueue(jobs, queue)
    assert claim(jobs, queue) == []


def brand_of(jobs: Database) -> UUID:
    name = f"brand-{uuid4().hex}"
    return jobs.value("insert into public.brands (name, slug) values (%s, %s) returning id", name, name)


def flood(jobs: Database, queue: str, brand: UUID | None, count: int) -> None:
    jobs.run(
        "insert into private.jobs (queue, kind, brand_id, run_at) "
        "select %s, 'flood', %s, now() - interval '1 day' from generate_series(1, %s)",
        queue,
        brand,
        count,
    )


def test_brands_take_turns(jobs: Database, queue: str) -> None:
    flooding, other, third = (brand_of(jobs) for _ in range(3))
    flood(jobs, queue, flooding, 500)
    flood(jobs, queue, None, 500)
    late = [enqueue(jobs, queue, brand_id=brand) for brand in (other, third)]
    assert set(late) <= set(claim(jobs, queue, batch=8)), "each brand is served in the first batch"
    rows = jobs.rows("select brand_id from private.jobs where leased_by = 'w1' and queue = %s", queue)
    shares = [sum(row["brand_id"] == brand for row in rows) for brand in (flooding, other, third, None)]
    assert shares == [3, 1, 1, 3]


def test_a_batch_is_full_while_jobs_wait(jobs: Database, queue: str) -> None:
    flooding = brand_of(jobs)
    flood(jobs, queue, flooding, 300)
    for _ in range(5):
        enqueue(jobs, queue, brand_id=brand_of(jobs))
    assert len(claim(jobs, queue, "w1", 200)) == 200
    assert len(claim(jobs, queue, "w2", 200)) == 105


@pytest.mark.parametrize("batch", [1, 2, 7, 20, 63, 64, 200])
def test_a_batch_is_the_first_of_each_brand_then_the_second(jobs: Database, queue: str, batch: int) -> None:
    """Holds for any jobs of the brands, however often a claim must look for more of some of them."""
    brands = [None, *(brand_of(jobs) for _ in range(6))]
    for brand, size in zip(brands, (1, 40, 1, 17, 3, 0, 2), strict=True):
        jobs.run(
            "insert into private.jobs (queue, kind, brand_id, run_at, priority, attempts) "
            "select %s, 'test', %s, now() - n * 7919 %% 101 * interval '1 second', n %% 3, n %% 2 "
            "from generate_series(1, %s) as n",
            queue,
            brand,
            size,
        )
    expected = jobs.rows(
        "select id, attempts from (select *, row_number() over ("
        "partition by brand_id order by priority desc, run_at, id) as turn "
        "from private.jobs where queue = %s) as waiting order by turn, run_at, id limit %s",
        queue,
        batch,
    )
    query = "select id, attempts from public.claim_jobs(%s, 'w1', %s, begins => true)"
    assert jobs.rows(query, queue, batch) == expected
    assert jobs.value("select min(attempts) from private.jobs where queue = %s and leased_by = 'w1'", queue) == 1


def test_a_flood_is_not_read(jobs: Database, queue: str) -> None:
    """Also right after it came, while the statistics know nothing of it."""
    flood(jobs, queue, brand_of(jobs), 10_000)
    for _ in range(5):
        enqueue(jobs, queue, brand_id=brand_of(jobs))
    # The first claim of a connection reads the catalogue, which is not counted. This one finds no job.
    assert claim(jobs, f"{queue}-of-nobody") == []
    explain = "explain (analyze, buffers, format json) select * from public.claim_jobs(%s, 'w1', 10)"
    top = jobs.value(explain, queue)[0]["Plan"]
    assert top["Actual Rows"] == 10
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 1000, "10,000 jobs take more"


def test_work_that_died_twice_has_one_dead_letter(jobs: Database, queue: str) -> None:
    job_id = uuid4()
    for _ in range(2):
        job_id = enqueue(jobs, queue, dedupe_key="content:1")
        assert claim(jobs, queue) == begin(jobs, job_id) == [job_id]
        assert jobs.value("select public.fail_job(%s, 'w1', 'never', true)", job_id) == "dead"
    assert [row["id"] for row in jobs.rows("select id from private.dead_jobs where queue = %s", queue)] == [job_id]
    again = enqueue(jobs, queue, dedupe_key="content:1")
    assert jobs.value("select private.revive_job(%s)", job_id) is True, "the work waits already"
    assert claim(jobs, queue) == [again]
