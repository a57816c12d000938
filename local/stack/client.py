"""Finds the stack that runs, or starts one for as long as it is needed: for the demo and the tests."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local.stack.processes import die_with_parent
from local.stack.settings import ROOT, STATE_FILE


class StackStartError(Exception):
    """The stack that was to be started for this command did not come up; its own words say why."""


@dataclass(frozen=True)
class RunningStack:
    pid: int
    urls: dict[str, str]
    database_url: str
    environment: dict[str, str]
    logs: str


def find_running() -> RunningStack | None:
    try:
        state = RunningStack(**json.loads(STATE_FILE.read_text()))
        os.kill(state.pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return state


@contextmanager
def running_stack() -> Iterator[RunningStack]:
    """The running stack, which is left alone; else one of our own, which is stopped at the end."""
    found = find_running()
    if found is not None:
        yield found
        return
    command = [sys.executable, "-m", "local.stack", "up"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("Ready in"):
                break
            print(line, end="", flush=True)
        started = find_running()
        if started is None:
            raise StackStartError("the local stack did not start")
        yield started
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        process.wait()
