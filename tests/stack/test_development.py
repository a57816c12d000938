"""The platform to work with: functions follow the code, the schedule runs, and other code is not tested by mistake."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from local.stack.client import RunningStack, check_code
from local.stack.fingerprint import PARTS, changed_parts, files_of, fingerprint
from local.stack.processes import StackError
from local.stack.schedule import Cron, read_crons
from local.stack.settings import ROOT
from tests.stack.test_stack import Stack

PATIENCE_SECONDS = 30
TOUCHED = ROOT / "lib" / "core" / "http" / "envelope.py"


@pytest.fixture
def developing(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "state")
    yield stack
    if stack.process and stack.process.poll() is None:
        stack.process.send_signal(signal.SIGTERM)
        stack.end()


def wait_until(is_true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def test_functions_follow_the_code_and_the_schedule_runs(developing: Stack) -> None:
    output = developing.start("dev")
    assert "Ready in" in output, output
    state_file = developing.state / "stack.json"
    state = json.loads(state_file.read_text())

    # Only the schedule writes this.
    with psycopg.connect(state["database_url"], autocommit=True) as connection:
        wait_until(
            lambda: connection.execute("select environment from private.deployment").fetchall() == [("local",)],
            "the schedule did not run",
        )

    former = {part: developing.child(part) for part in ("web", "kv", "supabase")}
    os.utime(TOUCHED)
    assert developing.process is not None
    assert developing.process.stdout is not None
    line = next(line for line in developing.process.stdout if line.startswith("reloaded"))
    assert "lib/core/http/envelope.py" in line
    assert httpx.get(f"http://127.0.0.1:{developing.ports['web']}/api/v1/health").json()["success"]
    now = {part: developing.child(part) for part in former}
    assert {part for part in former if now[part] != former[part]} == {"web"}

    used = developing.run("run", "--", "true")
    assert used.returncode == 0, used.stderr
    assert used.stdout.startswith("Using the platform that runs already (process ")
    state = json.loads(state_file.read_text())
    state["fingerprint"]["database"] = "another"
    state_file.write_text(json.dumps(state))
    refused = developing.run("run", "--", "true")
    assert refused.returncode == 2
    (problem,) = refused.stderr.splitlines()
    assert problem.startswith("error: the platform that runs has other code than this checkout (database): stop it")

    developing.process.send_signal(signal.SIGINT)
    code, rest = developing.end()
    assert (code, rest.strip().splitlines()[-1]) == (0, "Stopped.")
    assert developing.is_gone()


def test_a_stack_of_another_checkout(stack: RunningStack) -> None:
    check_code(stack)
    with pytest.raises(StackError, match="another checkout"):
        check_code(replace(stack, root="/somewhere/else"))


def test_each_part_has_files_and_notices_a_change() -> None:
    names = {part: {str(path.relative_to(ROOT)) for path in files_of(part)} for part in PARTS}
    assert "lib/core/config.py" in names["functions"]
    assert any(name.startswith("supabase/migrations/") for name in names["database"])
    assert "local/supabase/server.mjs" in names["stand-ins"]
    assert not any("node_modules" in name for name in names["stand-ins"])
    now = fingerprint()
    assert changed_parts(now) == []
    assert changed_parts(now | {"functions": "x"}) == ["functions"]


@pytest.mark.parametrize(
    ("schedule", "moment", "is_due"),
    [
        ("* * * * *", (2026, 1, 1, 0, 0), True),
        ("7 * * * *", (2026, 1, 1, 5, 7), True),
        ("7 * * * *", (2026, 1, 1, 5, 8), False),
        ("20 3 * * *", (2026, 1, 1, 3, 20), True),
        ("20 3 * * *", (2026, 1, 1, 4, 20), False),
        ("*/15 8-17 * * 1-5", (2026, 1, 2, 9, 45), True),
        ("*/15 8-17 * * 1-5", (2026, 1, 3, 9, 45), False),
        ("0 0 1,15 * *", (2026, 1, 15, 0, 0), True),
    ],
)
def test_when_a_schedule_is_due(schedule: str, moment: tuple[int, int, int, int, int], is_due: bool) -> None:
    assert Cron("/", schedule).is_due(datetime(*moment, tzinfo=UTC)) is is_due


def test_the_schedule_of_the_deployment_is_understood() -> None:
    crons = read_crons()
    assert {cron.path for cron in crons} == {f"/api/v1/cron/{every}" for every in ("minute", "hour", "day")}
    for cron in crons:
        cron.is_due(datetime.now(UTC))
