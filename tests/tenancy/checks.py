"""The comparisons of the isolation proof, as lists of differences: tests expect them empty, mutations do not."""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from tests.tenancy.functions import FUNCTIONS, PERMISSIONS
from tests.tenancy.matrix import MEMBERS, NOBODY, OWNER, SERVICE_READS, TABLES, permissions_on
from tests.tenancy.probe import VERBS, WALLS, Probe
from tests.tenancy.scene import Caller, Scene

GUARD = "Only trusted sessions"

# By the kind of a topic: the table of its subject, the people who may join, and the permissions for API keys.
TOPICS: dict[str, tuple[str, frozenset[str], tuple[str, ...] | None]] = {
    "brand": ("brands", MEMBERS, ("content.read", "workflow.read", "ai.read", "claim.read", "file.read")),
    "content": ("contents", MEMBERS, ("content.read",)),
    "workflow": ("workflow_instances", MEMBERS, ("workflow.read",)),
    "ai": ("ai_generations", MEMBERS, ("ai.read",)),
    "user": ("profiles", OWNER, None),
    # No such topics.
    "comment": ("comments", NOBODY, None),
    "product": ("products", NOBODY, None),
}


DELETING = "storage.allow_delete_query"


def mirrored(scene: Scene) -> Scene:
    """Swaps the brands: the rows of the other one, with this one's admin as the stranger."""
    return Scene(scene.other, scene.tenant, scene.platform, scene.rows | scene.other.rows, scene.scopes)


def table_differences(probe: Probe, scene: Scene, table: str) -> list[str]:
    found: list[str] = []
    for verb, people, permissions in zip(VERBS, TABLES[table], permissions_on(table), strict=True):
        expected = scene.with_keys(people, permissions)
        for name, caller in scene.callers.items():
            allowed = probe.allows(caller, verb, f"public.{table}", scene.rows[table])
            by_service = verb == "select" and table in SERVICE_READS
            if allowed != (by_service if name == "service" else name in expected):
                found.append(f"{name} may {'' if allowed else 'not '}{verb} {table}")
    return found


def function_differences(probe: Probe, scene: Scene, name: str) -> list[str]:
    function = FUNCTIONS[name]
    expected = scene.with_keys(function.allowed, PERMISSIONS.get(name))
    found: list[str] = []
    for caller_name, caller in scene.callers.items():
        let_through, count = probe.calls(caller, *function.call(name, scene))
        allowed = let_through and (function.kind == "calls" or count > 0)
        if allowed != (caller_name in expected):
            found.append(f"{caller_name} may {'' if allowed else 'not '}call {name}")
    return found


def may_join(probe: Probe, scene: Scene, caller: str, topic: str) -> bool:
    """Asks like Realtime: can the user who wants to join see a message of the topic?"""
    with probe.connection.transaction(force_rollback=True):
        message = probe.connection.execute(
            "insert into realtime.messages (topic, extension, private) values (%s, 'broadcast', true) returning id",
            [topic],
        ).fetchone()
        assert message
        with probe.acting(scene.callers[caller]) as cursor:
            cursor.execute("select set_config('realtime.topic', %s, true)", [topic])
            cursor.execute("select id from realtime.messages where id = %s", [message[0]])
            return bool(cursor.fetchall())


def topic_differences(probe: Probe, scene: Scene, kind: str) -> list[str]:
    table, people, permissions = TOPICS[kind]
    expected = scene.with_keys(people, permissions)
    topic = f"{kind}:{scene.rows[table]['id']}"
    return [
        f"{name} may {'not ' if name in expected else ''}join {kind}"
        for name in scene.callers
        if may_join(probe, scene, name, topic) != (name in expected or name == "service")
    ]


def storage_paths(scene: Scene) -> dict[str, tuple[str, str, tuple[frozenset[str], ...]]]:
    """Bucket and name of an object, and the callers that may select, insert, update and delete it."""
    brand, editor = scene.tenant.brand_id, scene.tenant.people["editor"].user_id
    nobody = (NOBODY,) * 4

    def by(people: frozenset[str], permission: str) -> frozenset[str]:
        return scene.with_keys(people, (permission,))

    # A file may be read as soon as its row may; an avatar belongs to its person.
    scanned = (by(MEMBERS, "file.read"), NOBODY, NOBODY, NOBODY)
    pending = (by(OWNER, "file.read"), by(OWNER, "file.write"), NOBODY, NOBODY)
    avatar = (by(MEMBERS, "brand.read"), OWNER, OWNER, OWNER)
    return {
        "a file that was scanned": ("brand-files", scene.rows["files"]["path"], scanned),
        "a file that was not": ("brand-files", scene.tenant.pending_path, pending),
        "a file that nobody announced": ("brand-files", f"{brand}/{uuid4()}/a.exe", nobody),
        "a person's avatar": ("avatars", f"{editor}/{uuid4()}.png", avatar),
        "a brand's id in the other bucket": ("avatars", f"{brand}/a.png", nobody),
        "a person's id in the other bucket": ("brand-files", f"{editor}/a.png", nobody),
        "a file without a folder": ("brand-files", f"{uuid4()}.png", nobody),
        "a folder that is no id": ("brand-files", f"public/{uuid4()}.png", nobody),
        "a way up": ("brand-files", f"{brand}/../{scene.other.brand_id}/a.png", nobody),
        "a bucket that is none of ours": ("elsewhere", f"{brand}/a.png", nobody),
    }


