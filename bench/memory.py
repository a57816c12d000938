"""Measures memory: of each function after its import, and of contents before, during and after many requests.

``python -m bench.memory``. The requests are reads and updates at a platform of its own. Growth after the first tenth
is what counts: until then caches fill.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from typing import Final

import aiohttp

from bench.api.cpu import resident_megabytes
from bench.api.data import fill, this_hour
from bench.api.measure import Side, send
from bench.api.operations import OPERATIONS
from bench.api.platforms import platform
from tools.package import ENVIRONMENT, ROOT, function_names

MAX_MEGABYTES: Final = 110
MAX_GROWTH: Final = 5.0
EXEMPT: Final = ("ai",)
MIXED: Final = ("get", "list by last change", "update title")
CONNECTIONS: Final = 8
CODE: Final = """
import importlib, os, pathlib
importlib.import_module({module!r})
pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
print(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
"""


def after_import(module: str) -> float:
    environment = ENVIRONMENT | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CODE.format(module=module)]
    return float(subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True).stdout)


async def during_requests(requests: int) -> list[float]:
    """Returns the megabytes of the function after each tenth of the requests."""
    operations = [operation for operation in OPERATIONS if operation.name in MIXED]
    with platform("memory") as running:
        data = fill(running.stack.database_url, 1000, 5, this_hour())
        pid = running.functions["contents"][1]
        connector = aiohttp.TCPConnector(keepalive_timeout=2)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as http:
            side = Side(http, running, data)
            found: list[float] = []
            works = side.works(CONNECTIONS)
            for _ in range(10):
                await side.sign_in()

                async def work_on(number: int) -> None:
                    for turn in range(requests // 10 // CONNECTIONS):
                        operation = operations[turn % len(operations)]
                        await send(http, side.function(operation, "admin"), operation.ours(works[number]))

                await asyncio.gather(*(work_on(number) for number in range(CONNECTIONS)))
                found.append(resident_megabytes(pid))
            return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    given = parser.parse_args()
    print(f"resident memory after the import, MB (at most {MAX_MEGABYTES})")
    imported = {name: after_import(f"api.{name}") for name in function_names()}
    for name, size in imported.items():
        print(f"{name:12}{size:7.0f}")
    sizes = asyncio.run(during_requests(given.requests))
    growth = sizes[-1] - sizes[0]
    print(f"contents after each tenth of {given.requests:,} requests: {', '.join(f'{size:.0f}' for size in sizes)}")
    print(f"growth after the first tenth: {growth:.1f} MB (at most {MAX_GROWTH:.0f})")
    large = [name for name, size in imported.items() if name not in EXEMPT and size > MAX_MEGABYTES]
    if sizes[-1] > MAX_MEGABYTES:
        large.append("contents after its requests")
    if large or growth > MAX_GROWTH:
        print(f"error: over the limit: {', '.join(large) or 'growth'}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
