"""Finds the stack that runs, or starts one for as long as it is needed: for the demo and the tests."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.stack.processes import StackError, die_with_parent
from local.stack.settings import ROOT, STATE


@dataclass(frozen=True)
class RunningStack:
    pid: int
    urls: dict[str, str]
    database_url: str
    environment: dict[str, str]
    logs: str
    redis_url: str
    """Of the database in Redis that is behind KV."""


@contextmanager
def only_stack() -> Generator[None]:
    """Holds the lock of the data folder; the kernel lets go of it however the holder ends.

    Raises StackError when another stack holds it: one that runs, starts or stops.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError("the platform runs already: stop it with Ctrl-C where it was started") from None
        yield


def _read_state(file: Path) -> RunningStack:
    return RunningStack(**json.loads(file.read_text()))


def find_running() -> RunningStack | None:
    try:
        with only_stack():
            return None
    except StackError:
        try:
            return _read_state(STATE / "stack.json")
        except FileNotFoundError:
            return None  # it is starting or stopping


@contextmanager
def _started(*arguments: str, environment: dict[str, str] | None = None) -> Generator[str]:
    """Runs ``python -m local.stack`` as long as the context lasts; yields what it printed until it was ready."""
    with subprocess.Popen(
        [sys.executable, "-m", "local.stack", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - the process has no other threads
    ) as process:
        assert process.stdout is not None
        printed: list[str] = []
        try:
            for line in process.stdout:
                if line.startswith("Ready in"):
                    break
                printed.append(line)
            else:
                raise StackError(f"the local stack did not start:\n{''.join(printed)}")
            yield "".join(printed)
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()


@contextmanager
def running_stack() -> Generator[RunningStack]:
    """The running stack, which is left alone; else one of our own, which is stopped at the end."""
    found = find_running()
    if found is not None:
        yield found
        return
    with _started("up") as printed:
        print(printed, end="", flush=True)
        started = find_running()
        if started is None:
            raise StackError("the local stack did not start")
        yield started


@contextmanager
def copied_stack(shared: RunningStack, number: int) -> Generator[RunningStack]:
    """A copy of a running stack (see ``local.stack.copies``), or the stack itself where Supabase is a real project."""
    if shared.environment["SUPABASE_URL"] != shared.urls["supabase"]:
        yield shared
        return
    # Without what `run` told of the running stack: it would pass for what the user wants instead of stand-ins.
    environment = {name: value for name, value in os.environ.items() if shared.environment.get(name) != value}
    ports = {f"MIXERAI_{part.upper()}_PORT": url.rsplit(":", 1)[1] for part, url in shared.urls.items()}
    with _started("copy", str(number), environment=environment | ports):
        yield _read_state(STATE / "copies" / str(number) / "stack.json")
