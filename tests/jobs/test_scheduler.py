"""Runs of the schedule: slices of time, the order of tasks, and tasks that hang or fail."""

import asyncio
import time
from typing import Final

import pytest

from api._routes.jobs.cron import SCHEDULE
from lib.core.data.calls import DataApi
from lib.core.data.db import Db
from lib.core.http.deadline import OWN_SECONDS, time_left, within
from lib.core.telemetry.context import begin_context
from lib.events import Consumer
from lib.jobs import JobHandler, ScheduledTask, TaskReport, each
from lib.jobs.models import Task
from lib.jobs.registry import BackgroundWork, Schedule, sql_task
from lib.jobs.scheduler import in_turn, run_tasks

pytestmark = pytest.mark.anyio

NO_DATABASE: Final = DataApi("http://127.0.0.1:9", {})


class Run:
    """Runs over four tasks, in which a test replaces some by others."""

    def __init__(self, **replaced: Task) -> None:
        self.began: list[str] = []
        self.slices: dict[str, float] = {}
        self.replaced = replaced
        self.tasks = [self._task(name) for name in ("publish", "a", "b", "c")]

    def _task(self, name: str) -> ScheduledTask:
        async def work(db: Db) -> object:
            self.began.append(name)
            self.slices[name] = time_left()
            return await self.replaced[name](db) if name in self.replaced else 1

        return ScheduledTask(name, "minute", work, is_first=name == "publish")

    async def take(self, turn: int, seconds: float = 60) -> dict[str, TaskReport]:
        self.began.clear()
        begin_context("a scheduled run").ends_at = time.monotonic() + seconds
        return await run_tasks(self.tasks, NO_DATABASE, turn=turn)


def outcomes(reports: dict[str, TaskReport]) -> dict[str, str]:
    return {name: report.outcome for name, report in reports.items()}


async def hang(_: Db) -> None:
    """Waits for something that knows no deadline, as a lock."""
    await asyncio.sleep(30)


async def wait(_: Db) -> None:
    """Waits for something outside, as all clients of the platform do."""
    async with within(30):
        await asyncio.sleep(30)


async def fail(_: Db) -> None:
    raise ValueError("no")


async def test_all_tasks_run_and_take_turns() -> None:
    run = Run()
    orders: list[list[str]] = []
    for turn in range(4):
        reports = await run.take(turn)
        assert outcomes(reports) == dict.fromkeys(("publish", "a", "b", "c"), "done")
        assert all(report.did == 1 and report.seconds < 0.5 for report in reports.values())
        orders.append(list(run.began))
    assert orders == [
        ["publish", "a", "b", "c"],
        ["publish", "b", "c", "a"],
        ["publish", "c", "a", "b"],
        ["publish", "a", "b", "c"],
    ]


@pytest.mark.parametrize("slow", [hang, wait])
async def test_a_task_that_hangs_is_cut_off_and_takes_nothing_from_the_others(slow: Task) -> None:
    run = Run(publish=slow, b=slow)
    reports = await run.take(0, seconds=8)
    assert outcomes(reports) == {"publish": "timed_out", "a": "done", "b": "timed_out", "c": "done"}
    assert reports["publish"].did is None
    # A quarter of the time; then half of the rest, to which `a` added its own slice.
    assert 2 <= reports["publish"].seconds <= 2 + OWN_SECONDS + 0.2
    assert 2.7 <= reports["b"].seconds <= 3 + OWN_SECONDS + 0.2
    assert run.slices["c"] >= 2, "it has its own slice at the least"


async def test_what_a_task_leaves_goes_to_the_next_ones() -> None:
    run = Run()
    await run.take(0, seconds=8)
    assert [round(run.slices[name]) for name in run.began] == [2, 3, 4, 8]


async def test_shares() -> None:
    run = Run()
    run.tasks[1] = ScheduledTask("a", "minute", run.tasks[1].run, share=4)
    await run.take(0, seconds=7)
    assert [round(run.slices[name]) for name in ("publish", "a")] == [1, 5]


@pytest.mark.parametrize("failing", ["publish", "b"])
async def test_a_task_that_fails_keeps_no_other_from_its_work(failing: str) -> None:
    expected = dict.fromkeys(("publish", "a", "b", "c"), "done") | {failing: "failed"}
    assert outcomes(await Run(**{failing: fail}).take(0)) == expected


class Panic(BaseException):
    """Stands for ``pyo3_runtime.PanicException``, which is no ``Exception``."""


class Unreadable(Exception):
    """An exception whose text cannot be made."""

    def __str__(self) -> str:
        raise RecursionError


