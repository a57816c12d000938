"""Runs the application of one function in a process of its own, and measures the requests that it is given.

``python -m tests.responsiveness.instance FUNCTION`` reads requests from its input, as JSON, and writes what each cost
that the function has a route for: the longest step of the event loop while the request was answered, in computing time,
the best of some tries.
"""

import asyncio
import base64
import importlib
import json
import re
import sys
import time
from typing import Any, Final

import httpx

from local.demo.callers import own_address
from tests.responsiveness.loop import measured_steps, settled, unit

TRIES: Final = 4
# Requests that stay below this many units are not tried again.
ENOUGH: Final = 5


def plain(path: str) -> str:
    """Returns the path of a route without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


async def _ask(client: httpx.AsyncClient, request: dict[str, Any]) -> tuple[int, float, str]:
    body = base64.b64decode(request["body"]) if request["body"] else None
    built = client.build_request(request["method"], request["path"], content=body, headers=request["headers"])
    with measured_steps() as steps:
        answer = await client.send(built, stream=True)
        # As a client would: without keeping the answer.
        async for _ in answer.aiter_raw():
            pass
        await answer.aclose()
        await settled()
    return answer.status_code, *steps.longest


async def _measure(function: str, requests: list[dict[str, Any]]) -> dict[str, Any]:
    app: Any = importlib.import_module(f"api.{function}").app
    routes = {(method, plain(route.path)) for route in app.state.routes for method in route.methods}
    scale = unit()
    measured: list[dict[str, Any]] = []
    for request in (each for each in requests if (each["method"], plain(each["template"])) in routes):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(own_address(), 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://instance", timeout=60) as client:
            began = time.monotonic()
            best: tuple[int, float, str] = await _ask(client, request)
            # The first time may import libraries and compile validators.
            for _ in range(TRIES - 1):
                if best[1] < scale * ENOUGH:
                    break
                best = min(best, await _ask(client, request), key=lambda each: each[1])
            status, seconds, step = best
            measured.append(
                {
                    "name": request["name"],
                    "status": status,
                    "units": seconds / scale,
                    "step": step,
                    "seconds": time.monotonic() - began,
                }
            )
    return {"unit": scale, "measured": measured}


def main() -> int:
    """Measures, and returns the status of the process."""
    print(json.dumps(asyncio.run(_measure(sys.argv[1], json.load(sys.stdin)))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
