"""A proxy before KV and Supabase that writes down each call: how many round trips a request takes."""

import asyncio
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.tls import TLS
from tests.support.servers import free_port

HOLD_SECONDS = 0.1


@dataclass
class Hop:
    service: str
    path: str
    began: float
    ended: float = 0.0


@dataclass
class Recorder:
    """A proxy before KV and Supabase that writes down each call, with its beginning and its end."""

    targets: dict[str, str]
    port: int = field(default_factory=free_port)
    hops: list[Hop] = field(default_factory=list)

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.port}/{service}"

    async def wait_for_calls(self, count: int) -> None:
        """Returns when as many calls were made and answered; raises AssertionError after ten seconds."""
        for _ in range(500):
            if sum(1 for hop in self.hops if hop.ended) >= count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"these calls were made: {self.hops}")

    async def forward(self, request: Request) -> Response:
        service, path = request.path_params["service"], request.path_params.get("path", "")
        hop = Hop(service, path, time.monotonic())
        self.hops.append(hop)
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        async with httpx.AsyncClient(verify=TLS) as http:
            answer = await http.request(
                request.method,
                f"{self.targets[service]}/{path}?{request.url.query}",
                content=await request.body(),
                headers=headers,
            )
        # Long enough that calls which run side by side overlap here, also on a machine that has other work.
        await asyncio.sleep(HOLD_SECONDS)
        hop.ended = time.monotonic()
        kept = ("content-type", "content-range", "location")
        return Response(
            answer.content, answer.status_code, {name: answer.headers[name] for name in kept if name in answer.headers}
        )


@contextmanager
def recording(environment: dict[str, str]) -> Generator[tuple[Recorder, dict[str, str]]]:
    """A recorder, and the settings with which the platform's calls go through it."""
    made = Recorder({"kv": environment["UPSTASH_REDIS_REST_URL"], "supabase": environment["SUPABASE_URL"]})
    methods = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]
    app = Starlette(routes=[Route("/{service}/{path:path}", made.forward, methods=methods)])
    app.add_route("/{service}", made.forward, methods=methods)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=made.port, log_level="error"))
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
