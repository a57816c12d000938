"""Finds the stack that runs, or starts one for as long as it is needed: for the demo and the tests."""

import fcntl
import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from local.stack.processes import StackError, die_with_parent
from local.stack.settings import ROOT, STATE, STATE_FILE


@dataclass(frozen=True)
class RunningStack:
    pid: int
    urls: dict[str, str]
    database_url: str
    environment: dict[str, str]
    logs: str


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


def find_running() -> RunningStack | None:
    try:
        with only_stack():
            return None
    except StackError:
        try:
            return RunningStack(**json.loads(STATE_FILE.read_text()))
        except FileNotFoundError:
            return None  # it is starting or stopping


@contextmanager
def running_stack() -> Generator[RunningStack]:
    """The running stack, which is left alone; else one of our own, which is stopped at the end."""
    found = find_running()
    if found is not None:
        yield found
        return
    with subprocess.Popen(
        [sys.executable, "-m", "local.stack", "up"],
        cwd=ROOT,
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
                print(line, end="", flush=True)
            started = find_running()
            if started is None:
                raise StackError("the local stack did not start")
            yield started
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
