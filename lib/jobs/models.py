"""The types of background work: jobs and their handlers, scheduled tasks and the reports of their runs."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field

from lib.core.data.db import Db, Row
from lib.core.http.models import ResponseModel

DEFAULT_BATCH: Final = 20
DEFAULT_SECONDS: Final = 10.0

type Interval = Literal["minute", "hour", "day"]
type JobOutcome = Literal["done", "retried", "dead", "released", "lost"]
"""``released``: the run ended before the job had its time, so the attempt does not count. ``lost``: the lease ended and
another worker has the job, or the outcome could not be recorded."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a queue, leased to the worker that reads it."""

    id: UUID
    kind: str
    brand_id: UUID | None
    payload: dict[str, Any]
    attempts: int
    """How many attempts had begun when the job was claimed."""

    @classmethod
    def from_row(cls, row: Row) -> "Job":
        """Makes a job of a row of ``claim_jobs``."""
        brand_id = UUID(row["brand_id"]) if row["brand_id"] else None
        return cls(UUID(row["id"]), row["kind"], brand_id, row["payload"], row["attempts"])


class JobFailed(Exception):
    """An attempt at a job failed. The message is stored with the job, so it names no person and no secret."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        """``is_final``: no later attempt can succeed, so the job becomes a dead letter at once."""
        super().__init__(message)
        self.is_final = is_final


class JobHeld(JobFailed):
    """A job was not begun, because an earlier one with its key failed. Its attempt does not count."""


type HandleJobs = Callable[[Db, Sequence[Job]], Awaitable[Mapping[UUID, JobFailed]]]


def each(handle: Callable[[Db, Job], Awaitable[None]]) -> HandleJobs:
    """Turns a function that does one job, or raises, into the ``handle`` of a JobHandler."""

    async def handle_each(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
        for job in jobs:
            await handle(db, job)
        return {}

    return handle_each


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class JobHandler:
    """How the jobs of one queue are done."""

    queue: str
    handle: HandleJobs
    """Does jobs that are leased to this worker, with the data client of the service. Returns the failures by job id.
    After an exception each job of the call is done alone. Each may come again, so doing it twice must do no harm."""
    batch: int = DEFAULT_BATCH
    """How many jobs are claimed at once: as many as can be done within a lease of 60 seconds."""
    jobs_per_call: int = 1
    """How many jobs ``handle`` gets at once. The outcome of each call is recorded before the next begins. A job that
    was begun before is alone in its call: it may be the reason why the others of its last call failed. Where a call
    takes a whole batch, those come after the others."""
    seconds: float = DEFAULT_SECONDS
    """How long one call may take. A longer one is cancelled, and its jobs have failed."""
    min_seconds: float | None = None
    """No call begins with less time than this left in the run; None: ``seconds``. A call that begins with less than
    ``seconds`` may be cut by the end of the run. Its attempt does not count, so it must do no harm to be cut."""
    is_prompt: bool = False
    """Whether its jobs are done right after the request or the consumer that queued them, where ``seconds``, or
    ``min_seconds``, leave time for it (lib/jobs/at_once.py), and in every run after the consumers, before the tasks
    that take turns."""
    is_ready: Callable[[], bool] = _always
    """Whether the deployment can do these jobs. They wait while it cannot."""
    order_of: Callable[[Job], Hashable] | None = None
    """The ``order_key`` of a job of a queue in order; None for one that waits for no other. Jobs come to ``handle`` in
    the order of each key. It raises, or names as failed, all of a key that are behind one that failed."""
    settled: Callable[[Db, Job, JobOutcome], Awaitable[None]] | None = None
    """Called when the outcome of an attempt has been recorded."""


type Task = Callable[[Db], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    """Something that the scheduler does at every run: safe to do at any time, and twice at once."""

    name: str
    every: Interval
    run: Task
    """Gets the data client of the service. The report of the run shows the value that it returns."""
    share: int = 1
    """How large its part of the run's time is, compared with the other tasks."""
    is_first: bool = False
    """Whether it comes before the other tasks in every run. Those take turns."""


class TaskReport(ResponseModel):
    """The outcome of one scheduled task in a run."""

    outcome: Literal["done", "failed", "timed_out", "skipped"]
    """`timed_out`: it was ended when its part of the run's time was over; `skipped`: no time was left for it. Every
    outcome but `done` means that the next run tries again."""
    seconds: float = Field(examples=[0.042])
    """How long it ran, in seconds."""
    did: Any = Field(default=None, examples=[{"published": 2}])
    """The result of the task, as a number or as numbers by name. Null for a task that is not done or counts nothing."""
    reason: str | None = Field(default=None, examples=["ServiceUnavailable"])
    """The kind of error of a task that failed or timed out, whose details are in the log; null for others."""
