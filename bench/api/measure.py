"""Sends requests over a number of connections, and reads the clocks of all processes before and after."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import aiohttp

from bench.api.cpu import Processes, Spent
from bench.api.data import ADMIN, READER, Data
from bench.api.operations import Call, Make, NothingLeft, Operation, Work, encoded
from bench.api.platforms import Platform
from local.demo.callers import PASSWORD

ADDRESS: Final = {"x-vercel-forwarded-for": "203.0.113.7"}
RENEWAL_SECONDS: Final = 600.0
TRIES: Final = 5
# Requests of each connection before those that count. A connection of Postgres settles on its plans in its first five.
WARM: Final = 8
MAX_FAILURES: Final = 20
SETTLING_SECONDS: Final = 0.02
NO_TIME: Final = Spent(0.0, 0.0, 0.0, 0.0)


@dataclass
class Sample:
    latencies: list[float] = field(default_factory=list[float])
    """Milliseconds."""
    seconds: float = 0.0
    spent: Spent = NO_TIME
    failures: int = 0
    """Requests that a machine which is too busy did not answer in time."""

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def add(self, other: "Sample") -> None:
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.spent = self.spent.plus(other.spent)
        self.failures += other.failures

    def figures(self) -> dict[str, float]:
        """Returns what a report shows and a saved run keeps; milliseconds, and requests a second."""
        number = max(len(self.latencies), 1)
        each = {name: seconds / number * 1000 for name, seconds in vars(self.spent).items()}
        quantiles = {f"p{share}": self.quantile(share / 100) for share in (50, 95, 99)}
        figures = (
            each
            | {"rate": len(self.latencies) / self.seconds}
            | quantiles
            | {"requests": number, "failures": self.failures}
        )
        return {name: round(value, 3) for name, value in figures.items()}


@dataclass
class Target:
    """A server, with the headers of its callers."""

    base: str
    processes: Processes
    headers: dict[str, str]


class Refused(Exception):
    """Raised for any answer but a success."""

    def __init__(self, call: Call, status: int, text: str) -> None:
        super().__init__(f"{call.method} {call.path} {call.params}: {status}: {text[:2000]}")
        self.status = status
        self.text = text

    def repair(self, call: Call, work: Work) -> bool:
        """Tells whether a busy machine explains it. Reads the version that a content has after an unknown outcome."""
        if self.status == 412:
            current = json.loads(self.text)["error"]["details"][0]["message"]
            work.versions[call.path.rsplit("/", 1)[1]] = int(current)
        return self.status in (409, 412, 502, 503, 504)


async def send(http: aiohttp.ClientSession, target: Target, call: Call) -> bytes:
    """Returns the body. Raises Refused."""
    json_type = {"Content-Type": "application/json"} if call.body is not None else {}
    async with http.request(
        call.method,
        target.base + call.path,
        params=call.params,
        data=encoded(call),
        headers=target.headers | json_type | call.headers,
    ) as response:
        body = await response.read()
        if response.status >= 300:
            raise Refused(call, response.status, body.decode())
        return body


async def run_phase(
    http: aiohttp.ClientSession, target: Target, make: Make, works: list[Work], seconds: float, *, least: int = 1
) -> Sample:
    """Sends requests for so many seconds, and at least so many by each connection, one after another."""
    sample = Sample()
    before = Spent.read(target.processes)
    began = time.perf_counter()
    until = began + seconds

    async def work_on(work: Work) -> None:
        sent_requests = 0
        while time.perf_counter() < until or sent_requests < least:
            sent_requests += 1
            try:
                call = make(work)
            except NothingLeft:
                return
            sent = time.perf_counter()
            try:
                await send(http, target, call)
            except Refused as refused:
                sample.failures += 1
                if not refused.repair(call, work) or sample.failures > MAX_FAILURES:
                    raise
                continue
            sample.latencies.append((time.perf_counter() - sent) * 1000)

    await asyncio.gather(*(work_on(work) for work in works))
    sample.seconds = time.perf_counter() - began
    await asyncio.sleep(SETTLING_SECONDS)  # for work that goes on after the response
    sample.spent = Spent.read(target.processes).since(before)
    return sample


class Side:
    """One platform with its data: the callers' credentials, and the versions that its contents have."""

    def __init__(self, http: aiohttp.ClientSession, platform: Platform, data: Data) -> None:
        self.http = http
        self.platform = platform
        self.data = data
        self.versions: dict[str, int] = {}
        self.used = count()
        self.tokens: dict[str, str] = {}
        self.key = ""
        self._renew_at = 0.0

    async def sign_in(self) -> None:
        """Signs all callers in, again where their tokens are about to end."""
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + RENEWAL_SECONDS
        for caller, email in (("admin", ADMIN), ("reader", READER)):
            found = await self._post("/auth/login", {"email": email, "password": PASSWORD})
            self.tokens[caller] = found["accessToken"]
        if not self.key:
            body = {"brandId": self.data.brands[0], "name": "Bench", "scopes": ["read", "write"]}
            self.key = (await self._post("/users/api-keys", body, caller="admin"))["key"]

    async def _post(self, path: str, body: dict[str, Any], caller: str = "nobody") -> dict[str, Any]:
        """Sends a request to the whole platform, a few times where the machine is too busy to answer in time."""
        for attempt in range(TRIES):
            url = f"{self.platform.stack.urls['web']}/api/v1{path}"
            async with self.http.post(url, json=body, headers=self.credentials(caller)) as response:
                if response.status < 300:
                    return (await response.json())["data"]
                if response.status < 500 or attempt == TRIES - 1:
                    raise RuntimeError(f"{path}: {response.status}: {await response.text()}")
        raise AssertionError

    def credentials(self, caller: str) -> dict[str, str]:
        if caller == "key":
            return {"X-API-Key": self.key}
        return {"Authorization": f"Bearer {self.tokens[caller]}"} if caller in self.tokens else {}

    def function(self, operation: Operation, caller: str) -> Target:
        """Returns the server of one function."""
        origin, _ = self.platform.functions[operation.function]
        processes = self.platform.processes(operation.function)
        return Target(f"{origin}/api/v1", processes, self.credentials(caller) | ADDRESS)

    def whole(self, caller: str) -> Target:
        """Returns the server of the stack, which routes by vercel.json."""
        return Target(f"{self.platform.stack.urls['web']}/api/v1", self.platform.whole(), self.credentials(caller))

    def works(self, connections: int, *, is_apart: bool = False) -> list[Work]:
        """``is_apart``: for requests that do not reach the platform, and so change no version."""
        versions, used = ({}, count()) if is_apart else (self.versions, self.used)
        return [Work(self.data, number, versions, used) for number in range(connections)]


type Measurement = tuple[Target, Make, Callable[[], list[Work]]]


async def alternate(
    http: aiohttp.ClientSession, measured: list[Measurement], seconds: float, rounds: int, *, warm: int = WARM
) -> list[Sample]:
    """Measures several targets in turns, so that a change of the machine's speed affects all of them."""
    samples = [Sample() for _ in measured]
    works: list[Any] = [make_works() for _, _, make_works in measured]
    for (target, make, _), own in zip(measured, works, strict=True):
        await run_phase(http, target, make, own, seconds / 3, least=warm)
    for _ in range(rounds):
        for sample, (target, make, _), own in zip(samples, measured, works, strict=True):
            sample.add(await run_phase(http, target, make, own, seconds / rounds))
    return samples
