"""Measures the overhead of the AI service over a provider: time to the first token, total time, streams per second.

The same completion is requested from the model server directly, through the same SDK, and through our function. The
difference is our own work: token, limits, session and circuits in KV; permissions, budget and context in the database;
the prompt, the checks, the record. Prints ratios and differences; nothing is asserted.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import time
from pathlib import Path
from typing import Any

import httpx

from lib.ai.providers import CompletionRequest, OpenAIProvider
from lib.ai.tools.fields import GrowingFields
from local.demo.callers import PASSWORD
from local.stack.client import RunningStack, running_stack
from tests.support.servers import functions_with

ROUNDS = 25
WARM_UP = 3
CONCURRENT = 16
STREAMS = 64
BRAND = "00000000-0000-7000-8000-00000000000a"
TEMPLATE = "00000000-0000-7000-8000-0000000000f1"

type Timing = tuple[float, float]
"""Milliseconds to the first token, and in total."""


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):7.1f} /{ordered[int(len(ordered) * 0.95)]:7.1f}"


class Bench:
    def __init__(self, stack: RunningStack, http: httpx.AsyncClient) -> None:
        self.stack = stack
        self.http = http
        self.asked: dict[str, Any] = {}

    async def sign_in(self, email: str) -> None:
        body = {"email": email, "password": PASSWORD}
        token = (await self.http.post("/auth/login", json=body)).json()["data"]["accessToken"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    async def ours(self, number: int) -> Timing:
        """Runs one streamed generation. Guardrails are checked by rule only: both sides call the provider once."""
        body = {
            "brandId": BRAND,
            "templateId": TEMPLATE,
            "inputs": {"topic": f"Frost {number} {time.time_ns()}"},
            "checkGuardrails": False,
        }
        began, first = time.perf_counter(), 0.0
        async with self.http.stream(
            "POST", "/ai/generate", json=body, headers={"Accept": "text/event-stream"}
        ) as response:
            async for line in response.aiter_lines():
                if not first and line == "event: delta":
                    first = time.perf_counter()
                if line == "event: error":
                    raise RuntimeError("a generation failed")
        if response.status_code != 200:
            raise RuntimeError(f"the function answered {response.status_code}")
        return (first - began) * 1000, (time.perf_counter() - began) * 1000

    async def remember_what_was_asked(self) -> None:
        """Returns our latest prompt word for word, to send it to the provider directly."""
        async with httpx.AsyncClient() as http:
            found = (await http.get(f"{self.stack.urls['models']}/requests", params={"contains": "Frost"})).json()
        self.asked = found[0]["body"]

    def provider(self) -> OpenAIProvider:
        environment = self.stack.environment
        return OpenAIProvider(
            "azure_openai",
            model="gpt-4o-mini",
            embedding_model="x",
            url=environment["AZURE_OPENAI_ENDPOINT"],
            key=environment["AZURE_OPENAI_API_KEY"],
            deployment=environment["AZURE_OPENAI_DEPLOYMENT"],
            api_version="2024-10-21",
        )

    async def theirs(self, provider: OpenAIProvider) -> Timing:
        system, user = (message["content"] for message in self.asked["messages"])
        schema = self.asked["response_format"]["json_schema"]["schema"]
        request = CompletionRequest(system, user, schema, 0.3, self.asked["max_completion_tokens"])
        # Wait for the same text on both sides: the JSON in front of the first words of a field takes several tokens.
        growing = GrowingFields(list(schema["properties"]["fields"]["properties"]), "fields")
        began, first = time.perf_counter(), 0.0
        async for delta in provider.stream(request, first_token_seconds=10):
            if not first and growing.feed(delta.text):
                first = time.perf_counter()
        return (first - began) * 1000, (time.perf_counter() - began) * 1000


def _cpu_seconds(pid: int) -> float:
    """Returns the user and system time of a process, in seconds, as Linux counts it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _process_at(origin: str) -> int | None:
    """Returns the process that runs the functions."""
    setting = f"WEB_PORT={origin.rsplit(':', 1)[1]}\0".encode()
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdecimal() and setting in (folder / "environ").read_bytes() + b"\0":
                return int(folder.name)
    return None


def _print(name: str, ours: list[float], theirs: list[float]) -> None:
    added = statistics.median(ours) - statistics.median(theirs)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"{name:<14} ours {_spread(ours)}   provider {_spread(theirs)}   added {added:6.1f} ms   ratio {ratio:5.2f}")


async def run(stack: RunningStack, origin: str, rounds: int, streams: int) -> None:
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1", timeout=60) as http:
        bench = Bench(stack, http)
        await bench.sign_in("editor@aurora.test")
        await bench.ours(0)
        await bench.remember_what_was_asked()
        provider = bench.provider()
        ours, theirs = list[Timing](), list[Timing]()
        for number in range(rounds + WARM_UP):
            # Alternate, so that a change of the machine's speed affects both sides.
            pair = await bench.ours(number), await bench.theirs(provider)
            if number >= WARM_UP:
                ours.append(pair[0])
                theirs.append(pair[1])
        print(f"{rounds} generations one after the other, milliseconds: median / 95 %")
        _print("first token", [first for first, _ in ours], [first for first, _ in theirs])
        _print("total", [total for _, total in ours], [total for _, total in theirs])

        gate = asyncio.Semaphore(CONCURRENT)

        async def one(number: int) -> Timing:
            async with gate:
                return await bench.ours(number)

        pid = _process_at(origin)
        cpu, began = _cpu_seconds(pid) if pid else 0.0, time.perf_counter()
        await asyncio.gather(*(one(number) for number in range(streams)))
        wall = time.perf_counter() - began
        print(f"\n{streams} streams, {CONCURRENT} at once: {streams / wall:.1f} a second")
        if pid:
            spent = _cpu_seconds(pid) - cpu
            each = spent / streams * 1000
            print(
                f"the functions' process: {each:.0f} ms of a core each, {streams / spent:.1f} streams a second and core"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how many generations one after the other")
    parser.add_argument("--streams", type=int, default=STREAMS, help="how many generations, 16 at once")
    options = parser.parse_args()
    unlimited = {f"RATE_LIMIT_{name}": "1000000000" for name in ("AI", "AUTH", "GENERATE")} | {"LOG_LEVEL": "WARNING"}
    with running_stack() as stack, functions_with(stack.environment | unlimited) as origin:
        asyncio.run(run(stack, origin, options.rounds, options.streams))


if __name__ == "__main__":
    main()
