"""Servers that a test runs beside the stack: our functions with other settings, and a silent peer."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from local.stack.copies import free_port
from local.stack.processes import die_with_parent
from local.stack.settings import LOGS, ROOT
from local.tls import TLS

START_SECONDS = 60


@contextmanager
def functions_with(environment: dict[str, str]) -> Generator[str]:
    """Runs the functions of api/ like a deployment with these settings; yields its origin. The log is with the
    stack's.
    """
    with functions_to_kill(environment) as (origin, _):
        yield origin


@contextmanager
def functions_to_kill(environment: dict[str, str]) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """Runs the functions like ``functions_with``, and yields the process as well."""
    port = free_port()
    LOGS.mkdir(parents=True, exist_ok=True)
    output = (LOGS / f"functions-{port}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "local.web"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "WEB_PORT": str(port), **environment},
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel for a signal
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        with httpx.Client(verify=TLS) as http:
            while True:
                try:
                    http.get(f"{origin}/healthz")
                    break
                except httpx.TransportError:
                    assert process.poll() is None, "the functions did not start"
                    assert time.monotonic() < deadline, "the functions did not answer"
                    time.sleep(0.05)
        yield origin, process
    finally:
        process.terminate()
        process.wait()
        output.close()


@contextmanager
def silent_server() -> Generator[str]:
    """Accepts connections and never answers, like a hanging service."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    accepted.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in accepted:
            connection.close()


def dead_server() -> str:
    """Yields an address at which nothing listens."""
    return f"http://127.0.0.1:{free_port()}"
