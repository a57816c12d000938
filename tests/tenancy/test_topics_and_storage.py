"""Every Realtime topic and every Storage path × every caller."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.tenancy.matrix import MEMBERS, NOBODY, OWNER
from tests.tenancy.probe import VERBS, Probe
from tests.tenancy.scene import Scene

EDITORS = MEMBERS - {"viewer"}

TOPICS = {
    "brand": ("brands", MEMBERS),
    "content": ("contents", MEMBERS),
    "workflow": ("workflow_instances", MEMBERS),
    "ai": ("ai_generations", MEMBERS),
    "user": ("profiles", OWNER),
    # No such topics.
    "comment": ("comments", NOBODY),
    "product": ("products", NOBODY),
}


def may_join(probe: Probe, scene: Scene, caller: str, topic: str) -> bool:
    """As Realtime asks: is a message of the topic visible to who wants to join it?"""
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


@pytest.mark.parametrize("kind", sorted(TOPICS))
def test_topic(probe: Probe, scene: Scene, kind: str) -> None:
    table, expected = TOPICS[kind]
    topic = f"{kind}:{scene.rows[table]['id']}"
    joined = {name for name in scene.callers if may_join(probe, scene, name, topic)}
    assert joined == expected | {"service"}


@pytest.mark.parametrize("topic", ["", "brand", "brand:", "brand:*", "brand:%", "brand:x", "*", "public", "user:"])
def test_a_topic_that_is_none(probe: Probe, scene: Scene, topic: str) -> None:
    assert [name for name in scene.callers if name != "service" and may_join(probe, scene, name, topic)] == []


def test_a_topic_of_something_deleted(probe: Probe, scene: Scene) -> None:
    topic = f"content:{scene.tenant.contents['deleted']}"
    assert not may_join(probe, scene, "admin", topic)


def test_nobody_sends_by_themselves(probe: Probe, scene: Scene) -> None:
    for name, caller in scene.callers.items():
        if name == "service":
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege), probe.acting(caller) as cursor:
            cursor.execute(
                "insert into realtime.messages (topic, extension, private) values (%s, 'broadcast', true)",
                [f"brand:{scene.tenant.brand_id}"],
            )


def paths(scene: Scene) -> dict[str, tuple[str, str, tuple[frozenset[str], ...]]]:
    """Bucket and name of an object, and who may select, insert, update and delete it."""
    brand, editor = scene.tenant.brand_id, scene.tenant.people["editor"].user_id
    nobody = (NOBODY,) * 4
    return {
        "a brand's file": ("brand-files", f"{brand}/{uuid4()}/a.png", (MEMBERS, EDITORS, NOBODY, EDITORS)),
        "a person's avatar": ("avatars", f"{editor}/{uuid4()}.png", (MEMBERS, OWNER, OWNER, OWNER)),
        "a brand's id in the other bucket": ("avatars", f"{brand}/a.png", nobody),
        "a person's id in the other bucket": ("brand-files", f"{editor}/a.png", nobody),
        "a file without a folder": ("brand-files", f"{uuid4()}.png", nobody),
        "a folder that is no id": ("brand-files", f"public/{uuid4()}.png", nobody),
        "a way up": ("brand-files", f"{brand}/../{scene.other.brand_id}/a.png", nobody),
        "a bucket that is none of ours": ("elsewhere", f"{brand}/a.png", nobody),
    }


@pytest.fixture
def stored(probe: Probe, scene: Scene) -> Any:
    probe.connection.execute(
        "insert into storage.buckets (id, name, public) values ('elsewhere', 'elsewhere', false) on conflict do nothing"
    )
    rows: dict[str, dict[str, Any]] = {}
    for title, (bucket, name, _) in paths(scene).items():
        with probe.connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            cursor.execute(
                "insert into storage.objects (bucket_id, name) values (%s, %s) returning id, bucket_id, name",
                [bucket, name],
            )
            rows[title] = cursor.fetchall()[0]
    yield rows
    probe.connection.execute("delete from storage.objects where id = any (%s)", [[row["id"] for row in rows.values()]])


def test_storage(probe: Probe, scene: Scene, stored: dict[str, dict[str, Any]]) -> None:
    found: list[str] = []
    for title, (_, _, allowed) in paths(scene).items():
        for verb, expected in zip(VERBS, allowed, strict=True):
            for name, caller in scene.callers.items():
                if name == "service":
                    continue
                row = stored[title]
                if verb == "insert":
                    row = {"bucket_id": row["bucket_id"], "name": row["name"] + "2"}
                if allows_object(probe, scene, name, verb, row) != (name in expected):
                    found.append(f"{name} × {verb} × {title}")
    assert found == []


def allows_object(probe: Probe, scene: Scene, name: str, verb: str, row: dict[str, Any]) -> bool:
    statements = {
        "select": ("select 1 from storage.objects where id = %(id)s", row),
        "insert": ("insert into storage.objects (bucket_id, name) values (%(bucket_id)s, %(name)s)", row),
        "update": ("update storage.objects set metadata = '{}' where id = %(id)s", row),
        "delete": ("delete from storage.objects where id = %(id)s", row),
    }
    statement, arguments = statements[verb]
    try:
        with probe.acting(scene.callers[name]) as cursor:
            cursor.execute(statement.encode(), arguments)
            return cursor.rowcount > 0
    except psycopg.errors.InsufficientPrivilege:
        return False
