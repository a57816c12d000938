"""Calls that mix rows of two brands, made by an admin of one of them: as data.

Each names a row of the own brand, so that the caller is let in, and a row of the other one. A function that asked for
the first only would read or change the second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from tests.tenancy.scene import Scene


@dataclass(frozen=True)
class Mixed:
    function: str
    arguments: Callable[[Scene], dict[str, Any]]
    refusal: str
    """The SQLSTATE of the refusal."""


def _in_a_week() -> datetime:
    return datetime.now(UTC) + timedelta(days=7)


MIXED = (
    Mixed(
        "find_review_path",
        lambda scene: {
            "workflow_id": scene.tenant.rows["workflows"]["id"],
            "content_id": scene.other.contents["draft"],
        },
        "PT404",
    ),
    Mixed(
        "submit_content",
        lambda scene: {
            "content_id": scene.tenant.contents["draft"],
            "workflow_id": scene.other.rows["workflows"]["id"],
        },
        "PT409",
    ),
    *(
        Mixed(
            function,
            lambda scene, reason=reason: {
                "content_id": scene.tenant.contents["pending_review"],
                "step_run_id": scene.other.rows["workflow_step_runs"]["id"],
                reason: "Mixed",
            },
            "PT404",
        )
        for function, reason in (
            ("approve_content", "comment"),
            ("reject_content", "reason"),
            ("request_changes", "comment"),
            ("skip_review_step", "reason"),
        )
    ),
    Mixed(
        "get_review",
        lambda scene: {
            "content_id": scene.tenant.contents["pending_review"],
            "run_id": scene.other.rows["workflow_instances"]["id"],
        },
        "PT404",
    ),
    Mixed(
        "duplicate_workflow",
        lambda scene: {"workflow_id": scene.tenant.rows["workflows"]["id"], "brand_id": scene.other.brand_id},
        "PT404",
    ),
    Mixed(
        "set_brand_workflows",
        lambda scene: {
            "brand_id": scene.tenant.brand_id,
            "assignments": Jsonb([{"content_type": "*", "workflow_id": str(scene.other.rows["workflows"]["id"])}]),
        },
        "PT400",
    ),
    Mixed(
        "reassign_task",
        lambda scene: {
            "task_id": scene.tenant.rows["workflow_tasks"]["id"],
            "assignee_id": scene.other.people["viewer"].user_id,
        },
        "PT400",
    ),
    Mixed(
        "hand_over_task",
        lambda scene: {
            "task_id": scene.tenant.rows["workflow_tasks"]["id"],
            "assignee_id": scene.other.people["viewer"].user_id,
        },
        "PT400",
    ),
    Mixed(
        "reassign_assignments",
        lambda scene: {
            "user_id": scene.tenant.people["viewer"].user_id,
            "target_id": scene.tenant.people["second_viewer"].user_id,
            "brand_ids": [scene.tenant.brand_id, scene.other.brand_id],
        },
        "PT404",
    ),
    Mixed(
        "create_delegation",
        lambda scene: {
            "user_id": scene.tenant.people["viewer"].user_id,
            "delegate_id": scene.other.people["viewer"].user_id,
            "brand_id": scene.tenant.brand_id,
            "starts_at": None,
            "ends_at": _in_a_week(),
        },
        "PT400",
    ),
    Mixed(
        "create_delegation",
        lambda scene: {
            "user_id": scene.other.people["viewer"].user_id,
            "delegate_id": scene.tenant.people["viewer"].user_id,
            "brand_id": scene.tenant.brand_id,
            "starts_at": None,
            "ends_at": _in_a_week(),
        },
        "PT404",
    ),
)