@pytest.mark.parametrize("error", [RecursionError, MemoryError, Panic, SystemExit, asyncio.CancelledError, Unreadable])
async def test_whatever_a_task_raises_ends_no_other(error: type[BaseException]) -> None:
    async def raise_it(_: Db) -> None:
        raise error

    reports = await Run(publish=raise_it, b=raise_it).take(0)
    assert outcomes(reports) == {"publish": "failed", "a": "done", "b": "failed", "c": "done"}
    assert reports["publish"].reason == error.__name__
    assert reports["a"].reason is None


async def test_a_run_that_is_cancelled_ends() -> None:
    run = asyncio.create_task(Run(a=hang).take(0))
    await asyncio.sleep(0.1)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run


async def test_what_a_task_did_is_shown_if_an_answer_can_hold_it() -> None:
    async def deep(_: Db) -> object:
        value: list[object] = []
        for _level in range(100_000):
            value = [value]
        return value

    async def many(_: Db) -> object:
        return list(range(10_000))

    reports = await Run(a=deep, b=many).take(0)
    assert outcomes(reports) == {"publish": "done", "a": "failed", "b": "done", "c": "done"}
    assert reports["b"].did == "10000 items"


async def test_a_run_without_time_begins_nothing() -> None:
    run = Run()
    assert set(outcomes(await run.take(0, seconds=0.4)).values()) == {"skipped"}
    assert run.began == []


async def nothing(*_: object) -> None:
    return None


def test_in_every_run_queues_come_after_the_consumers_that_fill_them() -> None:
    """One run of the schedule finishes the work of a killed request, from the log to the receiver."""
    tasks = Schedule(
        [
            BackgroundWork(
                tasks=[sql_task("other", every="minute"), ScheduledTask("publish", "minute", nothing, is_first=True)],
                handlers=[JobHandler("mail", each(nothing), is_prompt=True), JobHandler("slow", each(nothing))],
            ),
            BackgroundWork(consumers=[Consumer("notices", frozenset({"ContentPublished"}), nothing, is_prompt=True)]),
        ]
    ).tasks("minute")
    for turn in range(4):
        assert [task.name for task in in_turn(tasks, turn)][:3] == ["publish", "notices", "mail"]


def test_a_schedule_of_registrations() -> None:
    handler = JobHandler("mail", each(nothing))
    consumer = Consumer("edge_cache", frozenset({"ContentPublished"}), nothing)
    schedule = Schedule(
        [
            BackgroundWork(tasks=[sql_task("a", every="minute"), sql_task("b", every="hour")]),
            BackgroundWork(handlers=[handler], consumers=[consumer]),
        ]
    )
    assert [task.name for task in schedule.tasks("minute")] == ["a", "edge_cache", "mail"]
    assert [task.name for task in schedule.tasks("hour")] == ["b"]
    assert schedule.tasks("day") == []
    with pytest.raises(ValueError, match="registered twice: mail"):
        Schedule([BackgroundWork(tasks=[sql_task("mail", every="minute")], handlers=[handler])])


def test_the_schedule_of_the_platform() -> None:
    """Every context has registered its work; what is due to be published comes first, and then
    the edge is told."""
    minutely = SCHEDULE.tasks("minute")
    first = ["publish_due", "edge_cache", "notifications", "notification_mail", "mail", "notification_chat"]
    assert [task.name for task in minutely if task.is_first] == first
    assert {task.name for task in minutely} == {
        "announce_expired_memberships",
        "bury_exhausted_jobs",
        "change_limits",
        "claims",
        "append_awaited_entries",
        "chase_tasks",
        "count_dead_letters",
        "edge_cache",
        "embeddings",
        "end_expired_sessions",
        "enqueue_missing_embeddings",
        "end_stolen_sessions",
        "erasure",
        "fail_stale_generations",
        "forget_expired_keys",
        "forget_webhook_deliveries",
        "mail",
        "publications",
        "notification_chat",
        "notification_mail",
        "notifications",
        "publish_due",
        "queue_claim_checks",
        "queue_digests",
        "raise_alerts",
        "refresh_search",
        "register_deployment",
        "send_webhooks",
        "time_out_runs",
        "withdraw_again",
        "withdraw_of_deleted_brands",
        "webhooks",
        "workflow",
    }
    assert {task.name for task in SCHEDULE.tasks("hour")} == {
        "announce_expiring_evidence",
        "forget_ended_sessions",
        "refresh_analytics",
        "remove_old_notifications",
    }
    assert {task.name for task in SCHEDULE.tasks("day")} == {
        "forget_ended_delegations",
        "forget_old_mail",
        "make_next_partitions",
    }
