"""Measures how many jobs and events two workers finish in a second, with handlers that do nothing.

Jobs are claimed, begun, done and removed; events are brought from the log to the queue of a consumer first. "database":
the workers call the SQL functions themselves, as the worker loop does. "data API": the workers run lib/jobs as the
schedule does, in two processes. Prints how many were done in a second, which depends on what else runs here; the time
that Postgres and a worker had on a processor for each, which does not; and how many of them two cores have time for.
The data API itself, which the vendor runs, is in the first figure only. Nothing is asserted.
"""

import argparse
import asyncio
import os
import statistics
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from bench.api.cpu import children_of, ended_children_seconds, process_seconds
from lib.core.data.db import Db, connect_with
from lib.core.telemetry.context import begin_context
from lib.events import Consumer, Event
from lib.jobs import Job, JobFailed, JobHandler, work_off
from lib.jobs.consumers import BATCH_EVENTS, drain
from local.stack.client import RunningStack, running_stack

BRANDS: Final = 20
WORKERS: Final = 2
TYPE: Final = "ContentPublished"
BATCH: Final = 1000

CORES: Final = 2

type Work = tuple[str, str]
"""The kind of work, `jobs` or `events`, and the name of the queue."""


@dataclass(frozen=True, slots=True)
class Figures:
    a_second: float
    postgres: float
    """Microseconds for each."""
    worker: float
    """Microseconds for each; 0 for workers without the data API."""
    unfinished: int


def fill(connection: psycopg.Connection[Any], work: Work, count: int) -> None:
    """Adds jobs of many brands to a queue, or events of many brands behind the position of a consumer."""
    what, queue = work
    brands = [
        row[0]
        for row in connection.execute(
            "insert into public.brands (name, slug) select name, name from "
            "(select 'bench-' || gen_random_uuid() as name from generate_series(1, %s)) as named returning id",
            [BRANDS],
        ).fetchall()
    ]
    if what == "jobs":
        connection.execute(
            "insert into private.jobs (queue, kind, brand_id, payload) "
            "select %s, 'bench', (%s::uuid[])[1 + number %% %s], jsonb_build_object('number', number) "
            "from generate_series(1, %s) as number",
            [queue, brands, BRANDS, count],
        )
    else:
        connection.execute(
            "insert into private.outbox_consumers (name, read_transaction_id) values (%s, pg_current_xact_id())",
            [queue],
        )
        with connection.transaction():
            connection.execute("set local mixerai.broadcasts = 'summary'")
            connection.execute(
                "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
                "select (%s::uuid[])[1 + number %% %s], 'content', gen_random_uuid(), %s, '{}' "
                "from generate_series(1, %s) as number",
                [brands, BRANDS, TYPE, count],
            )
    connection.execute("analyze private.jobs")


def left(connection: psycopg.Connection[Any], work: Work) -> int:
    return connection.execute("select count(*) from private.jobs where queue = %s", [work[1]]).fetchone()[0]  # pyright: ignore[reportOptionalSubscript]


def cpu_of_postgres(connection: psycopg.Connection[Any]) -> float:
    """Returns the seconds that the server has had on a processor, with all its processes."""
    folder = connection.execute("show data_directory").fetchone()[0]  # pyright: ignore[reportOptionalSubscript]
    main = int((Path(folder) / "postmaster.pid").read_text().split()[0])
    return ended_children_seconds(main) + sum(map(process_seconds, children_of(main)))


def work_directly(url: str, work: Work) -> int:
    """Works as lib/jobs/worker.py does, without the data API."""
    what, queue = work
    worker, done = uuid4().hex, 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set role service_role")
        while True:
            looked_at = 0
            if what == "events":
                row = connection.execute("select public.queue_events(%s, %s, 5000)", [queue, [TYPE]]).fetchone()
                looked_at = row[0] if row else 0
            claim = "select * from public.claim_jobs(%s, %s, %s, begins => true)"
            ids = [job[0] for job in connection.execute(claim, [queue, worker, BATCH]).fetchall()]
            if ids:
                connection.execute("select public.complete_jobs(%s, %s)", [ids, worker])
                done += len(ids)
            elif not looked_at:
                return done


