"""Measures what a cold start costs each function, relative to ``import fastapi``: its import, and its first answer.

Each figure is the least processor time of several fresh processes, so that other work on the machine does not count.
Only the ratios are comparable between machines. The first answer is a 404, without a call of KV or the data API.
"""

import os
import subprocess
import sys
from typing import Final

from tools.package import ENVIRONMENT, ROOT, function_names

ROUNDS: Final = 7
MAX_RATIO: Final = 1.5
# It imports packages that no other function needs (design §8).
EXEMPT: Final = ("ai",)
ANSWER: Final = """
import asyncio
from {module} import app

async def receive():
    return {{"type": "http.request", "body": b"", "more_body": False}}

async def send(message):
    pass

path = "/api/v1/nothing"
scope = {{
    "type": "http", "asgi": {{"version": "3.0"}}, "http_version": "1.1", "method": "GET", "scheme": "http",
    "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "extensions": {{}},
}}
asyncio.run(app(scope, receive, send))
"""


def processor_seconds(statement: str) -> float:
    """Returns the user and system time of a new process that runs a statement. Raises CalledProcessError."""
    environment = ENVIRONMENT | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", statement]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    modules = {name: f"api.{name}" for name in function_names()}
    statements = {"nothing": "pass", "fastapi": "import fastapi"}
    statements |= {name: f"import {module}" for name, module in modules.items()}
    statements |= {f"{name} answers": ANSWER.format(module=module) for name, module in modules.items()}
    least = dict.fromkeys(statements, float("inf"))
    for _ in range(ROUNDS + 1):  # the first round also writes the bytecode, which a bundle already contains
        for name, statement in statements.items():
            least[name] = min(least[name], processor_seconds(statement))
    base = least["fastapi"] - least["nothing"]
    ratios = {name: (seconds - least["nothing"]) / base for name, seconds in least.items()}
    print(f"import fastapi: {base * 1000:.0f} ms of processor time")
    print(f"{'':12}{'import':>10}{'ratio':>7}{'and answer':>12}{'ratio':>7}")
    for name in modules:
        answers = f"{name} answers"
        print(
            f"{name:12}{least[name] * 1000:7.0f} ms{ratios[name]:7.2f}"
            f"{least[answers] * 1000:9.0f} ms{ratios[answers]:7.2f}"
        )
    slow = [name for name in modules if name not in EXEMPT and ratios[name] > MAX_RATIO]
    if slow:
        print(f"error: the import is over {MAX_RATIO}: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
