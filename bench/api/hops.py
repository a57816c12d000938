"""The two services behind a function, KV and the data API, with a delay that is known.

A relay first passes requests on and keeps one answer of each service. From then on it gives these answers after a
fixed time, as a service in the same region would: what a request takes above that time is the function's own.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import aiohttp
from aiohttp import web

from bench.api.measure import Sample, Side, Target, run_phase, send
from bench.api.operations import OPERATIONS
from bench.api.platforms import UNLIMITED, function_server
from bench.api.results import Run
from local.stack.copies import free_port

DELAY_SECONDS: Final = 0.015
AT_ONCE: Final = 30
COUNTED: Final = ("get", "list by status, created", "search, two words", "update title", "create")
KEPT: Final = ("content-type", "content-range")


@dataclass
class Relay:
    """A server in front of KV and the data API."""

    http: aiohttp.ClientSession
    targets: dict[str, str]
    calls: "Counter[str]" = field(default_factory=Counter[str])
    answers: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict[str, Any])
    requests: dict[str, tuple[str, str, bytes, dict[str, str]]] = field(default_factory=dict[str, Any])
    is_replaying: bool = False

    async def handle(self, request: web.Request) -> web.Response:
        service, rest = request.match_info["service"], request.match_info["rest"]
        try:
            body = await request.read()
        except ConnectionResetError:
            return web.Response(status=499)  # the function gave up
        self.calls[service] += 1
        if self.is_replaying:
            await asyncio.sleep(DELAY_SECONDS)
        else:
            url = f"{self.targets[service]}{rest}"
            dropped = ("host", "content-length", "accept-encoding")
            headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
            self.requests[service] = (request.method, url, body, headers)
            async with self.http.request(
                request.method, url, params=request.query_string, data=body, headers=headers
            ) as response:
                kept = {name: response.headers[name] for name in KEPT if name in response.headers}
                self.answers[service] = (response.status, await response.read(), kept)
        status, text, headers = self.answers[service]
        return web.Response(status=status, body=text, headers=headers)


@asynccontextmanager
async def relayed(side: Side, function: str = "contents") -> AsyncGenerator[tuple[Relay, Target]]:
    """Yields a relay, and a function that calls both services through it."""
    settings = side.platform.stack.environment
    port = free_port()
    relay = Relay(side.http, {"kv": settings["UPSTASH_REDIS_REST_URL"], "supabase": settings["SUPABASE_URL"]})
    app = web.Application(client_max_size=10**8)
    app.router.add_route("*", "/{service:kv|supabase}{rest:.*}", relay.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    origin = f"http://127.0.0.1:{port}"
    environment = settings | {
        "UPSTASH_REDIS_REST_URL": f"{origin}/kv",
        "SUPABASE_URL": f"{origin}/supabase",
        "SUPABASE_JWT_ISSUER": f"{settings['SUPABASE_URL']}/auth/v1",
    }
    try:
        with function_server(side.platform.root, function, environment | UNLIMITED) as (address, pid):
            target = side.function(OPERATIONS[0], "admin")
            yield relay, replace(target, base=f"{address}/api/v1", processes=replace(target.processes, function=pid))
    finally:
        await runner.cleanup()


async def _directly(http: aiohttp.ClientSession, request: tuple[str, str, bytes, dict[str, str]], times: int) -> Sample:
    """Repeats the request of a function to a service, without the function."""
    method, url, body, headers = request
    sample = Sample()
    for _ in range(times):
        began = asyncio.get_running_loop().time()
        async with http.request(method, url, data=body, headers=headers) as response:
            await response.read()
            if response.status >= 300:
                raise RuntimeError(f"{url}: {response.status}: {await response.text()}")
        sample.latencies.append((asyncio.get_running_loop().time() - began) * 1000)
    return sample


async def print_hops(side: Side, run: Run, seconds: float) -> None:
    """Prints the calls of each verb, and what a function adds to the time of its two hops."""
    http = side.http
    await side.sign_in()
    async with relayed(side) as (relay, target):
        print("\ncalls of a request: commands of KV, calls of the data API")
        for operation in (each for each in OPERATIONS if each.name in COUNTED):
            await send(http, target, operation.ours(side.works(1)[0]))
            relay.calls.clear()
            await send(http, target, operation.ours(side.works(1)[0]))
            counted = {"kv": relay.calls["kv"], "data_api": relay.calls["supabase"]}
            run.add(f"calls: {operation.name}", counted)
            print(f"{operation.name:29}{counted['kv']:4}{counted['data_api']:4}")
        await _print_latency(side, run, relay, target, seconds)


async def _print_latency(side: Side, run: Run, relay: Relay, target: Target, seconds: float) -> None:
    http, get = side.http, OPERATIONS[0]
    await send(http, target, get.ours(side.works(1)[0]))
    direct = side.function(get, "admin")
    alone = await run_phase(http, direct, get.ours, side.works(1), seconds)
    hops = {name: await _directly(http, relay.requests[name], 20) for name in ("kv", "supabase")}
    slower = max(hop.quantile(0.5) for hop in hops.values())
    local = alone.quantile(0.5) / slower
    print(
        f"\nGET of a content, one connection: {alone.quantile(0.5):.1f} ms; its hops alone: "
        f"KV {hops['kv'].quantile(0.5):.1f}, data API {hops['supabase'].quantile(0.5):.1f}; {local:.2f} × the slower"
    )
    relay.is_replaying = True
    delay = DELAY_SECONDS * 1000
    await run_phase(http, target, get.ours, side.works(AT_ONCE), seconds)
    one = await run_phase(http, target, get.ours, side.works(1), seconds)
    began = time.process_time()
    many = await run_phase(http, target, get.ours, side.works(AT_ONCE), seconds)
    # One process of Python serves one after another: this one as well, which is the client and both services.
    own = (time.process_time() - began) * 1000 / len(many.latencies)
    function = many.figures()["function"]
    crowd = many.quantile(0.99) / one.quantile(0.99)
    print(
        f"the same where each hop takes {delay:.0f} ms: p50 {one.quantile(0.5):.1f} ms, "
        f"{one.quantile(0.5) / delay:.2f} × a hop; {AT_ONCE} at once in one instance: "
        f"p99 {many.quantile(0.99):.1f} ms, {crowd:.2f} × the p99 of one ({one.quantile(0.99):.1f} ms)\n"
        f"processor time of {AT_ONCE} requests: of the function {AT_ONCE * function:.1f} ms, "
        f"of the client and both services {AT_ONCE * own:.1f} ms"
    )
    run.add(
        "latency of get",
        {
            "over_slower_hop": round(local, 2),
            "over_fixed_hop": round(one.quantile(0.5) / delay, 2),
            "p99_of_30_over_one": round(crowd, 2),
            "function_at_30": function,
            "bench_at_30": round(own, 2),
        },
    )
