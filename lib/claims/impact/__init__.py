"""The claims that contents make, what a change of a claim touches, and the tasks that follow from it."""

from lib.claims.impact.bills import ContentClaims, MadeClaim
from lib.claims.impact.models import (
    ClaimSettings,
    ClaimSettingsRequest,
    ClaimTask,
    ClaimTaskQuery,
    Impact,
    ImpactItem,
    ImpactPageRequest,
    OpenedTasks,
    TaskClosing,
    TasksRequest,
)
from lib.claims.impact.service import (
    close_task,
    get_content_claims,
    get_impact,
    get_settings,
    list_tasks,
    open_tasks,
    set_settings,
)

__all__ = [
    "ClaimSettings",
    "ClaimSettingsRequest",
    "ClaimTask",
    "ClaimTaskQuery",
    "ContentClaims",
    "Impact",
    "ImpactItem",
    "ImpactPageRequest",
    "MadeClaim",
    "OpenedTasks",
    "TaskClosing",
    "TasksRequest",
    "close_task",
    "get_content_claims",
    "get_impact",
    "get_settings",
    "list_tasks",
    "open_tasks",
    "set_settings",
]
