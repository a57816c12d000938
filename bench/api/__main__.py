"""Measures what a request costs: processor time of the function and of Postgres, latency and throughput.

``python -m bench.api`` fills a platform of its own with contents of three years. It prints for each verb and shape,
with one connection and with sixteen: milliseconds of processor time a request of the function and of Postgres, requests
a second, and p50, p95 and p99 in milliseconds. Beside it stand the Postgres time of the same by the data API alone on a
plain table of the same rows with one policy, and the processor time of bare FastAPI that answers the same from memory.
The processor time of our stand-ins of KV and of the data API is left out of both and printed apart.

``--against REF`` measures another commit as well, in turns, and prints the ratios of now to then.
"""

import argparse
import asyncio
from contextlib import AsyncExitStack, ExitStack
from typing import Final

import aiohttp

from bench.api.comparisons import Comparisons
from bench.api.data import fill, this_hour
from bench.api.hops import print_hops
from bench.api.measure import Side
from bench.api.plain import make_plain_table
from bench.api.platforms import plain_data_api, platform, worktree
from bench.api.results import Run, newest_saved, print_changes

# Shorter than that of the servers, which close idle connections after five seconds.
IDLE_SECONDS: Final = 2.0
# Contents of a brand, so that each connection has a draft and an archived one of its own.
LEAST_ROWS: Final = 200


async def measure(given: argparse.Namespace) -> None:
    with ExitStack() as stack:
        platforms = [stack.enter_context(platform("now"))]
        if given.against:
            root = stack.enter_context(worktree(given.against))
            platforms.append(stack.enter_context(platform("then", root)))
        now = this_hour()
        filled = [fill(each.stack.database_url, given.rows, given.brands, now) for each in platforms]
        make_plain_table(platforms[0].stack.database_url)
        plain = stack.enter_context(plain_data_api(platforms[0].stack))
        run = Run.begin(platforms, given)
        print(run.heading(), flush=True)
        async with AsyncExitStack() as clients:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS)
            timeout = aiohttp.ClientTimeout(total=120)
            http = await clients.enter_async_context(aiohttp.ClientSession(connector=connector, timeout=timeout))
            sides = [Side(http, each, data) for each, data in zip(platforms, filled, strict=True)]
            await Comparisons(http, sides, plain, run, given).measure_all()
            await print_hops(sides[0], run, given.seconds)
        saved = newest_saved()
        if saved is not None:
            print_changes(saved, run)
        if given.save:
            print(f"\nsaved as {run.save(given.save)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000, help="contents; 200000 for realistic numbers")
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each side of each measurement")
    parser.add_argument("--only", default="", help="the operations whose names begin with one of these, by commas")
    parser.add_argument("--main", action="store_true", help="only the verbs that the targets name")
    parser.add_argument("--against", metavar="REF", help="a commit to measure as well")
    parser.add_argument("--save", metavar="NAME", help="write the figures to bench/results/<date>-<name>.json")
    given = parser.parse_args()
    if given.brands < 2 or given.rows < given.brands * LEAST_ROWS:
        parser.error(f"at least 2 brands, and {LEAST_ROWS} contents for each")
    asyncio.run(measure(given))


if __name__ == "__main__":
    main()
