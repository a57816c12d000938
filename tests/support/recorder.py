"""A proxy before KV and Supabase that records each call, and simulates a failing gateway if configured."""

import asyncio
import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.tls import TLS
from tests.support.servers import free_port

HOLD_SECONDS = 0.1
DATA_API = "rest/v1/"
RUNNERS = ("rest/v1/rpc/run_command", "rest/v1/rpc/run_patient_command")


@dataclass
class Hop:
    service: str
    path: str
    """The path, with the command itself for a call that runs under a key."""
    began: float
    ended: float = 0.0
    arguments: dict[str, Any] = field(default_factory=dict)
    """The arguments of run_command, for a call that runs under a key."""


@dataclass
class Recorder:
    """A proxy before KV and Supabase that records the beginning and the end of each call."""

    targets: dict[str, str]
    port: int = field(default_factory=free_port)
    hops: list[Hop] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    """Responses for the next calls of the data API, instead of its own."""
    repeats: int = 0
    """How often a call of the data API is repeated, its response lost, before the last one is passed on."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds to delay a response, by service or beginning of the path; others are delayed for a moment."""
    held: set[str] = field(default_factory=set)
    """Services whose calls wait, once they have begun, for as long as the service is named here."""

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.port}/{service}"

    async def wait_for_calls(self, count: int) -> None:
        """Returns once that many calls were made and answered. Raises AssertionError after ten seconds."""
        for _ in range(500):
            if sum(1 for hop in self.hops if hop.ended) >= count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"these calls were made: {self.hops}")

    async def wait_for_begun(self, *services: str) -> None:
        """Returns once a call of each service has begun. Raises AssertionError after ten seconds."""
        for _ in range(1000):
            if {hop.service for hop in self.hops} >= set(services):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"these calls were made: {self.hops}")

    def _delay(self, service: str, path: str) -> float:
        # Long enough that parallel calls overlap here, also on a busy machine.
        found = (seconds for name, seconds in self.delays.items() if f"{service}/{path}".startswith(name))
        return next(found, HOLD_SECONDS)

    async def forward(self, request: Request) -> Response:
        service, path = request.path_params["service"], request.path_params.get("path", "")
        hop = Hop(service, path, time.monotonic())
        self.hops.append(hop)
        body = await request.body()
        while service in self.held:  # noqa: ASYNC110 - another thread changes it
            await asyncio.sleep(0.01)
        if path in RUNNERS:
            hop.arguments = json.loads(body)
            hop.path = f"{DATA_API}rpc/{hop.arguments['command']}"
        is_data = path.startswith(DATA_API)
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        if is_data and self.answers:
            hop.ended = time.monotonic()
            return self.answers.pop(0)
        url = f"{self.targets[service]}/{path}?{request.url.query}"
        async with httpx.AsyncClient(verify=TLS) as http:
            for _ in range(self.repeats if is_data else 0):
                await http.request(request.method, url, content=body, headers=headers)
            answer = await http.request(request.method, url, content=body, headers=headers)
        await asyncio.sleep(self._delay(service, path))
        hop.ended = time.monotonic()
        kept = ("content-type", "content-range", "location")
        return Response(
            answer.content, answer.status_code, {name: answer.headers[name] for name in kept if name in answer.headers}
        )


@contextmanager
def recording(environment: dict[str, str]) -> Generator[tuple[Recorder, dict[str, str]]]:
    """Yields a recorder, and the settings that route the platform's calls through it."""
    made = Recorder({"kv": environment["UPSTASH_REDIS_REST_URL"], "supabase": environment["SUPABASE_URL"]})
    methods = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]
    app = Starlette(routes=[Route("/{service}/{path:path}", made.forward, methods=methods)])
    app.add_route("/{service}", made.forward, methods=methods)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=made.port, log_level="error", timeout_keep_alive=75)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    settings = environment | {
        "UPSTASH_REDIS_REST_URL": made.url("kv"),
        "SUPABASE_URL": made.url("supabase"),
        "SUPABASE_JWT_ISSUER": f"{environment['SUPABASE_URL']}/auth/v1",
    }
    yield made, settings
    server.should_exit = True
    thread.join()