def stored_objects(probe: Probe, scene: Scene) -> Generator[tuple[str, dict[str, Any], tuple[frozenset[str], ...]]]:
    """Yields each object of storage_paths while it exists, with the callers of each verb."""
    with probe.connection.transaction(force_rollback=True):
        probe.connection.execute(
            "insert into storage.buckets (id, name, public) values ('elsewhere', 'elsewhere', false) on conflict "
            "do nothing"
        )
        for title, (bucket, name, allowed) in storage_paths(scene).items():
            with probe.connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(
                    "insert into storage.objects (bucket_id, name) values (%s, %s) returning id, bucket_id, name",
                    [bucket, name],
                )
                row = cursor.fetchall()[0]
            yield title, row, allowed


def storage_differences(probe: Probe, scene: Scene) -> list[str]:
    return [
        f"{name} × {verb} × {title}"
        for title, row, allowed in stored_objects(probe, scene)
        for verb, expected in zip(VERBS, allowed, strict=True)
        for name, caller in scene.callers.items()
        if name != "service" and reaches_object(probe, caller, verb, row) != (name in expected)
    ]


def reaches_object(probe: Probe, caller: Caller, verb: str, row: dict[str, Any]) -> bool:
    """Tells whether a caller reads or changes a stored object."""
    statements = {
        "select": "select 1 from storage.objects where id = %(id)s",
        "insert": "insert into storage.objects (bucket_id, name) values (%(bucket_id)s, %(name)s)",
        "update": "update storage.objects set metadata = '{}' where id = %(id)s",
        "delete": "delete from storage.objects where id = %(id)s",
    }
    # Without naming a row: then the policies for reading do not apply before those for writing.
    blind = {"update": "update storage.objects set metadata = '{}'", "delete": "delete from storage.objects"}
    for statement in (statements[verb], blind.get(verb)):
        if statement is None:
            continue
        try:
            with probe.acting(caller) as cursor:
                # As Storage does: the policies decide, and not the trigger that keeps other services from deleting.
                cursor.execute("select set_config('role', 'postgres', true), set_config(%s, 'true', true)", [DELETING])
                find = "select ctid::text from storage.objects where id = %(id)s"
                before = cursor.execute(find, row).fetchall()
                cursor.execute("select set_config('role', %s, true)", [caller.role])
                cursor.execute(statement.encode(), row)
                touched = cursor.rowcount > 0
                if statement == blind.get(verb):
                    cursor.execute("select set_config('role', 'postgres', true)")
                    touched = cursor.execute(find, row).fetchall() != before
                if touched:
                    return True
        except psycopg.errors.UniqueViolation:
            return True  # refused only because it exists already
        except psycopg.DatabaseError as error:
            if error.sqlstate not in WALLS:
                raise
    return False


# Resources of a user, and not of a brand, are closed to the user's API keys too.
PERSONAL = {
    f"public.{table}"
    for table in (
        "user_sessions", "mfa_factors", "trusted_devices", "notifications", "notification_preferences", "api_keys",
        "sso_connections", "sso_group_roles",
    )
}  # fmt: skip


def guard_differences(connection: psycopg.Connection) -> list[str]:
    """Lists tables without the restrictive policy on sessions, or with another condition in it."""
    rows = connection.execute(
        "select guarded.name, policy.permissive, policy.qual, policy.with_check "
        "from (select schemaname, tablename, schemaname || '.' || tablename as name from pg_tables "
        "  where schemaname = 'public' or (schemaname, tablename) in (('realtime', 'messages'), ('storage', 'objects'))"
        ") as guarded "
        "left join pg_policies as policy on policy.schemaname = guarded.schemaname "
        "  and policy.tablename = guarded.tablename and policy.policyname = %s",
        [GUARD],
    ).fetchall()
    asked = "( SELECT private.{0}() AS {0})"
    differences: list[str] = []
    for name, *guard in rows:
        condition = asked.format("person_trusted" if name in PERSONAL else "session_trusted")
        if guard != ["RESTRICTIVE", condition, condition]:
            differences.append(name)
    return differences
