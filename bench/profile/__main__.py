"""Shows where the processor time of a request goes, in Python and in SQL.

``python -m bench.profile get`` takes the name of an operation of ``bench.api``, its beginning, or a route:
``'GET /contents/{id}'``. A GET of any route of contents works; ``{id}`` is filled in.

Python: the function is sampled while it answers, and each sample counts for a part of the work. SQL: every statement,
also inside functions and triggers, with its calls and its milliseconds a request, from pg_stat_statements. The time of
a statement includes that of the statements inside it.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import aiohttp
import psycopg

from bench.api.cpu import Processes
from bench.api.data import fill, this_hour
from bench.api.measure import Sample, Side, Target, run_phase
from bench.api.operations import OPERATIONS, Call, Operation, Work
from bench.api.platforms import UNLIMITED, platform, server
from bench.api.results import FOLDER
from bench.profile.groups import shares_by_function, shares_by_group
from local.stack.copies import free_port
from local.stack.settings import ROOT, SUPERUSER, with_role

IDS: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
STATEMENTS: Final = """
  select toplevel, calls, total_exec_time + total_plan_time, total_plan_time, regexp_replace(query, '\\s+', ' ', 'g')
  from extensions.pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database())
  order by total_exec_time + total_plan_time desc
"""

type Counted = tuple[list[tuple[Any, ...]], int]


def _route_of(operation: Operation, work: Work) -> str:
    call = operation.ours(work)
    return f"{call.method} {IDS.sub('{id}', call.path)}"


def find_operation(asked: str, work: Work) -> Operation:
    """Finds an operation by its name or route. Raises SystemExit for an unknown one."""
    wanted = asked.replace("/api/v1", "").strip()
    for operation in OPERATIONS:
        if operation.name.startswith(wanted) or _route_of(operation, work) == re.sub(r"\{\w+\}", "{id}", wanted):
            return operation
    method, _, path = wanted.partition(" ")
    if method == "GET" and path.startswith("/contents"):
        return Operation(wanted, lambda work: Call("GET", re.sub(r"\{\w+\}", work.choice.choice(work.data.ids), path)))
    names = ", ".join(operation.name for operation in OPERATIONS)
    raise SystemExit(f"error: no operation has the name {asked!r}: take GET with a path of contents, or one of {names}")


def print_python(stacks: list[tuple[list[str], int]], milliseconds: float) -> None:
    whole = sum(number for _, number in stacks) or 1
    print(f"\nPython: {milliseconds:.2f} ms a request ({whole} samples)")
    for title, counts, most in (
        ("part", shares_by_group(stacks), 30),
        ("function, with the C that it calls", shares_by_function(stacks), 20),
    ):
        print(f"\n  {'ms':>6} {'share':>6}  {title}")
        for name, number in counts.most_common(most):
            print(f"  {number / whole * milliseconds:6.2f} {number / whole:6.1%}  {name}")


def print_sql(rows: list[tuple[Any, ...]], requests: int, milliseconds: float) -> None:
    nested = sum(row[1] for row in rows if not row[0]) / requests
    outer = sum(row[1] for row in rows if row[0]) / requests
    print(
        f"\nSQL: {milliseconds:.2f} ms of Postgres a request; {outer:.0f} statements, and {nested:.0f} nested in them"
    )
    print(f"\n  {'calls':>6} {'ms':>8} {'planning':>9}      statement (its time includes that of statements inside it)")
    for is_outer, calls, spent, planning, text in rows[:40]:
        depth = "     " if is_outer else "  in "
        print(f"  {calls / requests:6.1f} {spent / requests:8.3f} {planning / requests:9.3f}{depth} {text[:110]}")


async def _profile(given: argparse.Namespace) -> None:
    with platform("profile") as running, tempfile.TemporaryDirectory() as folder:
        data = fill(running.stack.database_url, given.rows, given.brands, this_hour())
        file, port = Path(folder) / "stacks.json", free_port()
        operation = find_operation(given.route, Work(data, 0, {}, iter(())))  # pyright: ignore[reportArgumentType]
        command = [sys.executable, "-m", "bench.profile.sampler", operation.function, str(port), str(file)]
        environment = running.stack.environment | UNLIMITED
        timeout = aiohttp.ClientTimeout(total=120)
        connector = aiohttp.TCPConnector(keepalive_timeout=2)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
            with server(command, environment, port=port, root=ROOT) as pid:
                side = Side(http, running, data)
                await side.sign_in()
                headers = side.function(operation, operation.caller).headers
                processes = Processes(pid, running.postmaster, running.kv, running.data_api)
                target = Target(f"http://127.0.0.1:{port}/api/v1", processes, headers)
                works = side.works(given.connections)

                async def send(seconds: float) -> Sample:
                    return await run_phase(http, target, operation.ours, works, seconds)

                await send(given.seconds / 2)
                plainly = (await send(given.seconds)).figures()
                os.kill(pid, signal.SIGUSR1)
                await send(given.seconds * 2)
                os.kill(pid, signal.SIGUSR2)
                rows, requests = await _count_statements(running.stack.database_url, send, given.seconds)
        print(f"{operation.name}, {given.connections} connections, {given.rows:,} contents")
        print_python(json.loads(file.read_text()), plainly["function"])
        print_sql(rows, requests, plainly["postgres"])
        if given.save:
            _save(operation, shares_by_group(json.loads(file.read_text())), plainly, rows, requests)


async def _count_statements(url: str, send: Callable[[float], Awaitable[Sample]], seconds: float) -> Counted:
    """Returns the statements of some requests, and how many requests these were."""
    with psycopg.connect(with_role(url, SUPERUSER), autocommit=True) as owner:
        owner.execute("create extension if not exists pg_stat_statements with schema extensions")
        for setting in ("track = 'all'", "track_planning = on"):
            owner.execute(f"alter system set pg_stat_statements.{setting}".encode())
        owner.execute("select pg_reload_conf()")
        await send(seconds / 2)
        owner.execute("select extensions.pg_stat_statements_reset()")
        sample = await send(seconds)
        return owner.execute(STATEMENTS.encode()).fetchall(), max(len(sample.latencies), 1)


def _save(operation: Operation, parts: "Counter[str]", plainly: dict[str, float], *counted: Any) -> None:
    """Keeps what docs/performance.md shows of a request."""
    rows, requests = counted
    whole = sum(parts.values()) or 1
    kept = {
        "operation": operation.name,
        "function": plainly["function"],
        "postgres": plainly["postgres"],
        "nested": sum(row[1] for row in rows if not row[0]) / requests,
        "parts": {name: round(number / whole * plainly["function"], 3) for name, number in parts.most_common()},
    }
    folder = FOLDER / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{re.sub(r'[^a-z]+', '-', operation.name.lower()).strip('-')}.json"
    file.write_text(json.dumps(kept, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("route", help="get, list, update, create, … or 'GET /contents/{id}'")
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--brands", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--save", action="store_true", help="keep the parts for docs/performance.md")
    asyncio.run(_profile(parser.parse_args()))


if __name__ == "__main__":
    main()
