"""Finds the running stack, or starts one for as long as it is needed: for the demo and the tests."""

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
    """The number of the Redis database behind KV."""


@contextmanager
def only_stack() -> Generator[None]:
    """Holds the lock of the data folder; the kernel releases it however the process ends.

    Raises StackError if another stack holds it: one that runs, starts or stops.
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
def _started(*arguments: str, show: bool, environment: dict[str, str] | None = None) -> Generator[None]:
    """Runs ``python -m local.stack`` as long as the context lasts; ``show`` prints its output until it is ready."""
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
        try:
            for line in process.stdout:
                if line.startswith("Ready in"):
                    break
                if show:
                    print(line, end="", flush=True)
            else:
                raise StackError("the local stack did not start")
            yield
        finally:
            ended_early = process.poll() is not None
            process.send_signal(signal.SIGTERM)
            rest = process.stdout.read()
            if ended_early:
                print(rest, end="", flush=True)  # names the part that failed, and the end of its log


@contextmanager
def running_stack() -> Generator[RunningStack]:
    """Yields the running stack, which is left running; otherwise a new one, which is stopped at the end."""
    found = find_running()
    if found is not None:
        yield found
        return
    with _started("up", show=True):
        started = find_running()
        if started is None:
            raise StackError("the local stack did not start")
        yield started


@contextmanager
def _free_number() -> Generator[int]:
    """Holds a number from 1 to 15 that no other copy has, as long as the context lasts. Raises StackError."""
    for number in range(1, 16):
        folder = STATE / "copies" / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
    raise StackError("15 copies of the platform run already")


@contextmanager
def copied_stack(shared: RunningStack) -> Generator[RunningStack]:
    """Yields a copy of a running stack (``local.stack.copies``), or the stack itself if Supabase is a real project."""
    if shared.environment["SUPABASE_URL"] != shared.urls["supabase"]:
        yield shared
        return
    # Removes the variables that `run` set; otherwise they would count as the user's own replacements.
    environment = {name: value for name, value in os.environ.items() if shared.environment.get(name) != value}
    ports = {f"MIXERAI_{part.upper()}_PORT": url.rsplit(":", 1)[1] for part, url in shared.urls.items()}
    with _free_number() as number, _started("copy", str(number), show=False, environment=environment | ports):
        yield _read_state(STATE / "copies" / str(number) / "stack.json")
