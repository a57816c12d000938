"""Measures how many deliveries of webhooks two workers make in a second, beside a bare loop of the same client.

1,000 endpoints of 20 brands with fast receivers, and 10,000 events, each for one endpoint. The workers run in processes
of their own, as the schedule runs them: they take the events from the log, sign, send and record. The bare loop is two
processes that post the same bodies to the same receivers, and do nothing else. The receivers answer 200 from a process
of their own, and share the machine with the workers, the data API and Postgres. Nothing is asserted.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from typing import Any, Final
from uuid import uuid4

import psycopg

from bench.jobs import cpu_of_postgres
from lib.core.data.db import connect_with
from lib.core.http.client import close_connections
from lib.core.security.crypto import read_ring
from lib.core.security.outgoing import send
from lib.core.security.webhook_signatures import make_secret
from lib.core.telemetry.context import begin_context
from lib.webhooks.sender import send_due
from lib.webhooks.sending.repository import add_deliveries
from lib.webhooks.service import secret_owner
from local.stack.client import RunningStack, copied_stack, running_stack

BRANDS: Final = 20
WORKERS: Final = 2
AT_ONCE: Final = 100
SECONDS: Final = 120.0
BODY: Final = json.dumps({"id": str(uuid4()), "type": "ContentPublished", "data": {"title": "x" * 100}}).encode()
JSON: Final = {"content-type": "application/json"}
ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Receiver(asyncio.Protocol):
    """Answers 200 to each request, whose length it reads as a server would."""

    received = 0

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        head, found, body = self._rest.partition(b"\r\n\r\n")
        if found:
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
            if len(body) >= length:
                self._rest = body[length:]
                Receiver.received += 1
                self._transport.write(ANSWER)


async def receive() -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0, backlog=2000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


async def work() -> int:
    """Works as the schedule does, until nothing is left."""
    begin_context("a worker of the benchmark")
    db = connect_with(os.environ["SUPABASE_SECRET_KEY"])
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    done = 0
    while True:
        added = await add_deliveries(db, batch=1000)
        while added["looked_at"] == 1000:
            added = await add_deliveries(db, batch=1000)
        counts = await send_due(db, seconds=SECONDS)
        done += counts["delivered"]
        if counts["delivered"] + counts["failed"] + added["looked_at"] == 0:
            await close_connections()
            return done


async def post(url: str, count: int) -> int:
    """Posts so many bodies over kept connections, and does nothing else."""
    begin_context("a bare loop of the benchmark")
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    left = iter(range(count))

    async def go(owner: int) -> None:
        for _ in left:
            await send(
                "POST", url, headers={"content-type": "application/json"}, content=BODY, seconds=10, owner=str(owner)
            )

    await asyncio.gather(*(go(number) for number in range(AT_ONCE)))
    await close_connections()
    return count


def fill(connection: psycopg.Connection[Any], url: str, endpoints: int, events: int, keys: str) -> None:
    """Adds endpoints and their events."""
    ring = read_ring(keys)
    connection.execute("delete from public.webhook_endpoints where true")
    connection.execute(
        "insert into private.outbox_consumers (name, read_transaction_id) values ('webhooks', pg_current_xact_id()) "
        "on conflict (name) do update set read_transaction_id = excluded.read_transaction_id"
    )
    with connection.transaction():
        connection.execute("set local mixerai.broadcasts = 'summary'")
        brands = [
            row[0]
            for row in connection.execute(
                "insert into public.brands (name, slug) select name, name from "
                "(select 'bench-' || gen_random_uuid() as name from generate_series(1, %s)) as named returning id",
                [BRANDS],
            ).fetchall()
        ]
        # Each endpoint takes a type of its own, so that an event is for one of them.
        for number in range(endpoints):
            kind = "Bench" + "".join(chr(ord("a") + int(digit)) for digit in str(number))
            brand, secret_id = brands[number % BRANDS], uuid4()
            row = connection.execute(
                "insert into public.webhook_endpoints (brand_id, url, event_types, max_per_second) "
                "values (%s, %s, %s, 500) returning id",
                [brand, url, [kind]],
            ).fetchone()
            assert row is not None
            connection.execute(
                "insert into private.webhook_secrets (id, endpoint_id, brand_id, secret) values (%s, %s, %s, %s)",
                [secret_id, row[0], brand, ring.encrypt(make_secret(), secret_owner(secret_id))],
            )
            connection.execute(
                "insert into private.webhook_states (endpoint_id, brand_id) values (%s, %s)", [row[0], brand]
            )
    with connection.transaction():
        connection.execute("set local mixerai.broadcasts = 'summary'")
        connection.execute(
            "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
            "select endpoint.brand_id, 'content', gen_random_uuid(), endpoint.event_types[1], "
            "jsonb_build_object('title', repeat('x', 100)) "
            "from generate_series(0, %s - 1) as number "
            "inner join (select brand_id, event_types, row_number() over (order by id) - 1 as place "
            "from public.webhook_endpoints) as endpoint on endpoint.place = number %% %s",
            [events, endpoints],
        )
    connection.execute("analyze public.domain_events, public.webhook_endpoints")


async def run_processes(stack: RunningStack, port: int, *arguments: str) -> tuple[float, int, float]:
    """Returns the seconds from the moment that all workers are ready, how much they did, and their CPU seconds."""
    environment = (
        os.environ
        | stack.environment
        | {
            "LOG_LEVEL": "ERROR",
            "WEB_FETCH_PRIVATE_HOSTS": f"127.0.0.1:{port}",
        }
    )
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.events", *arguments,
            env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(WORKERS)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        await process.stdout.readline()
    began = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        await process.stdin.drain()
    outputs = await asyncio.gather(*(process.communicate() for process in processes))
    said = [output.split()[-2:] for output, _ in outputs]
    return time.perf_counter() - began, sum(int(done) for done, _ in said), sum(float(cpu) for _, cpu in said)


async def measure(endpoints: int, events: int) -> None:
    with running_stack() as shared, copied_stack(shared) as stack:
        receiver = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.events", "--receive", stdout=asyncio.subprocess.PIPE
        )
        try:
            assert receiver.stdout is not None
            port = int(await receiver.stdout.readline())
            url = f"http://127.0.0.1:{port}/hook"
            with psycopg.connect(stack.database_url, autocommit=True) as connection:
                fill(connection, url, endpoints, events, stack.environment["ENCRYPTION_KEYS"])
                before = cpu_of_postgres(connection)
                seconds, done, cpu = await run_processes(stack, port, "--work")
                postgres = cpu_of_postgres(connection) - before
                # The workers end when a look finds nothing; the last delivery was earlier.
                row = connection.execute(
                    "select extract(epoch from max(delivered_at) - min(created_at))::float, count(*) "
                    "from public.webhook_deliveries where status = 'delivered'"
                ).fetchone()
                assert row is not None
            bare, posted, bare_cpu = await run_processes(stack, port, "--post", url, str(events // WORKERS))
        finally:
            receiver.kill()
            await receiver.wait()
        rate, bare_rate = row[1] / row[0], posted / bare
        print(f"{endpoints} endpoints, {events} events, {WORKERS} workers: {done} delivered in {seconds:.1f} s")
        print(f"  from the first row to the last delivery {row[0]:.1f} s: {rate:.0f} deliveries a second")
        print(
            f"  microseconds of processor time for each: Postgres {postgres / done * 1e6:.0f}, "
            f"a worker {cpu / done * 1e6:.0f}, the bare loop {bare_cpu / posted * 1e6:.0f}"
        )
        print(
            f"  a bare loop of the same client: {bare_rate:.0f} requests a second, {bare_rate / rate:.1f} times as many"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--receive", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--post", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.receive:
        asyncio.run(receive())
    elif chosen.work:
        print(asyncio.run(work()), time.process_time())
    elif chosen.post:
        print(asyncio.run(post(chosen.post[0], int(chosen.post[1]))), time.process_time())
    else:
        asyncio.run(measure(chosen.endpoints, chosen.events))


if __name__ == "__main__":
    main()