async def _do_nothing(_: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
    return {}


async def _take_nothing(_: Db, events: Sequence[Event]) -> None:
    return None


async def work_by_api(work: Work) -> int:
    """Works as the schedule does."""
    what, queue = work
    begin_context("a worker of the benchmark")
    db = connect_with(os.environ["SUPABASE_SECRET_KEY"])
    if what == "jobs":
        handler = JobHandler(queue, _do_nothing, batch=BATCH, jobs_per_call=BATCH, seconds=10)
        return (await work_off(db, handler))["done"]
    return (await drain(db, Consumer(queue, frozenset({TYPE}), _take_nothing), seconds=60))["done"]


async def _run_processes(stack: RunningStack, work: Work) -> tuple[float, float]:
    """Returns the seconds from the moment that all workers are ready, and the CPU seconds of the workers."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.jobs",
            "--worker",
            *work,
            env=os.environ | stack.environment | {"LOG_LEVEL": "ERROR"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(WORKERS)
    ]
    for process in processes:  # they have imported everything
        assert process.stdout is not None
        await process.stdout.readline()
    began = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        await process.stdin.drain()
    outputs = await asyncio.gather(*(process.communicate() for process in processes))
    return time.perf_counter() - began, sum(float(output[0].split()[-1]) for output in outputs)


def measure(stack: RunningStack, where: str, what: str, count: int) -> Figures:
    """Fills a queue of its own, has the workers empty it, and returns what that took."""
    work = (what, "bench_" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex))
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        fill(connection, work, count)
        cpu, began, workers = cpu_of_postgres(connection), time.perf_counter(), 0.0
        if where == "database":
            threads = [threading.Thread(target=work_directly, args=(stack.database_url, work)) for _ in range(WORKERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - began
        else:
            seconds, workers = asyncio.run(_run_processes(stack, work))
        cpu = cpu_of_postgres(connection) - cpu
        unfinished = left(connection, work)
        connection.execute("delete from private.jobs where queue = %s", [work[1]])
    return Figures(count / seconds, cpu / count * 1e6, workers / count * 1e6, unfinished)


def print_figures(what: str, where: str, rounds: Sequence[Figures]) -> None:
    """Prints the medians of all rounds."""
    postgres = statistics.median(each.postgres for each in rounds)
    worker = statistics.median(each.worker for each in rounds)
    print(
        f"{what:7}{where:10}{statistics.median(each.a_second for each in rounds):12,.0f}{postgres:15.0f}"
        + (f"{worker:15.0f}" if worker else f"{'':15}")
        + f"{CORES * 1e6 / (postgres + worker):15,.0f}"
        + "".join(f"   {each.unfinished} ARE LEFT" for each in rounds if each.unfinished),
        flush=True,
    )


def run_worker(work: Work) -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    done = asyncio.run(work_by_api(work))
    print(done, time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many jobs, and how many events")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        run_worker((options.worker[0], options.worker[1]))
        return
    with running_stack() as stack:
        print(
            f"{options.count:,} of {BRANDS} brands, {WORKERS} workers, batches of {BATCH:,}, of events {BATCH_EVENTS}; "
            f"medians of {options.rounds}\n"
            f"{'':17}{'a second':>12}{'Postgres, µs':>15}{'worker, µs':>15}{f'{CORES} cores, /s':>15}"
        )
        shapes = [(what, where) for what in ("jobs", "events") for where in ("database", "data API")]
        rounds = [[measure(stack, where, what, options.count) for what, where in shapes] for _ in range(options.rounds)]
        for place, (what, where) in enumerate(shapes):
            print_figures(what, where, [each[place] for each in rounds])


if __name__ == "__main__":
    main()
