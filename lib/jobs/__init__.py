"""Background work: one worker loop for all queues, and the schedule to which contexts add their tasks."""

from lib.jobs.models import Job, JobFailed, JobHandler, JobHeld, JobOutcome, ScheduledTask, TaskReport, each
from lib.jobs.worker import work_off

__all__ = ["Job", "JobFailed", "JobHandler", "JobHeld", "JobOutcome", "ScheduledTask", "TaskReport", "each", "work_off"]
