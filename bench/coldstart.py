"""Measures what a cold start costs each function, relative to ``import fastapi``: its import, and its first answer.

Each figure is the least processor time of several fresh processes, so that other work on the machine does not count.
Only the ratios are comparable between machines. As in a bundle, a process finds only the packages that its function can
import: httpx imports `rich` where it finds it, which tools of development bring.

The first answer is that to a signed-in person, by the route that is asked most, in an instance that has started to
serve. KV and the data API refuse the connection at once.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

from tools.package import ENVIRONMENT, ROOT, function_names
from tools.package.checks import LARGER_BUNDLES
from tools.package.imports import imports_of
from tools.package.slimming import packages_for

ROUNDS: Final = 7
MAX_RATIO: Final = 1.5
NOBODY: Final = {
    "ENVIRONMENT": "local",
    "SUPABASE_URL": "http://127.0.0.1:9",
    "UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9",
    "SUPABASE_JWT_SECRET": "a-secret-that-signs-tokens-of-the-local-auth",
}
PATHS: Final = {
    "ai": "/api/v1/ai/generations",
    "brands": "/api/v1/brands",
    "contents": "/api/v1/contents",
    "cron": "/api/v1/cron/minute",
    "delivery": "/api/v1/delivery/a-brand/contents",
    "governance": "/api/v1/workflows",
    "graph": "/api/v1/graphql/nothing",
    "outbound": "/api/v1/events",
    "identity": "/api/v1/users/me",
    "system": "/api/v1/health",
    "templates": "/api/v1/templates",
    "transfers": "/api/v1/contents/export",
}
ANSWER: Final = """
import asyncio, base64, hashlib, hmac, json, time
from {module} import app

def part(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=")

person = "01a20dcb-7194-7b81-a325-e45b26eae744"
claims = {{
    "iss": "{issuer}", "aud": "authenticated", "role": "authenticated", "sub": person, "session_id": person,
    "iat": int(time.time()), "exp": int(time.time()) + 600, "email": "a@example.com",
}}
signed = part({{"alg": "HS256", "typ": "JWT"}}) + b"." + part(claims)
token = signed + b"." + part(hmac.digest("{secret}".encode(), signed, "sha256"))

async def receive():
    return {{"type": "http.request", "body": b"", "more_body": False}}

async def send(message):
    if message["type"] == "http.response.start":
        print(message["status"])

path = "{path}"
scope = {{
    "type": "http", "asgi": {{"version": "3.0"}}, "http_version": "1.1", "method": "GET", "scheme": "http",
    "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
    "headers": [(b"host", b"localhost"), (b"authorization", b"Bearer " + token)],
    "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "extensions": {{}},
}}

async def main():
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)

asyncio.run(main())
"""


def link_packages(folder: Path, name: str) -> Path:
    """Links the packages of a function's bundle into a folder, and returns it."""
    installed = Path(sysconfig.get_paths()["purelib"])
    bundle = folder / name
    bundle.mkdir()
    files = packages_for(installed, imports_of(ROOT, f"api.{name}").packages)
    for top in {file.partition("/")[0] for file in files} - {"..", "__pycache__"}:
        (bundle / top).symlink_to(installed / top)
    return bundle


def run(statement: str, packages: Path) -> subprocess.Popen[str]:
    """Starts a process that runs a statement with these packages."""
    paths = f"{packages}{os.pathsep}{ROOT}"
    environment = ENVIRONMENT | NOBODY | {"PATH": os.environ["PATH"], "PYTHONPATH": paths}
    command = [sys.executable, "-S", "-c", statement]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def processor_seconds(statement: str, packages: Path) -> float:
    """Returns the user and system time of a new process that runs a statement. Raises CalledProcessError."""
    process = run(statement, packages)
    assert process.stdout is not None
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_utime + usage.ru_stime


def measure(bundles: dict[str, Path]) -> dict[str, float]:
    """Returns the least seconds of each statement: of each function its import, and its import and first answer."""
    statements = {"nothing": ("pass", bundles["system"]), "fastapi": ("import fastapi", bundles["system"])}
    for name, packages in bundles.items():
        answer = ANSWER.format(
            module=f"api.{name}",
            path=PATHS[name],
            issuer=f"{NOBODY['SUPABASE_URL']}/auth/v1",
            secret=NOBODY["SUPABASE_JWT_SECRET"],
        )
        statements[name] = (f"import api.{name}", packages)
        statements[f"{name} answers"] = (answer, packages)
    least = dict.fromkeys(statements, float("inf"))
    for _ in range(ROUNDS + 1):  # the first round also writes the bytecode, which a bundle already contains
        for name, (statement, packages) in statements.items():
            least[name] = min(least[name], processor_seconds(statement, packages))
    return least


def main() -> int:
    names = function_names()
    with tempfile.TemporaryDirectory() as folder:
        least = measure({name: link_packages(Path(folder), name) for name in names})
    base = least["fastapi"] - least["nothing"]
    ratios = {name: (seconds - least["nothing"]) / base for name, seconds in least.items()}
    print(f"import fastapi: {base * 1000:.0f} ms of processor time")
    print(f"{'':12}{'import':>10}{'ratio':>7}{'and answer':>12}{'ratio':>7}")
    for name in names:
        answers = f"{name} answers"
        print(
            f"{name:12}{least[name] * 1000:7.0f} ms{ratios[name]:7.2f}"
            f"{least[answers] * 1000:9.0f} ms{ratios[answers]:7.2f}"
        )
    # A function is plain unless it has a larger bundle: it does more than answer requests about its own context.
    slow = [name for name in names if name not in LARGER_BUNDLES and ratios[name] > MAX_RATIO]
    if slow:
        print(f"error: the import is over {MAX_RATIO}: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
