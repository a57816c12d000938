"""Tests that callers name people of the brand only, in every column and every argument that they may set.

Columns and arguments come from the catalogue: a new one fails here until it says how it is checked.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.sql import Database
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Caller, Scene

# Columns with a person that the data API may write, by the table to which their reference leads. Workflows, which name
# members, are written by commands.
BY_REFERENCE: Final = {
    # The caller's own row, by policy.
    ("notification_preferences", "user_id"): "profiles",
}
# A trigger checks the mentions.
ARRAYS: Final = {("comments", "mentions"), ("feature_flags", "brand_ids")}

# The arguments of functions that are ids of people; all other ids are of other things.
PEOPLE: Final = {"user_id", "assignee_id", "delegate_id", "from_id", "target_id", "mentions", "assignees"}
THINGS: Final = {
    "account", "account_id", "after_event", "after_id", "agency_id", "aggregate_id", "before_id", "besides",
    "brand", "brand_id", "brand_ids", "channel_id", "check_id", "claim_brand_id", "claim_id", "comment_id",
    "connection_id", "content_id", "content_ids", "cursor_id", "delegation_id", "delivery_id", "destination_id",
    "device_id", "evidence_id", "file_id", "generation_id", "ids", "ingredient_id", "ingredient_ids", "invitation_id",
    "key_id", "letter_id", "master_claim_brand_id", "master_claim_id", "of_delivery", "override_id",
    "parent_brand_id", "parent_id", "product_id", "product_ids", "publication_id", "replacement_claim_id",
    "review_id", "reviewer_id", "run_id", "secret_id", "step_id", "step_run_id", "subject_ids", "task_id",
    "task_ids", "template_id", "webhook_id", "which", "workflow", "workflow_id",
}  # fmt: skip
# Functions that take any person on purpose: they add a member, or are the platform's and refuse everybody else.
ADDING: Final = {"assign_member"}


def test_columns_with_people_refer_to_members(database: psycopg.Connection) -> None:
    rows = database.execute(
        "select reference.conrelid::regclass::text, named.attname, target.relname "
        "from pg_constraint as reference "
        "cross join lateral unnest(reference.conkey, reference.confkey) as pair (own, other) "
        "inner join pg_attribute as named on named.attrelid = conrelid and named.attnum = pair.own "
        "inner join pg_class as target on target.oid = confrelid "
        "inner join pg_attribute as referred on referred.attrelid = confrelid and referred.attnum = pair.other "
        "where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace "
        "and (target.relname, referred.attname) in (('profiles', 'id'), ('brand_members', 'user_id')) "
        "and (has_column_privilege('authenticated', conrelid, pair.own, 'insert') "
        "  or has_column_privilege('authenticated', conrelid, pair.own, 'update'))"
    ).fetchall()
    assert {(table, column): target for table, column, target in rows} == BY_REFERENCE
    arrays = database.execute(
        "select attrelid::regclass::text, attname from pg_attribute join pg_class on pg_class.oid = attrelid "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition "
        "and atttypid = 'uuid[]'::regtype and attnum > 0 "
        "and (has_column_privilege('authenticated', attrelid, attnum, 'insert') "
        "  or has_column_privilege('authenticated', attrelid, attnum, 'update'))"
    ).fetchall()
    assert set(arrays) == ARRAYS


def arguments(database: psycopg.Connection) -> set[tuple[str, str]]:
    """Returns each argument with an id, or ids, of the functions that people may call."""
    return set(
        database.execute(
            "select proname, proargnames[place] from pg_proc "
            "cross join lateral generate_series(1, pronargs) as place "
            "where pronamespace = 'public'::regnamespace and has_function_privilege('authenticated', oid, 'execute') "
            "and proargtypes[place - 1] in ('uuid'::regtype, 'uuid[]'::regtype)"
        ).fetchall()
    )


def test_every_argument_with_an_id_is_known(database: psycopg.Connection) -> None:
    assert {argument for _, argument in arguments(database)} - PEOPLE - THINGS == set()


type Door = Callable[[Scene, UUID], tuple[str, list[Any]]]


def _content(call: str, *more: Callable[[UUID], Any], status: str = "draft") -> Door:
    def door(scene: Scene, person: UUID) -> tuple[str, list[Any]]:
        return f"select * from public.{call}", [scene.tenant.contents[status], *(each(person) for each in more)]

    return door


def _line(scene: Scene, person: UUID) -> Jsonb:
    content = {"brand_id": str(scene.tenant.brand_id), "title": "One of many", "assignees": [str(person)]}
    return Jsonb([{"line": 1, "content": content}])


def _workflow(assignees: list[str], **more: str) -> Jsonb:
    named = {"assignees": assignees, "assignment_type": "user"} if assignees else {}
    return Jsonb({"name": f"W {uuid4()}", "steps": [{"name": "Review", **named}], **more})


# Each way to name a person; together they cover BY_REFERENCE, ARRAYS and every argument of PEOPLE.
DOORS: Final[dict[str, Door]] = {
    "comments.mentions": lambda scene, person: (
        "insert into public.comments (brand_id, content_id, body, mentions) values (%s, %s, 'x', %s) returning 1",
        [scene.tenant.brand_id, scene.tenant.contents["draft"], [person]],
    ),
    "add_comment.mentions": _content("add_comment(%s, 'x', mentions => %s)", lambda person: [person]),
    "edit_comment.mentions": lambda scene, person: (
        "select * from public.edit_comment(%s, 'x', %s)",
        [scene.rows["comments"]["id"], [person]],
    ),
    "create_content.assignees": lambda scene, person: (
        "select * from public.create_content(brand_id => %s, title => 'x', assignees => %s)",
        [scene.tenant.brand_id, [person]],
    ),
    "update_content changes": _content("update_content(%s, 3, %s)", lambda person: Jsonb({"assignees": [str(person)]})),
    "bulk assign": lambda scene, person: (
        "select * from public.bulk_contents('assign', %s, %s) where outcome = 200",
        [[scene.tenant.contents["draft"]], Jsonb({"add": [str(person)]})],
    ),
    "create_contents lines": lambda scene, person: (
        "select * from public.create_contents(%s) where outcome = 201",
        [_line(scene, person)],
    ),
    "import_contents lines": lambda scene, person: (
        "select jsonb_array_elements(public.import_contents(%s) -> 'content_ids')",
        [_line(scene, person)],
    ),
    "reassign_task.assignee_id": lambda scene, person: (
        "select * from public.reassign_task(%s, %s)",
        [scene.rows["workflow_tasks"]["id"], person],
    ),
    "reassign_review.assignee_id": lambda scene, person: (
        "select * from public.reassign_review(%s, %s, %s)",
        [scene.tenant.contents["pending_review"], person, scene.tenant.people["viewer"].user_id],
    ),
    "reassign_review.from_id": lambda scene, person: (
        "select * from public.reassign_review(%s, %s, %s)",
        [scene.tenant.contents["pending_review"], scene.tenant.people["second_viewer"].user_id, person],
    ),
    "delegate_review.assignee_id": _content("delegate_review(%s, %s)", lambda person: person, status="pending_review"),
    "create_workflow assignees": lambda scene, person: (
        "select * from public.create_workflow(%s, %s)",
        [scene.tenant.brand_id, _workflow([str(person)])],
    ),
    "create_workflow escalate_to": lambda scene, person: (
        "select * from public.create_workflow(%s, %s)",
        [scene.tenant.brand_id, _workflow([], escalate_to=str(person))],
    ),
    "update_workflow changes": lambda scene, person: (
        "select * from public.update_workflow(%s, (select version from public.workflows where id = %s), %s)",
        [scene.rows["workflows"]["id"], scene.rows["workflows"]["id"], _workflow([str(person)])],
    ),
    "find_review_path assignees": lambda scene, person: (
        "select public.find_review_path(brand_id => %s, definition => %s)",
        [scene.tenant.brand_id, _workflow([str(person)])],
    ),
    "hand_over_task.assignee_id": lambda scene, person: (
        "select public.hand_over_task(%s, %s)",
        [scene.rows["workflow_tasks"]["id"], person],
    ),
    "create_delegation.user_id": lambda scene, person: (
        "select public.create_delegation(%s, null, now() + interval '1 day', %s, %s)",
        [scene.tenant.people["second_viewer"].user_id, person, scene.tenant.brand_id],
    ),
    "create_delegation.delegate_id": lambda scene, person: (
        "select public.create_delegation(%s, null, now() + interval '1 day', %s, %s)",
        [person, scene.tenant.people["viewer"].user_id, scene.tenant.brand_id],
    ),
    "update_delegation changes": lambda scene, person: (
        "select public.update_delegation(%s, 1, %s)",
        [scene.tenant.delegation_id, Jsonb({"delegate_id": str(person)})],
    ),
    "read_assignments.user_id": lambda _, person: ("select public.read_assignments(%s)", [person]),
    "reassign_assignments.user_id": lambda scene, person: (
        "select public.reassign_assignments(%s, %s)",
        [person, scene.tenant.people["second_viewer"].user_id],
    ),
    "reassign_assignments.target_id": lambda scene, person: (
        "select answer from public.reassign_assignments(%s, %s) as answer where not answer ? 'missing'",
        [scene.tenant.people["viewer"].user_id, person],
    ),
    "add_claim_reviewer.user_id": lambda scene, person: (
        "select * from public.add_claim_reviewer(%s, %s, 'sme')",
        [scene.tenant.brand_id, person],
    ),
    "open_claim_tasks.assignee_id": lambda scene, person: (
        (
            "select from jsonb_array_elements(public.open_claim_tasks(%s, assignee_id => %s) -> 'items') as made "
            "where made ->> 'outcome' = 'opened'"
        ),
        [scene.rows["claims"]["id"], person],
    ),
    "remove_member.user_id": lambda scene, person: (
        "select * from public.remove_member(%s, %s)",
        [scene.tenant.brand_id, person],
    ),
    "removal_impact.user_id": lambda scene, person: (
        "select * from public.removal_impact(%s, %s)",
        [scene.tenant.brand_id, person],
    ),
    "living_sessions.user_id": lambda _, person: ("select * from public.living_sessions(%s)", [person]),
    "set_user_active.user_id": lambda _, person: ("select * from public.set_user_active(%s, false)", [person]),
    "set_platform_admin.user_id": lambda _, person: ("select * from public.set_platform_admin(%s, true)", [person]),
    "unlock_user.user_id": lambda _, person: ("select * from public.unlock_user(%s)", [person]),
}
# Where a membership that has ended may still be looked at.
OF_FORMER_MEMBERS: Final = {
    "remove_member.user_id",
    "removal_impact.user_id",
    "read_assignments.user_id",
    "reassign_assignments.user_id",
}
REFUSED: Final = ("PT400", "PT403", "PT404", "23503")


def test_every_way_to_name_a_person_has_its_attack(database: psycopg.Connection) -> None:
    named = {f"{function}.{argument}" for function, argument in arguments(database) if argument in PEOPLE}
    named -= {f"{function}.user_id" for function in ADDING}
    columns = {f"{table}.{column}" for table, column in [*BY_REFERENCE, *ARRAYS]}
    columns -= {"notification_preferences.user_id", "feature_flags.brand_ids"}
    assert named | columns <= set(DOORS)


def outsiders(scene: Scene) -> dict[str, UUID | None]:
    """People who are not of the brand, or whose membership does not count any more."""
    return {
        "an admin of another brand": scene.other.people["admin"].user_id,
        "a former member": scene.tenant.people["expired"].user_id,
        "nobody": uuid4(),
    }


def names(probe: Probe, scene: Scene, caller: Caller, door: Door, person: UUID) -> bool:
    statement, given = door(scene, person)
    try:
        with probe.acting(caller) as cursor:
            cursor.execute(statement.encode(), given)
            return bool(cursor.fetchall())
    except psycopg.DatabaseError as error:
        if error.sqlstate not in REFUSED:
            raise
        return False


@pytest.mark.parametrize("door", sorted(DOORS))
def test_nobody_else_is_named(probe: Probe, scene: Scene, door: str) -> None:
    admin = scene.tenant.people["admin"]
    named = [
        who for who, person in outsiders(scene).items() if person and names(probe, scene, admin, DOORS[door], person)
    ]
    # The reference keeps the row of a membership that has expired; whether it counts is asked at use.
    expired = door in BY_ROW or door in OF_FORMER_MEMBERS
    assert named == (["a former member"] if expired else [])


def test_a_task_about_a_claim_goes_to_a_member(probe: Probe, scene: Scene) -> None:
    """Shows that the attack on open_claim_tasks fails for its person only."""
    viewer, door = scene.tenant.people["viewer"].user_id, DOORS["open_claim_tasks.assignee_id"]
    assert viewer is not None
    assert names(probe, scene, scene.tenant.people["admin"], door, viewer)


BY_ROW: Final = {f"{table}.{column}" for (table, column), target in BY_REFERENCE.items() if target == "brand_members"}


@pytest.mark.parametrize(
    "change",
    [
        "delete from public.brand_members where user_id = %s",
        "update public.brand_members set expires_at = now() - interval '1 second' where user_id = %s",
        "update public.profiles set is_active = false where id = %s",
    ],
)
def test_a_late_task_goes_to_nobody_who_left(probe: Probe, scene: Scene, change: str) -> None:
    data, person = Database(probe.connection), scene.tenant.people["second_editor"].user_id
    task = scene.rows["workflow_tasks"]
    for left in (False, True):
        with probe.connection.transaction(force_rollback=True):
            data.run("update public.workflow_instances set escalate_to = %s where id = %s", person, task["instance_id"])
            data.run("update public.workflow_tasks set due_at = now() where id = %s", task["id"])
            if left:
                data.run(change, person)
            late = data.rows("select outcome from public.chase_tasks() where task_id = %s", task["id"])
            assert late == [{"outcome": "escalated"}]
            asked = data.rows(
                "select id from public.workflow_tasks where step_run_id = %s and assignee_id = %s",
                task["step_run_id"],
                person,
            )
            assert bool(asked) is not left
