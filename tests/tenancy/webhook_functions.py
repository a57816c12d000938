"""The permitted callers of the functions of webhooks, as data: see callables.py."""

from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from tests.tenancy.callables import SERVICE, Function, brand, fixed, of
from tests.tenancy.matrix import ADMINS
from tests.tenancy.scene import CIPHERTEXT, Scene


def new_webhook(scene: Scene) -> dict[str, Any]:
    request = {
        "brand_id": str(scene.tenant.brand_id),
        "url": "https://hooks.test/new",
        "name": "New",
        "event_types": [],
        "template_ids": [],
        "statuses": [],
        "is_ordered": False,
        "max_per_second": 50,
        "is_active": True,
        "secret_id": str(uuid4()),
        "secret": CIPHERTEXT,
    }
    return {"request": Jsonb(request)}


def rotation(scene: Scene) -> dict[str, Any]:
    return {"webhook_id": scene.rows["webhook_endpoints"]["id"], "secret_id": uuid4(), "secret": CIPHERTEXT}


def one_delivery(scene: Scene) -> dict[str, Any]:
    rows = scene.rows
    return {"webhook_id": rows["webhook_endpoints"]["id"], "delivery_id": rows["webhook_deliveries"]["id"]}


WEBHOOKS: dict[str, Function] = {
    "create_webhook": Function(ADMINS, new_webhook),
    "update_webhook": Function(
        ADMINS, of("webhook_endpoints", "webhook_id", expected_version=1, changes=Jsonb({"name": "Other"}))
    ),
    "delete_webhook": Function(ADMINS, of("webhook_endpoints", "webhook_id")),
    "rotate_webhook_secret": Function(ADMINS, rotation),
    "list_webhooks": Function(ADMINS, brand(), "lists"),
    "get_webhook": Function(ADMINS, of("webhook_endpoints", "webhook_id")),
    "list_webhook_deliveries": Function(ADMINS, of("webhook_endpoints", "webhook_id"), "lists"),
    "list_webhook_attempts": Function(ADMINS, of("webhook_endpoints", "webhook_id"), "lists"),
    "test_webhook": Function(ADMINS, of("webhook_endpoints", "webhook_id")),
    "replay_webhook_delivery": Function(ADMINS, one_delivery),
    "replay_webhook": Function(ADMINS, of("webhook_endpoints", "webhook_id")),
    "add_webhook_deliveries": Function(SERVICE, fixed(batch=1)),
    "claim_webhook_deliveries": Function(SERVICE, fixed(worker="tenancy", batch=1)),
    "record_webhook_attempts": Function(SERVICE, fixed(worker="tenancy", results=Jsonb([]))),
    "release_webhook_deliveries": Function(SERVICE, fixed(worker="tenancy", ids=[])),
    "forget_webhook_deliveries": Function(SERVICE, fixed(batch=0)),
}
