"""Tests the local stack itself, as a second one beside the first, with other ports and data."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from local.demo.callers import PASSWORD, own_address
from local.stack.client import RunningStack
from local.stack.settings import DEFAULT_PORTS, ROOT
from tests.support.servers import free_port

PATIENCE_SECONDS = 60


class Stack:
    def __init__(self, state: Path) -> None:
        self.state = state
        self.ports = {part: free_port() for part in DEFAULT_PORTS}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "MIXERAI_STATE": str(state),
            **{f"MIXERAI_{part.upper()}_PORT": str(port) for part, port in self.ports.items()},
        }
        self.process: subprocess.Popen[str] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "local.stack", *arguments]

    def start(self, action: str = "up") -> str:
        """Returns the output until the stack was ready or gave up."""
        self.process = subprocess.Popen(
            self.command(action),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Ready in"):
                break
        return "".join(lines)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def end(self) -> tuple[int, str]:
        assert self.process is not None
        assert self.process.stdout is not None
        output = self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(PATIENCE_SECONDS), output

    def child(self, name: str) -> int:
        """Returns the process that listens on a part's port."""
        hexadecimal = f":{self.ports[name]:04X}"
        inodes = {
            line.split()[9]
            for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
            if line.split()[1].endswith(hexadecimal) and line.split()[3] == "0A"
        }
        for folder in Path("/proc").glob("[0-9]*/fd"):
            try:
                links = {str(link.readlink()) for link in folder.iterdir()}
            except OSError:
                continue
            if links & {f"socket:[{inode}]" for inode in inodes}:
                return int(folder.parent.name)
        raise AssertionError(f"nothing listens for {name}")

    def is_gone(self) -> bool:
        for port in self.ports.values():
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return False
        return not (self.state / "stack.json").exists()


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    # Only the owner may enter the folder: if root runs the tests, the server's user cannot.
    state = tmp_path_factory.mktemp("private") / "state"
    state.parent.chmod(0o700)
    stack = Stack(state)
    yield stack
    if stack.process and stack.process.poll() is None:
        stack.process.send_signal(signal.SIGTERM)
        stack.end()
    stack.run("reset")


@pytest.mark.timeout(240)
def test_a_life(beside: Stack) -> None:
    first = beside.start()
    assert "Ready in" in first, first
    assert httpx.get(f"http://127.0.0.1:{beside.ports['web']}/api/v1/health").json()["success"]
    state = json.loads((beside.state / "stack.json").read_text())
    with psycopg.connect(state["database_url"]) as connection:
        connection.execute("update public.brands set description = 'kept' where slug = 'aurora-skincare'")
        super_user = connection.execute("select pg_backend_pid()").fetchone()
    assert super_user is not None
    assert Path(f"/proc/{beside.child('postgres')}").stat().st_uid != 0, "PostgreSQL runs as root"

    second = beside.run("up")
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "runs already" in second.stderr
    refused = beside.run("reset")
    assert refused.returncode == 2
    assert "runs already" in refused.stderr

    assert beside.process is not None
    beside.process.send_signal(signal.SIGINT)
    code, output = beside.end()
    assert (code, output.strip().splitlines()[-1]) == (0, "Stopped.")
    assert beside.is_gone()

    again = beside.start()
    assert "Ready in" in again, again
    print(again.splitlines()[-1])
    with psycopg.connect(state["database_url"]) as connection:
        kept = connection.execute("select description from public.brands where slug = 'aurora-skincare'").fetchone()
    assert kept == ("kept",)

    # If any part dies, the rest stops, and the exit code reports an error.
    os.kill(beside.child("kv"), signal.SIGKILL)
    code, output = beside.end()
    assert code == 1
    assert "kv ended unexpectedly" in output
    assert beside.is_gone()

    assert "Ready in" in beside.start()
    os.kill(beside.process.pid, signal.SIGKILL)  # no chance to clean up
    beside.end()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _all_free(beside):
        assert time.monotonic() < deadline, "something stayed behind"
        time.sleep(0.1)

    assert beside.run("reset").returncode == 0
    assert sorted(path.name for path in beside.state.iterdir()) == ["lock"]


def _all_free(stack: Stack) -> bool:
    for port in stack.ports.values():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return False
    return True


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "state")
    with socket.create_server(("127.0.0.1", stack.ports["mail"])):
        output = stack.start()
    code, rest = stack.end()
    assert code == 1
    (problem,) = [line for line in (output + rest).splitlines() if line.startswith("error:")]
    assert str(stack.ports["mail"]) in problem
    assert "MIXERAI_MAIL_PORT" in problem
    assert stack.is_gone()


@pytest.mark.parametrize("port", ["80", "99999", "http"])
def test_a_port_that_cannot_be(tmp_path: Path, port: str) -> None:
    stack = Stack(tmp_path / "state")
    stack.environment["MIXERAI_WEB_PORT"] = port
    result = stack.run("up")
    assert result.returncode == 2
    assert result.stderr.startswith("error: MIXERAI_WEB_PORT")
    assert result.stderr.count("\n") == 1


def test_real_services_take_the_place_of_stand_ins(tmp_path: Path, stack: RunningStack) -> None:
    """Here the "real" services are those of the first stack, selected only by environment variables."""
    beside = Stack(tmp_path / "state")
    names = ("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_JWT_SECRET", "UPSTASH_REDIS_REST_URL")
    names += ("UPSTASH_REDIS_REST_TOKEN", "OPENAI_API_KEY", "OPENAI_BASE_URL")
    beside.environment |= {name: stack.environment[name] for name in names}
    output = beside.start()
    try:
        assert "Ready in" in output, output
        started = {line.split()[0] for line in output.splitlines() if " ready in " in line}
        assert started == {"web", "mail", "aws", "channels"}
        origin = f"http://127.0.0.1:{beside.ports['web']}/api/v1"
        body = {"email": "viewer@aurora.test", "password": PASSWORD}
        transport = httpx.HTTPTransport(local_address=own_address())
        with httpx.Client(transport=transport) as http:
            token = http.post(f"{origin}/auth/login", json=body).json()["data"]["accessToken"]
            me = http.get(f"{origin}/users/me", headers={"Authorization": f"Bearer {token}"}).json()["data"]
        assert me["memberships"][0]["brandName"] == "Aurora Skincare"
    finally:
        assert beside.process is not None
        beside.process.send_signal(signal.SIGTERM)
        code, _ = beside.end()
    assert code == 0
