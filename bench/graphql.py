"""Measures GraphQL against REST on the same stack, for the same values.

``python -m bench.graphql`` fills a platform of its own and prints for one object with two related ones, for a list of
20 of them, and for the dashboard against its five requests of REST: milliseconds of processor time of the functions,
their ratio, the bytes of both answers, and how many commands of KV and calls of the data API each takes. A document
selects what the answer of REST has, so that a schema that grows changes nothing.

It ends with the import of ``api.graph`` relative to ``import fastapi``, and with the time from the answer to a change,
which comes after its commit, to the first event of a subscription.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp

from bench import coldstart
from bench.api.__main__ import IDLE_SECONDS
from bench.api.data import fill, this_hour
from bench.api.hops import relayed
from bench.api.measure import Measurement, Side, alternate, send
from bench.api.operations import Call, Operation, Work
from bench.api.platforms import platform
from bench.graphql_shapes import FUNCTIONS, SHAPES, Part, Shape, document_of
from bench.graphql_subscription import print_first_event

CONNECTIONS: Final = (16, 1)
ROUNDS: Final = 5
MAX_IMPORT: Final = 2.0


def _asked(part: Part, values: dict[str, str]) -> Call:
    params = [(name, value.format(**values)) for name, value in part.params]
    return Call("GET", part.path.format(**values), params)


def _queried(document: str, values: dict[str, str]) -> Call:
    used = {name: value for name, value in values.items() if f"${name}" in document}
    return Call("POST", "/graphql", body={"query": document, "variables": used})


@dataclass(frozen=True)
class View:
    """A shape with its requests: those of REST, and the one of GraphQL."""

    shape: Shape
    rest: tuple[Operation, ...]
    graph: Operation
    bytes: tuple[int, int]
    """The sizes of the answers of REST together, and of that of GraphQL."""

    @classmethod
    async def of(cls, side: Side, shape: Shape) -> "View":
        """Asks REST and makes the document of its answers. Raises RuntimeError where GraphQL answers with errors."""
        work = side.works(1)[0]
        values = shape.values(work)
        rest = tuple(_rest_operation(shape, part) for part in shape.parts)
        bodies = [
            await send(side.http, side.function(operation, "admin"), _asked(part, values))
            for operation, part in zip(rest, shape.parts, strict=True)
        ]
        document = document_of(shape, [json.loads(body) for body in bodies])
        graph = Operation(f"{shape.name} by GraphQL", partial(_make_query, shape, document), function="graph")
        answer = await send(side.http, side.function(graph, "admin"), _queried(document, values))
        if errors := json.loads(answer).get("errors"):
            raise RuntimeError(f"{shape.name}: {errors}\n{document}")
        return cls(shape, rest, graph, (sum(map(len, bodies)), len(answer)))


def _make_query(shape: Shape, document: str, work: Work) -> Call:
    return _queried(document, shape.values(work))


def _make_request(shape: Shape, part: Part, work: Work) -> Call:
    return _asked(part, shape.values(work))


def _rest_operation(shape: Shape, part: Part) -> Operation:
    return Operation(f"{shape.name}: {part.path}", partial(_make_request, shape, part), function=part.function)


async def _measured(side: Side, view: View, connections: int, seconds: float) -> float:
    """Prints what a view costs by both ways, and returns the ratio of their processor times."""
    await side.sign_in()
    measured: list[Measurement] = [
        (side.function(operation, "admin"), operation.ours, lambda: side.works(connections))
        for operation in (view.graph, *view.rest)
    ]
    samples = [sample.figures() for sample in await alternate(side.http, measured, seconds, ROUNDS)]
    graph, rest = samples[0], samples[1:]
    by_rest = sum(figures["function"] for figures in rest)
    ratio = graph["function"] / by_rest
    wait = sum(figures["p50"] for figures in rest)
    size = view.bytes[1] / view.bytes[0]
    print(
        f"{view.shape.name:42}{connections:>3} |{graph['function']:9.2f}{by_rest:9.2f}{ratio:7.2f} |"
        f"{graph['postgres']:9.2f}{sum(figures['postgres'] for figures in rest):9.2f} |"
        f"{graph['p50']:8.1f}{wait:8.1f} |{view.bytes[1]:>8}{size:7.2f}",
        flush=True,
    )
    return ratio


async def _calls(side: Side, operation: Operation) -> tuple[int, int]:
    """Returns how many commands of KV and calls of the data API a request takes in a warm instance."""
    async with relayed(side, operation.function) as (relay, target):
        await send(side.http, target, operation.ours(side.works(1)[0]))
        relay.calls.clear()
        await send(side.http, target, operation.ours(side.works(1)[0]))
        await asyncio.sleep(0.1)  # for work that goes on after the answer
        return relay.calls["kv"], relay.calls["supabase"]


async def _print_calls(side: Side, views: list[View]) -> None:
    print("\ncommands of KV, calls of the data API: by GraphQL, and by REST")
    for view in views:
        graph = await _calls(side, view.graph)
        rest = [await _calls(side, operation) for operation in view.rest]
        kv, data = (sum(counts) for counts in zip(*rest, strict=True))
        print(f"{view.shape.name:42}{graph[0]:4}{graph[1]:4}   {kv:4}{data:4}", flush=True)


def _print_import() -> bool:
    """Prints what the import of the function costs, and returns whether it is within its bound."""
    with tempfile.TemporaryDirectory() as folder:
        bundles = {name: coldstart.link_packages(Path(folder), name) for name in ("system", "graph")}
        least = coldstart.measure(bundles)
    base = least["fastapi"] - least["nothing"]
    ratio = (least["graph"] - least["nothing"]) / base
    print(f"\nimport of api.graph: {least['graph'] * 1000:.0f} ms, {ratio:.2f} × import fastapi ({base * 1000:.0f} ms)")
    return ratio <= MAX_IMPORT


async def measure(given: argparse.Namespace) -> list[str]:
    """Returns what is above its bound."""
    above: list[str] = []
    with ExitStack() as stack:
        ours = stack.enter_context(platform("graphql", functions=FUNCTIONS))
        data = fill(ours.stack.database_url, given.rows, given.brands, this_hour())
        async with AsyncExitStack() as clients:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS)
            timeout = aiohttp.ClientTimeout(total=120)
            http: Any = await clients.enter_async_context(aiohttp.ClientSession(connector=connector, timeout=timeout))
            side = Side(http, ours, data)
            await side.sign_in()
            views = [await View.of(side, shape) for shape in SHAPES]
            print(
                f"{'':45} |{'function':>18}{'×':>7} |{'Postgres':>18} |{'p50':>16} |{'bytes':>15}\n"
                f"{'':45} |{'GraphQL':>9}{'REST':>9}{'':>7} |{'GraphQL':>9}{'REST':>9} |{'GraphQL':>8}{'REST':>8} |"
                f"{'GraphQL':>8}{'×':>7}",
                flush=True,
            )
            for view in views:
                for connections in CONNECTIONS:
                    ratio = await _measured(side, view, connections, given.seconds)
                    if view.shape.most is not None and ratio > view.shape.most:
                        above.append(f"{view.shape.name}, {connections} connections: {ratio:.2f}")
            await _print_calls(side, views)
            if not await print_first_event(side):
                above.append("the first event of a subscription")
    if not _print_import():
        above.append("the import of api.graph")
    return above


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000, help="contents; 200000 for realistic numbers")
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each side of each measurement")
    above = asyncio.run(measure(parser.parse_args()))
    for each in above:
        print(f"above its bound: {each}", file=sys.stderr)
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
