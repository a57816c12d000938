"""Tests a run of the scheduler that lacks time for some of its tasks."""

import asyncio
import time

import pytest
from postgrest import AsyncPostgrestClient

from api._routes.jobs import schedule
from lib.core.data.db import Db
from lib.core.http.deadline import within
from lib.core.telemetry.context import begin_context

pytestmark = pytest.mark.anyio


class Run:
    """Runs four tasks; each of those named by ``slow`` uses all the remaining time."""

    def __init__(self, *slow: str) -> None:
        self.slow = slow
        self.begun: list[str] = []
        self.tasks: dict[str, schedule.Task] = {name: self._task(name) for name in ("publish", "a", "b", "c")}

    def _task(self, name: str) -> schedule.Task:
        async def work(_: Db) -> int:
            self.begun.append(name)
            if name in self.slow:
                self.context.ends_at = time.monotonic() + 0.05
                async with within(30):
                    await asyncio.sleep(30)
            return 1

        return work

    async def take(self, turn: int) -> schedule.CronReport:
        self.begun.clear()
        self.context = begin_context("a scheduled run")
        self.context.ends_at = time.monotonic() + 60
        return await schedule.do_all(self.tasks, AsyncPostgrestClient("http://127.0.0.1:9"), turn=turn)


async def test_all_is_done_in_every_run() -> None:
    run = Run()
    for turn in range(4):
        report = await run.take(turn)
        assert (report.is_complete, report.tasks) == (True, {"publish": 1, "a": 1, "b": 1, "c": 1})
        assert run.begun[0] == "publish"


async def test_a_task_without_time_runs_early_in_a_later_run() -> None:
    run = Run("a")
    report = await run.take(0)
    assert (report.is_complete, report.tasks) == (False, {"publish": 1, "a": None, "b": None, "c": None})
    assert run.begun == ["publish", "a"]
    report = await run.take(1)
    assert (report.is_complete, report.tasks) == (False, {"publish": 1, "a": None, "b": 1, "c": 1})
    assert run.begun == ["publish", "b", "c", "a"]


async def test_a_task_that_fails_keeps_no_other_from_its_work() -> None:
    run = Run()

    async def fail(_: Db) -> int:
        raise ValueError("no")

    run.tasks["publish"] = fail
    report = await run.take(0)
    assert (report.is_complete, report.tasks) == (False, {"publish": None, "a": 1, "b": 1, "c": 1})
