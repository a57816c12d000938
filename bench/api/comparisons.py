"""The measurements of one run, in the order in which they are printed."""

import argparse
import json
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import aiohttp

from bench.api.cpu import Processes
from bench.api.measure import WARM, Measurement, Sample, Side, Target, alternate, send
from bench.api.operations import OPERATIONS, Call, Make, Operation, Work
from bench.api.platforms import server
from bench.api.results import Run
from local.stack.copies import free_port
from local.stack.settings import PUBLISHABLE_KEY

# The many first: they warm up all connections of the data API.
CONNECTIONS: Final = (16, 1)
ROUNDS: Final = 3
COLUMNS: Final = (
    f"{'':29}{'':7}{'c':>3} |{'function':>9}{'Postgres':>9}{'per s':>8}{'p50':>8}{'p95':>8}{'p99':>8} |"
    f"{'plain Pg':>9}{'×':>6} |{'bare':>6}{'×':>6} |{'KV':>6}{'data API':>9}"
)
WHOLE: Final = ("get", "list by status, created", "update title", "create")


def _line(name: str, caller: str, connections: int, figures: dict[str, float]) -> str:
    def ratio(part: str, whole: str) -> str:
        return f"{figures[part]:9.2f}{figures[whole] / figures[part]:6.2f}" if figures.get(part) else f"{'':15}"

    return (
        f"{name:29}{caller:7}{connections:>3} |{figures['function']:9.2f}{figures['postgres']:9.2f}"
        f"{figures['rate']:8.0f}{figures['p50']:8.1f}{figures['p95']:8.1f}"
        f"{figures['p99']:8.1f} |{ratio('plain_postgres', 'postgres')} |"
        f"{ratio('bare', 'function')[3:]} |{figures['kv']:6.2f}{figures['data_api']:9.2f}"
        + (f"  {figures['failures']:.0f} failed" if figures["failures"] else "")
    )


def key_of(name: str, caller: str, connections: int) -> str:
    return f"{name} | {caller} | {connections}"


class Comparisons:
    """Measures the platform of this checkout, beside the plain table, bare FastAPI and, if given, another commit."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        sides: list[Side],
        plain: tuple[str, int],
        run: Run,
        given: argparse.Namespace,
    ) -> None:
        self.http = http
        self.sides = sides
        self.plain = plain
        self.run = run
        self.seconds: float = given.seconds
        names = [name for name in given.only.split(",") if name]
        self.operations = [
            operation
            for operation in OPERATIONS
            if (operation.is_main or not given.main) and (not names or operation.name.startswith(tuple(names)))
        ]

    async def measure_all(self) -> None:
        async with self._bare_server() as bare:
            print(f"\n{COLUMNS}", flush=True)
            for operation in self.operations:
                for caller in (operation.caller, "key") if operation.by_key else (operation.caller,):
                    for connections in CONNECTIONS:
                        await self._measure(operation, caller, connections, bare)
        await self._measure_whole()

    @asynccontextmanager
    async def _bare_server(self) -> AsyncGenerator[Target]:
        """Serves the answers of the main operations from memory."""
        side = self.sides[0]
        await side.sign_in()
        answers: dict[str, Any] = {}
        for operation in self.operations:
            if operation.is_main:
                call = operation.ours(side.works(1)[0])
                body = await send(self.http, side.function(operation, operation.caller), call)
                answers[operation.name] = json.loads(body)
        port = free_port()
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(answers, file)
            file.flush()
            command = [sys.executable, "-m", "bench.api.bare", file.name, str(port)]
            with server(command, {}, port=port) as pid:
                yield Target(f"http://127.0.0.1:{port}", Processes(pid, side.platform.postmaster, (), ()), {})

    def _plain_target(self, caller: str) -> Target:
        side = self.sides[0]
        base, pid = self.plain
        processes = replace(side.platform.processes("contents"), data_api=(pid,))
        token = side.credentials("admin" if caller in ("key", "nobody") else caller)
        return Target(base, processes, token | {"apikey": PUBLISHABLE_KEY})

    async def _measure(self, operation: Operation, caller: str, connections: int, bare: Target) -> None:
        for side in self.sides:
            await side.sign_in()
        measured: list[Measurement] = [
            (side.function(operation, caller), operation.ours, lambda side=side: side.works(connections))
            for side in self.sides
        ]
        first = self.sides[0]
        if operation.plain is not None:
            measured.append((self._plain_target(caller), operation.plain, lambda: first.works(connections)))
        if operation.is_main:
            measured.append((bare, _from_memory(operation), lambda: first.works(connections, is_apart=True)))
        samples = await alternate(self.http, measured, self.seconds, ROUNDS, warm=1 if operation.is_once else WARM)
        self._report(operation, caller, connections, samples)

    def _report(self, operation: Operation, caller: str, connections: int, samples: list[Sample]) -> None:
        figures = samples[0].figures()
        rest = [sample.figures() for sample in samples[len(self.sides) :]]
        if operation.plain is not None:
            plain = rest.pop(0)
            figures |= {"plain_postgres": plain["postgres"], "plain_p50": plain["p50"], "plain_rate": plain["rate"]}
        if operation.is_main:
            figures["bare"] = rest.pop(0)["function"]
        self.run.add(key_of(operation.name, caller, connections), figures)
        print(_line(operation.name, caller, connections, figures), flush=True)
        if len(self.sides) > 1:
            self._report_ratio(key_of(operation.name, caller, connections), figures, samples[1].figures())

    def _report_ratio(self, key: str, now: dict[str, float], then: dict[str, float]) -> None:
        self.run.add(f"then: {key}", then)
        shares = {
            name: now[name] / then[name] if then[name] else float("nan") for name in ("function", "postgres", "rate")
        }
        print(
            f"{'':39} |{then['function']:9.2f}{then['postgres']:9.2f}{then['rate']:8.0f}   then; now as a multiple: "
            f"function {shares['function']:.2f}, Postgres {shares['postgres']:.2f}, requests {shares['rate']:.2f}",
            flush=True,
        )

    async def _measure_whole(self) -> None:
        """Measures requests per second of everything on this machine, routing and stand-ins included."""
        print("\nthe whole local platform, 16 connections: requests a second, and ms of the server with its routing")
        for operation in OPERATIONS:
            if operation.name not in WHOLE or operation not in self.operations:
                continue
            for side in self.sides:
                await side.sign_in()
            measured: list[Measurement] = [
                (side.whole("admin"), operation.ours, lambda side=side: side.works(16)) for side in self.sides
            ]
            found = [sample.figures() for sample in await alternate(self.http, measured, self.seconds, ROUNDS)]
            for prefix, figures in zip(("", "then: "), found, strict=False):
                self.run.add(f"{prefix}whole: {operation.name}", figures)
            ratio = f", {found[0]['rate'] / found[1]['rate']:.2f} × then" if len(found) > 1 else ""
            print(f"{operation.name:29}{found[0]['rate']:8.0f}/s {found[0]['function']:8.2f}{ratio}", flush=True)


def _from_memory(operation: Operation) -> Make:
    method = "GET" if operation.name.startswith(("get", "list", "search", "suggest")) else "POST"

    def make(work: Work) -> Call:
        asked = operation.ours(work) if method == "POST" else None
        return Call(method, f"/{operation.name}", body=asked.body if asked else None)

    return make
