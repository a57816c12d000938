"""Reviews of contents: what is open, who is asked, and the acts on them."""

from lib.workflow.reviews.models import (
    Review,
    ReviewDecision,
    ReviewEnd,
    ReviewEntry,
    ReviewRestart,
    StepSkip,
    TaskDelegation,
    TaskReassignment,
)
from lib.workflow.reviews.service import (
    cancel,
    decide,
    delegate,
    get_review,
    reassign,
    restart,
    resume,
    skip_step,
    withdraw,
)

__all__ = [
    "Review",
    "ReviewDecision",
    "ReviewEnd",
    "ReviewEntry",
    "ReviewRestart",
    "StepSkip",
    "TaskDelegation",
    "TaskReassignment",
    "cancel",
    "decide",
    "delegate",
    "get_review",
    "reassign",
    "restart",
    "resume",
    "skip_step",
    "withdraw",
]
