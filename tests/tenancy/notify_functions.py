"""The permitted callers of the functions of notifications, as data: see functions.py, which includes them."""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from psycopg.types.json import Jsonb

from tests.tenancy.callables import SERVICE, Function, brand, content, fixed, nothing
from tests.tenancy.matrix import ADMINS, EVERYONE, MEMBERS, OWNER
from tests.tenancy.scene import CIPHERTEXT, Scene


def at_destination(**more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"destination_id": scene.tenant.destination_id, **more}


def new_destination(scene: Scene) -> dict[str, Any]:
    row = {"kind": "slack", "name": "#x", "categories": [], "url": CIPHERTEXT, "host": "hooks.slack.com"}
    return {"destination": Jsonb(row | {"id": str(uuid4()), "brand_id": str(scene.tenant.brand_id)})}


def of_the_brand(scene: Scene) -> dict[str, Any]:
    return {"filters": Jsonb({"brand_id": str(scene.tenant.brand_id)})}


NOTIFY: Final[dict[str, Function]] = {
    "list_notifications": Function(OWNER | {"admin"}, of_the_brand, "lists"),
    "read_notification_counts": Function(EVERYONE, nothing),
    "mark_notifications": Function(EVERYONE, fixed(marks=Jsonb({"is_read": True}))),
    "send_notification": Function(EVERYONE, fixed(notification=Jsonb({"title": "To oneself"}))),
    "list_watchers": Function(MEMBERS, content("draft"), "lists"),
    "read_watching": Function(MEMBERS, content("draft")),
    "set_watching": Function(MEMBERS, content("draft", is_watching=True)),
    "list_destinations": Function(ADMINS, brand(), "lists"),
    "add_destination": Function(ADMINS, new_destination),
    "change_destination": Function(ADMINS, at_destination(changes=Jsonb({"name": "#other"}))),
    "remove_destination": Function(ADMINS, at_destination()),
    "test_destination": Function(ADMINS, at_destination()),
    # the service
    "write_notifications": Function(SERVICE, lambda scene: {"ids": [scene.rows["domain_events"]["id"]]}),
    "read_notification_mails": Function(SERVICE, lambda scene: {"ids": [scene.rows["notifications"]["id"]]}),
    "read_destinations": Function(SERVICE, lambda scene: {"ids": [scene.tenant.destination_id]}),
    "disable_destination": Function(SERVICE, lambda _: {"destination_id": uuid4(), "reason": "x"}),
    "remove_old_notifications": Function(SERVICE, fixed(batch=1)),
    "queue_digests": Function(SERVICE, fixed(batch=1)),
    "take_digest": Function(
        SERVICE,
        lambda scene: {
            "user_id": scene.tenant.people["editor"].user_id,
            "digest_id": uuid4(),
            "began_at": "2026-01-01Z",
            "ends_at": "2090-01-01Z",
        },
    ),
    "find_news": Function(SERVICE, lambda scene: {"ids": [scene.rows["notifications"]["id"]]}),
    "note_chat_outcomes": Function(SERVICE, fixed(outcomes=Jsonb([]))),
}
