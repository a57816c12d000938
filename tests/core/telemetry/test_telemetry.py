"""Tests logs and Sentry reports over the wire."""

import gzip
import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from local.stack.settings import ROOT
from tools.package import ENVIRONMENT

# A function whose route fails with an unexpected error.
BROKEN = """
import asyncio
import httpx
from fastapi import APIRouter
from lib.core.http.app import create_app
from lib.core.http.routes import Route
router = APIRouter(route_class=Route, tags=["broken"])
@router.get("/api/v1/broken")
async def broken() -> None:
    raise RuntimeError("the secret cause")
app = create_app("broken", router)
async def main() -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        response = await http.get("/api/v1/broken", headers={"X-Request-Id": "request-that-breaks"})
    print("ANSWER", response.status_code, response.text)
asyncio.run(main())
"""


def run_broken(**environment: str) -> tuple[str, list[dict[str, Any]]]:
    result = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env=ENVIRONMENT | {"PATH": os.environ["PATH"]} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = result.stdout.splitlines()
    (answer,) = [line for line in lines if line.startswith("ANSWER")]
    return answer, [json.loads(line) for line in lines if line != answer]


def test_an_unforeseen_error_is_told_to_the_log_and_not_to_the_caller() -> None:
    answer, lines = run_broken()
    assert answer.startswith("ANSWER 500")
    assert "secret cause" not in answer
    assert "request-that-breaks" in answer
    failure, request = lines
    assert failure["level"] == "ERROR"
    assert "RuntimeError: the secret cause" in failure["exception"]
    assert request["message"] == "request"
    assert (request["status"], request["method"], request["path"]) == (500, "GET", "/api/v1/broken")
    assert {line["requestId"] for line in lines} == {"request-that-breaks"}


def test_errors_are_reported_to_sentry_if_a_dsn_is_set() -> None:
    received: list[bytes] = []

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Logs nothing."""

    with HTTPServer(("127.0.0.1", 0), Sentry) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        run_broken(ENVIRONMENT="local-test", SENTRY_DSN=f"http://key@127.0.0.1:{server.server_port}/1")
        deadline = time.monotonic() + 5
        while not received and time.monotonic() < deadline:
            time.sleep(0.02)
        server.shutdown()
    envelope = b"".join(received).decode()
    assert "RuntimeError" in envelope
    assert "request-that-breaks" in envelope
