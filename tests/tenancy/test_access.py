"""The registry of lib/core/access.py and the walls in SQL agree: caller × status × action, and every permission."""

from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from lib.core.access import CONTENT_POLICIES, MATRIX, REGISTRY, Resource, Role, Subject, Verdict, decide, holds
from tests.support.sql import Database
from tests.tenancy.functions import generation_of
from tests.tenancy.probe import Probe
from tests.tenancy.scene import STATUSES, Caller, Scene

# Each action of the registry as a statement on a content.
COMMANDS: Final[dict[str, tuple[str, list[Any]]]] = {
    "read": ("public.list_content_versions(%s)", []),
    "edit": ("public.update_content(%s, %s, %s)", [Jsonb({"title": "Other"})]),
    "restore_version": ("public.restore_version(%s, 1)", []),
    "submit": ("public.submit_content(%s)", []),
    "approve": ("public.approve_content(%s)", []),
    "reject": ("public.reject_content(%s, 'No')", []),
    "request_changes": ("public.request_changes(%s, 'Why?')", []),
    "withdraw": ("public.withdraw_content(%s, 'Later')", []),
    "restart": ("public.restart_review(%s)", []),
    "publish": ("public.publish_content(%s)", []),
    "schedule": ("public.schedule_content(%s, '2099-01-01')", []),
    "unschedule": ("public.unschedule_content(%s)", []),
    "archive": ("public.archive_content(%s)", []),
    "reopen": ("public.reopen_content(%s)", []),
    "delete": ("public.delete_content(%s)", []),
    "duplicate": ("public.duplicate_content(%s)", []),
    "generate": ("public.begin_generation(%s, %s)", []),
}
SQLSTATES: Final = {
    Verdict.ALLOWED: {None},
    Verdict.UNTRUSTED: {"PT401"},
    Verdict.HIDDEN: {"PT404"},
    # Where both apply, either may be said.
    Verdict.FORBIDDEN: {"PT403", "PT409"},
    Verdict.CONFLICT: {"PT409"},
}


def subjects(scene: Scene, database: Database) -> dict[str, tuple[Caller, Subject]]:
    """Everyone of the scene with what the database knows of them in the tenant."""
    callers = {**scene.callers, "second_viewer": scene.tenant.people["second_viewer"]}
    callers["second_editor"] = scene.tenant.people["second_editor"]
    found: dict[str, tuple[Caller, Subject]] = {}
    for name, caller in callers.items():
        if caller.user_id is None:
            continue
        rows = database.rows(
            "select role::text, permissions, restrictions from public.brand_members "
            "where user_id = %s and brand_id = %s and (expires_at is null or expires_at > now())",
            caller.user_id,
            scene.tenant.brand_id,
        )
        member = rows[0] if rows else {"role": None, "permissions": [], "restrictions": []}
        found[name] = (
            caller,
            Subject(
                caller.user_id,
                role=Role(member["role"]) if member["role"] else None,
                permissions=frozenset(member["permissions"]),
                restrictions=frozenset(member["restrictions"]),
                is_platform_admin=name == "platform",
                is_trusted=name != "unverified",
            ),
        )
    return found


def content_resource(scene: Scene, database: Database, content: UUID) -> Resource:
    row = database.row("select brand_id, status::text, created_by from public.contents where id = %s", content)
    tasks = database.rows(
        "select assignee_id from public.workflow_tasks where content_id = %s and status = 'pending'", content
    )
    attributes = {
        "status": row["status"],
        "created_by": row["created_by"],
        "assignees": {task["assignee_id"] for task in tasks},
    }
    return Resource("content", row["brand_id"], attributes)


def outcome(probe: Probe, caller: Caller, action: str, content: UUID, version: int) -> str | None:
    """The SQLSTATE with which the command is refused; None when it is done."""
    call, arguments = COMMANDS[action]
    arguments = [content, *([version] if action == "edit" else []), *arguments]
    if action == "generate":
        arguments = list(generation_of(content).parts("request", caller).values())
    try:
        with probe.acting(caller) as cursor:
            cursor.execute(f"select * from {call}".encode(), arguments)
            return None
    except psycopg.DatabaseError as error:
        return error.sqlstate


def test_every_action_has_its_command() -> None:
    assert set(COMMANDS) == {policy.action for policy in CONTENT_POLICIES}


@pytest.mark.parametrize("status", STATUSES)
def test_every_caller_and_action(scene: Scene, probe: Probe, status: str) -> None:
    data = Database(probe.connection)
    content = scene.tenant.contents[status]
    resource = content_resource(scene, data, content)
    version = data.value("select version from public.contents where id = %s", content)
    different: list[str] = []
    for name, (caller, subject) in subjects(scene, data).items():
        for action in COMMANDS:
            # In the scene the viewer has approved what is in review: deciding twice is a conflict of its own.
            if (name, status) == ("viewer", "in_review") and action in ("approve", "reject", "request_changes"):
                continue
            verdict = decide(subject, resource, action).verdict
            found = outcome(probe, caller, action, content, version)
            if found not in SQLSTATES[verdict]:
                different.append(f"{name} × {action}: the registry says {verdict}, the database {found or 'done'}")
    assert different == []


def test_every_permission_of_every_caller(scene: Scene, probe: Probe) -> None:
    data = Database(probe.connection)
    different: list[str] = []
    for name, (caller, subject) in subjects(scene, data).items():
        for permission in MATRIX:
            with probe.acting(caller) as cursor:
                cursor.execute("select private.permits(%s, %s) as permits", [scene.tenant.brand_id, permission])
                permits = cursor.fetchall()[0]["permits"]
            if permits != holds(subject, permission):
                different.append(f"{name}: {permission}")
    assert different == []


def test_the_matrix_is_that_of_the_database(database: psycopg.Connection) -> None:
    rows = Database(database).rows("select name, least_role::text, seen_with from private.permissions")
    assert {row["name"]: (Role(row["least_role"]), row["seen_with"]) for row in rows} == dict(MATRIX)


def test_an_action_that_nobody_knows_is_an_error(scene: Scene) -> None:
    subject = Subject(scene.platform.user_id or UUID(int=0), is_platform_admin=True)
    with pytest.raises(KeyError):
        decide(subject, Resource("content", scene.tenant.brand_id), "explode")
    assert decide(subject, Resource("template", scene.tenant.brand_id), "write").is_allowed
    assert ("template", "write") in REGISTRY
