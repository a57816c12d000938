"""A platform of its own for a measurement: of this checkout, or of another commit in a worktree beside it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import psycopg

from bench.api.cpu import Processes, children_of, parent_of
from local.stack.client import RunningStack
from local.stack.copies import free_port
from local.stack.parts import supabase
from local.stack.processes import StackError, die_with_parent
from local.stack.settings import DEFAULT_PORTS, NODE_MODULES, ROOT, STATE, SUPERUSER, load_settings, with_role

HERE: Final = Path(__file__).parent
START_SECONDS: Final = 120.0
PLENTY: Final = str(10**9)
UNLIMITED: Final = {
    f"RATE_LIMIT_{name}": PLENTY
    for name in (
        *("API", "API_PROFESSIONAL", "API_ENTERPRISE", "DELIVERY", "AUTH", "ACCOUNT", "KEY_GUESSES", "REFRESH"),
        "GRAPHQL_POINTS",
    )
}
KV_PARTS: Final = ("local.upstash", "redis-server")


@dataclass(frozen=True)
class Platform:
    """A running stack, and one process for each function that is measured."""

    name: str
    root: Path
    stack: RunningStack
    functions: dict[str, tuple[str, int]]
    """The origin and the process id, by the name of the function."""
    postmaster: int
    kv: tuple[int, ...]
    data_api: tuple[int, ...]

    def processes(self, function: str) -> Processes:
        return Processes(self.functions[function][1], self.postmaster, self.kv, self.data_api)

    def whole(self) -> Processes:
        """Returns the processes where requests go through the server of the stack."""
        server = [pid for pid in children_of(self.stack.pid) if "local.web" in _command(pid)]
        return Processes(server[0], self.postmaster, self.kv, self.data_api)

    def commit(self) -> str:
        command = ["git", "-C", str(self.root), "describe", "--always", "--dirty", "--abbrev=10"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _inherited() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
    return {name: os.environ[name] for name in kept if name in os.environ}


def wait_until_it_answers(origin: str, process: subprocess.Popen[Any], path: str = "/") -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client() as http:
        while True:
            try:
                http.get(f"{origin}{path}")
            except httpx.TransportError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise StackError(f"what should answer at {origin} did not start") from None
                time.sleep(0.05)
            else:
                return


@contextmanager
def server(command: list[str], environment: dict[str, str], *, port: int, root: Path = ROOT) -> Generator[int]:
    """Runs a server as long as the context lasts; yields its process id once it answers."""
    (STATE / "bench").mkdir(parents=True, exist_ok=True)
    file = STATE / "bench" / f"server-{port}.log"
    with file.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=_inherited() | environment,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - the process has no other threads
        )
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}", process)
            yield process.pid
        finally:
            process.terminate()
            process.wait()
    file.unlink()  # kept if something failed


@contextmanager
def function_server(root: Path, name: str, environment: dict[str, str]) -> Generator[tuple[str, int]]:
    """Serves one function of a checkout; yields its origin and process id."""
    port = free_port()
    command = [sys.executable, str(HERE / "function.py"), name, str(port)]
    with server(command, environment | {"PYTHONPATH": str(root)}, port=port, root=root) as pid:
        yield f"http://127.0.0.1:{port}", pid


@contextmanager
def _running(root: Path, name: str) -> Generator[RunningStack]:
    """Runs the stack of a checkout with new data, and deletes the data at the end."""
    state = STATE / "bench" / name
    state.mkdir(parents=True, exist_ok=True)
    ports = {f"MIXERAI_{part.upper()}_PORT": str(free_port()) for part in DEFAULT_PORTS}
    environment = _inherited() | ports | UNLIMITED | {"MIXERAI_STATE": str(state), "PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "local.stack"]

    def reset() -> None:
        subprocess.run([*command, "reset"], cwd=root, env=environment, capture_output=True, check=True)

    reset()
    process = subprocess.Popen(
        [*command, "up"],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - the process has no other threads
    )
    assert process.stdout is not None
    try:
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Ready in"):
                break
        else:
            raise StackError("".join(said))
        yield RunningStack(**json.loads((state / "stack.json").read_text()))
    finally:
        process.terminate()
        process.stdout.read()
        process.wait()
        reset()


def _postmaster(stack: RunningStack) -> int:
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
        assert row is not None
        return parent_of(row[0])


@contextmanager
def platform(
    name: str, root: Path = ROOT, *, functions: Sequence[str] = ("contents", "delivery")
) -> Generator[Platform]:
    """Runs the platform of a checkout, empty but for the demo organisation."""
    with _running(root, name) as stack, ExitStack() as servers:
        parts = {pid: _command(pid) for pid in children_of(stack.pid)}
        environment = stack.environment | UNLIMITED
        yield Platform(
            name=name,
            root=root,
            stack=stack,
            functions={each: servers.enter_context(function_server(root, each, environment)) for each in functions},
            postmaster=_postmaster(stack),
            kv=tuple(pid for pid, command in parts.items() if any(part in command for part in KV_PARTS)),
            data_api=tuple(pid for pid, command in parts.items() if "server.mjs" in command),
        )


@contextmanager
def plain_data_api(stack: RunningStack) -> Generator[tuple[str, int]]:
    """Runs a data API that has no pre-request function, as a project of its own would be; yields origin and pid."""
    port = free_port()
    settings = load_settings()
    part = supabase(settings)
    environment = part.environment | {"SUPABASE_PORT": str(port), "SUPABASE_DB_URL": stack.database_url}
    with psycopg.connect(with_role(stack.database_url, SUPERUSER), autocommit=True) as owner:
        # It is read once, at the start.
        owner.execute("alter role authenticator reset pgrst.db_pre_request")
        try:
            with server([str(each) for each in part.command], environment, port=port) as pid:
                owner.execute("alter role authenticator set pgrst.db_pre_request = 'private.check_request'")
                yield f"http://127.0.0.1:{port}/rest/v1", pid
        finally:
            owner.execute("alter role authenticator set pgrst.db_pre_request = 'private.check_request'")


@contextmanager
def worktree(ref: str) -> Generator[Path]:
    """Yields a folder with the files of a commit, which uses the packages of this checkout."""
    with TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder) / "tree"
        Path(folder).chmod(0o755)
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", "--quiet", str(root), ref], check=True)
        try:
            (root / "local" / "node_modules").symlink_to(NODE_MODULES.resolve())
            yield root
        finally:
            shutil.rmtree(root)
            subprocess.run([*git, "prune"], check=True)
