"""The worker loop over real queues: retries, dead letters, time limits, and workers that share the work."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from lib.core.data.db import Db
from lib.core.http.deadline import at_most
from lib.core.http.errors import ServiceUnavailable
from lib.jobs import Job, JobFailed, JobHandler, JobOutcome, each, work_off
from tests.support.world import World

pytestmark = pytest.mark.anyio


@dataclass
class Queue:
    """A queue of one test, and a handler that notes what it was given and fails where the payload says so."""

    world: World
    name: str = field(default_factory=lambda: "q_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex))
    given: list[str] = field(default_factory=list[str])
    settled: list[tuple[str, JobOutcome]] = field(default_factory=list[tuple[str, JobOutcome]])

    def add(self, name: str, *, max_attempts: int = 5, error: str = "") -> None:
        self.world.rows(
            "select public.enqueue_job(%s, 'test', payload => jsonb_build_object('name', %s::text, 'error', %s::text), "
            "max_attempts => %s)",
            self.name,
            name,
            error,
            max_attempts,
        )

    async def handle(self, _: Db, job: Job) -> None:
        self.given.append(job.payload["name"])
        match job.payload["error"]:
            case "failed":
                raise JobFailed("the provider refused it")
            case "final":
                raise JobFailed("it can never be done", is_final=True)
            case "outage":
                raise ServiceUnavailable("the provider is away")
            case "defect":
                raise KeyError("secret")
            case "hangs":
                await asyncio.sleep(30)
            case _:
                pass

    async def settle(self, _: Db, job: Job, outcome: JobOutcome) -> None:
        self.settled.append((job.payload["name"], outcome))

    def handler(self, *, seconds: float = 0.3, **more: Any) -> JobHandler:
        return JobHandler(self.name, each(self.handle), seconds=seconds, settled=self.settle, **more)

    def waiting(self) -> dict[str, dict[str, Any]]:
        rows = self.world.rows(
            "select payload ->> 'name' as name, attempts, last_error, leased_by, run_at > now() as is_later "
            "from private.jobs where queue = %s",
            self.name,
        )
        return {row.pop("name"): row for row in rows}

    def dead(self) -> dict[str, str]:
        rows = self.world.rows(
            "select payload ->> 'name' as name, last_error from private.dead_jobs where queue = %s", self.name
        )
        return {row["name"]: row["last_error"] for row in rows}

    def hasten(self) -> None:
        """As if the wait before the next attempt were over."""
        self.world.rows("update private.jobs set run_at = now() where queue = %s", self.name)


@pytest.fixture
def queue(world: World) -> Queue:
    return Queue(world)


async def test_jobs_that_fail_are_retried_and_then_dead_and_the_others_go_on(queue: Queue, service: Db) -> None:
    for name, error in (("a", "failed"), ("b", ""), ("c", "outage"), ("d", "defect"), ("e", "hangs"), ("f", "final")):
        queue.add(name, error=error, max_attempts=2)
    queue.add("g")
    assert await work_off(service, queue.handler(batch=3)) == {"done": 2, "failed": 5}
    assert queue.given == ["a", "b", "c", "d", "e", "f", "g"]
    reasons = {
        "a": "the provider refused it",
        "c": "the provider is away",
        "d": "unexpected KeyError",
        "e": "not done within 0.3 seconds",
    }
    assert {name: row["last_error"] for name, row in queue.waiting().items()} == reasons
    assert all(row["is_later"] and row["leased_by"] is None for row in queue.waiting().values())
    assert queue.dead() == {"f": "it can never be done"}
    assert await work_off(service, queue.handler()) == {"done": 0, "failed": 0}, "each waits for its next attempt"
    queue.hasten()
    assert await work_off(service, queue.handler()) == {"done": 0, "failed": 4}
    assert queue.waiting() == {}
    assert queue.dead() == reasons | {"f": "it can never be done"}
    outcomes = Counter(queue.settled)
    assert outcomes["b", "done"] == outcomes["a", "retried"] == outcomes["a", "dead"] == outcomes["f", "dead"] == 1


async def test_two_workers_share_the_work(queue: Queue, service: Db) -> None:
    names = [f"{number:02}" for number in range(40)]
    for name in names:
        queue.add(name)
    shares = await asyncio.gather(*(work_off(service, queue.handler(batch=4)) for _ in range(2)))
    assert sorted(queue.given) == names, "none is done twice"
    assert sum(share["done"] for share in shares) == 40
    assert all(share["done"] for share in shares)


async def test_it_stops_in_time_and_returns_what_it_has_not_begun(queue: Queue, service: Db) -> None:
    for name in ("a", "b", "c", "d"):
        queue.add(name, error="hangs")
    began = time.monotonic()
    counts = await work_off(service, queue.handler(seconds=1), seconds=3.0)
    assert time.monotonic() - began < 4
    assert counts["done"] == 0
    assert 1 <= counts["failed"] <= 2, "with two seconds gone there is no time for the third"
    waiting = [queue.waiting()[name] for name in ("a", "b", "c", "d")]
    assert [row["attempts"] for row in waiting] == [1] * counts["failed"] + [0] * (4 - counts["failed"])
    assert all(row["leased_by"] is None for row in waiting)


async def test_the_end_of_a_run_is_no_failure_of_its_jobs(queue: Queue, service: Db) -> None:
    queue.add("a", error="hangs", max_attempts=1)
    with at_most(0.8):
        assert await work_off(service, queue.handler(seconds=30)) == {"done": 0, "failed": 0}
    assert queue.given == [], "there was too little time to begin"
    with at_most(2.5):
        assert await work_off(service, queue.handler(seconds=30, min_seconds=1)) == {"done": 0, "failed": 0}
    assert queue.given == ["a"]
    assert queue.settled == [("a", "released")]
    assert queue.waiting() == {"a": {"attempts": 0, "last_error": None, "leased_by": None, "is_later": False}}


async def test_what_a_cancelled_worker_has_not_begun_is_free_at_once(queue: Queue, service: Db) -> None:
    for name in ("a", "b"):
        queue.add(name, error="hangs")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await work_off(service, queue.handler(seconds=30))
    waiting = queue.waiting()
    assert (waiting["a"]["attempts"], waiting["b"]["attempts"]) == (1, 0)
    assert waiting["a"]["leased_by"] is not None, "it was under way: its lease ends by itself"
    assert waiting["b"]["leased_by"] is None


async def test_a_handler_of_batches_says_which_jobs_failed(queue: Queue, service: Db) -> None:
    async def handle(_: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
        queue.given.append("".join(job.payload["name"] for job in jobs))
        return {job.id: JobFailed("no") for job in jobs if job.payload["error"]}

    for name in ("a", "b", "c", "d", "e"):
        queue.add(name, error="x" if name == "c" else "")
    handler = JobHandler(queue.name, handle, batch=3, jobs_per_call=3)
    assert await work_off(service, handler) == {"done": 4, "failed": 1}
    assert queue.given == ["abc", "de"]
    assert list(queue.waiting()) == ["c"]


async def test_jobs_wait_for_a_deployment_that_can_do_them(queue: Queue, service: Db) -> None:
    queue.add("a")
    assert await work_off(service, queue.handler(is_ready=lambda: False)) == {"done": 0, "failed": 0}
    assert queue.waiting()["a"]["attempts"] == 0


async def test_a_call_that_fails_as_a_whole_is_done_one_by_one(queue: Queue, service: Db) -> None:
    async def handle(_: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
        queue.given.append("".join(job.payload["name"] for job in jobs))
        if any(job.payload["error"] for job in jobs):
            raise RecursionError
        return {}

    for name in ("a", "b", "c", "d"):
        queue.add(name, error="x" if name == "b" else "")
    handler = JobHandler(queue.name, handle, batch=4, jobs_per_call=4)
    assert await work_off(service, handler) == {"done": 3, "failed": 1}
    assert queue.given == ["abcd", "a", "b", "c", "d"]
    assert queue.waiting()["b"]["last_error"] == "unexpected RecursionError"
    queue.given.clear()
    queue.hasten()
    for name in ("e", "f"):
        queue.add(name)
    await work_off(service, handler)
    assert queue.given == ["ef", "b"], "a job that was begun before is alone in its call, after the others"


class Panic(BaseException):
    """Stands for ``pyo3_runtime.PanicException``, which is no ``Exception``."""


@pytest.mark.parametrize("error", [Panic, SystemExit, asyncio.CancelledError, MemoryError])
async def test_whatever_a_job_raises_stays_with_it(error: type[BaseException], queue: Queue, service: Db) -> None:
    async def handle(_: Db, job: Job) -> None:
        queue.given.append(job.payload["name"])
        if job.payload["error"]:
            raise error

    async def settled(*_: object) -> None:
        raise error

    for name in ("a", "b", "c"):
        queue.add(name, error="x" if name == "a" else "")
    handler = JobHandler(queue.name, each(handle), settled=settled, seconds=1)
    assert await work_off(service, handler) == {"done": 2, "failed": 1}
    assert queue.given == ["a", "b", "c"]


async def test_a_flood_of_one_brand_keeps_no_other_waiting(queue: Queue, service: Db) -> None:
    flooding, other = await queue.world.brand(), await queue.world.brand()
    queue.world.rows(
        "insert into private.jobs (queue, kind, brand_id, payload, run_at) "
        'select %s, \'test\', %s, \'{"name": "flood", "error": ""}\', now() - interval \'1 day\' '
        "from generate_series(1, 300)",
        queue.name,
        flooding.id,
    )
    queue.world.rows(
        'select public.enqueue_job(%s, \'test\', %s, \'{"name": "other", "error": ""}\')',
        queue.name,
        other.id,
    )
    await work_off(service, queue.handler(batch=8), seconds=2)
    assert queue.given.index("other") == 1
