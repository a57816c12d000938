"""Finds the running stack, or starts one for as long as it is needed: for the demo and the tests."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.stack.fingerprint import FUNCTIONS, changed_parts
from local.stack.processes import StackError, die_with_parent
from local.stack.settings import ROOT, STATE

RELOAD_SECONDS: Final = 4.0


@dataclass(frozen=True)
class RunningStack:
    pid: int
    urls: dict[str, str]
    database_url: str
    environment: dict[str, str]
    logs: str
    redis_url: str
    """The number of the Redis database behind KV."""
    started_at: float
    """Unix time, seconds."""
    root: str
    """The checkout whose code it runs."""
    fingerprint: dict[str, str]
    """Digests of the code that it runs: see local/stack/fingerprint.py."""


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
    try:
        return RunningStack(**json.loads(file.read_text()))
    except TypeError:
        raise StackError("a platform of older code is running: stop it with Ctrl-C where it was started") from None


def find_running() -> RunningStack | None:
    try:
        with only_stack():
            return None
    except StackError:
        pass
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


def check_code(stack: RunningStack) -> None:
    """Raises StackError where a running stack runs other code than this checkout has."""
    if stack.root != str(ROOT):
        raise StackError(f"the platform that runs is of another checkout ({stack.root}): stop it, or set MIXERAI_STATE")
    # A stack that reloads its functions may be about to.
    deadline = time.monotonic() + RELOAD_SECONDS
    while changed := changed_parts(stack.fingerprint):
        if changed != [FUNCTIONS] or time.monotonic() > deadline:
            raise StackError(
                f"the platform that runs has other code than this checkout ({', '.join(changed)}): "
                "stop it with Ctrl-C where it was started, and start it again"
            )
        time.sleep(0.1)
        stack = find_running() or stack


@contextmanager
def running_stack() -> Generator[RunningStack]:
    """Yields the running stack, which is left running; otherwise a new one, which is stopped at the end.

    Raises StackError if the running one has other code than this checkout.
    """
    found = find_running()
    if found is not None:
        check_code(found)
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
