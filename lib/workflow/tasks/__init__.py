"""Tasks of reviews: lists, decisions, and the assignments of a person who leaves."""

from lib.workflow.tasks.assignments import Assignments, Reassignment, ReassignmentReport
from lib.workflow.tasks.commands import BulkDecision, BulkDecisionOutcome, HandOver, TaskDecision
from lib.workflow.tasks.models import StateCounts, Task, TaskCounts, TaskPage, TaskQuery
from lib.workflow.tasks.service import (
    count_tasks,
    decide_many,
    decide_task,
    get_assignments,
    get_task,
    hand_over,
    list_tasks,
    reassign_assignments,
)

__all__ = [
    "Assignments",
    "BulkDecision",
    "BulkDecisionOutcome",
    "HandOver",
    "Reassignment",
    "ReassignmentReport",
    "StateCounts",
    "Task",
    "TaskCounts",
    "TaskDecision",
    "TaskPage",
    "TaskQuery",
    "count_tasks",
    "decide_many",
    "decide_task",
    "get_assignments",
    "get_task",
    "hand_over",
    "list_tasks",
    "reassign_assignments",
]
