"""Tests the API of webhooks: who may do what, what is refused, and a delivery from an event to its receiver."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from lib.webhooks.sender import send_due
from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.webhooks.desk import Desk
from tests.webhooks.receivers import receiver, status

pytestmark = pytest.mark.anyio


async def created(person: Person, brand: Brand, url: str = "https://example.com/hook", **more: Any) -> dict[str, Any]:
    response = await person.post("/webhooks", {"brandId": brand.id, "url": url} | more)
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def received_at(world: World, path: str, count: int = 1) -> list[dict[str, Any]]:
    """Returns what the stand-in received at a path of this test, as soon as there is enough."""
    async with httpx.AsyncClient() as http, asyncio.timeout(20):
        while True:
            found = (await http.get(f"{world.stack.urls['mail']}/received-hooks", params={"path": path})).json()
            if len(found) >= count:
                return found
            await asyncio.sleep(0.1)


async def test_a_webhook_lives(world: World) -> None:
    brand = await world.brand()
    made = await created(brand.admin, brand, name="Website", eventTypes=["ContentPublished"])
    assert made["secret"].startswith("whsec_")
    assert (made["isActive"], made["version"], made["maxPerSecond"]) == (True, 1, 50)
    path = f"/webhooks/{made['id']}"
    read = (await brand.admin.get(path)).json()["data"]
    assert "secret" not in read
    assert read == {name: value for name, value in made.items() if name != "secret"}
    changed = await brand.admin.patch(path, 1, {"isOrdered": True, "statuses": ["published"], "isActive": False})
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] == '"2"'
    assert_problem(await brand.admin.patch(path, 1, {"name": "x"}), 412, "CONFLICT")
    listed = (await brand.admin.get("/webhooks", brandId=brand.id)).json()["data"]
    assert [item["id"] for item in listed] == [made["id"]]
    assert_problem(await brand.admin.post(f"{path}/test"), 409, "CONFLICT")
    assert (await brand.admin.delete(path)).status_code == 204
    assert_problem(await brand.admin.get(path), 404, "NOT_FOUND")


async def test_only_those_who_manage_integrations(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    made = await created(brand.admin, brand)
    path = f"/webhooks/{made['id']}"
    for person, code, name in ((brand.editor, 403, "FORBIDDEN"), (other.admin, 404, "NOT_FOUND")):
        assert_problem(await person.get("/webhooks", brandId=brand.id), code, name)
        assert_problem(await person.post("/webhooks", {"brandId": brand.id, "url": "https://x.test/"}), code, name)
        for read in (path, f"{path}/deliveries", f"{path}/attempts"):
            assert_problem(await person.get(read), code, name)
        assert_problem(await person.patch(path, 1, {"name": "x"}), code, name)
        for act, body in (("test", None), ("rotate-secret", {}), ("replay", {"onlyFailed": True})):
            assert_problem(await person.post(f"{path}/{act}", body), code, name)
        assert_problem(await person.post(f"{path}/deliveries/{uuid4()}/replay"), code, name)
        assert_problem(await person.delete(path), code, name)
    assert_problem(await brand.admin.get(f"/webhooks/{uuid4()}"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://example.com/"}, {"url": "https://user:secret@example.com/"}, {"url": "https://example.com:22/"},
        {"url": "https://example.com/#x"}, {"url": "https://exam ple.com/"}, {"url": "ftp://example.com/"},
        {"url": "https://"}, {"eventTypes": ["Nonsense"]}, {"statuses": ["nonsense"]}, {"maxPerSecond": 0},
        {"maxPerSecond": 501}, {"name": "x" * 101}, {"url": "https://example.com/" + "x" * 2000},
        {"templateIds": [str(uuid4()) for _ in range(51)]}, {"secret": "whsec_x"},
    ],
)  # fmt: skip
async def test_what_is_refused(world: World, body: dict[str, Any]) -> None:
    brand = await world.brand()
    response = await brand.admin.post("/webhooks", {"brandId": brand.id, "url": "https://example.com/"} | body)
    assert response.status_code in (400, 422), response.text


async def test_a_brand_has_fifty_at_most(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "insert into public.webhook_endpoints (brand_id, url) select %s, 'https://hooks.test/' "
        "from generate_series(1, 49)",
        brand.id,
    )
    await created(brand.admin, brand)
    refused = await brand.admin.post("/webhooks", {"brandId": brand.id, "url": "https://example.com/"})
    assert_problem(refused, 409, "CONFLICT")


async def test_an_event_reaches_its_receiver_at_once(world: World) -> None:
    brand = await world.brand()
    path = f"/hooks/{uuid4()}"
    made = await created(
        brand.admin, brand, f"{world.stack.urls['mail']}{path}", eventTypes=["ContentPublished"], isOrdered=True
    )
    content = await world.published(brand)
    (hook,) = await received_at(world, path)
    Webhook(made["secret"]).verify(hook["body"], hook["headers"])
    body = json.loads(hook["body"])
    (event,) = world.rows(
        "select id::text from public.domain_events where aggregate_id = %s and type = 'ContentPublished'", content["id"]
    )
    assert (body["type"], body["aggregateId"], body["brandId"]) == ("ContentPublished", content["id"], brand.id)
    assert body["id"] == hook["headers"]["webhook-id"] == event["id"]
    # A test, and the event once more: under the same id.
    test = (await brand.admin.post(f"/webhooks/{made['id']}/test")).json()["data"]
    assert (test["isTest"], test["eventType"]) == (True, "WebhookTest")
    hooks = await received_at(world, path, 2)
    assert hooks[0]["headers"]["webhook-id"] == test["eventId"]
    deliveries: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while {item["status"] for item in deliveries} != {"delivered"} or len(deliveries) < 2:
            deliveries = (await brand.admin.get(f"/webhooks/{made['id']}/deliveries")).json()["data"]
            await asyncio.sleep(0.1)
    assert [item["eventId"] for item in deliveries] == [test["eventId"], event["id"]]
    again = await brand.admin.post(f"/webhooks/{made['id']}/deliveries/{deliveries[1]['id']}/replay")
    assert again.status_code == 202, again.text
    hooks = await received_at(world, path, 3)
    assert hooks[0]["headers"]["webhook-id"] == event["id"]
    assert hooks[0]["body"] == hook["body"]


async def test_rotation_signs_twice(world: World) -> None:
    brand = await world.brand()
    path = f"/hooks/{uuid4()}"
    made = await created(brand.admin, brand, f"{world.stack.urls['mail']}{path}", eventTypes=["ContentPublished"])
    rotated = (await brand.admin.post(f"/webhooks/{made['id']}/rotate-secret", {})).json()["data"]
    assert rotated["formerSecretExpiresAt"] is not None
    await brand.admin.post(f"/webhooks/{made['id']}/test")
    (hook,) = await received_at(world, path)
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(hook["body"], hook["headers"])
    # The answer may be lost, and the secret that the receiver has signs all the same, as long as was promised.
    again = (await brand.admin.post(f"/webhooks/{made['id']}/rotate-secret", {})).json()["data"]
    await brand.admin.post(f"/webhooks/{made['id']}/test")
    hook = (await received_at(world, path, 2))[0]
    for secret in (made["secret"], rotated["secret"], again["secret"]):
        Webhook(secret).verify(hook["body"], hook["headers"])
    assert_problem(await brand.admin.post(f"/webhooks/{made['id']}/rotate-secret", {}), 409, "CONFLICT")
    leaked = (await brand.admin.post(f"/webhooks/{made['id']}/rotate-secret", {"keepHours": 0})).json()["data"]
    assert leaked["formerSecretExpiresAt"] is None
    await brand.admin.post(f"/webhooks/{made['id']}/test")
    hook = (await received_at(world, path, 3))[0]
    Webhook(leaked["secret"]).verify(hook["body"], hook["headers"])
    assert " " not in hook["headers"]["webhook-signature"]


async def test_attempts_and_replays(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(500, body="no")) as taking:
        desk.allow(taking)
        before = desk.events(brand.id, 3)
        webhook = desk.webhook(brand.id, taking.url, event_types=["ContentPublished"])
        events = desk.events(brand.id, 5)
        await desk.add()
        await send_due(desk.db, seconds=12.5)
        desk.world.rows(
            "update public.webhook_deliveries set status = 'failed', next_attempt_at = null where endpoint_id = %s",
            webhook,
        )
        path = f"/webhooks/{webhook}"
        first = (await brand.admin.get(f"{path}/attempts", pageSize=2)).json()
        assert (first["data"][0]["answer"], first["data"][0]["responseStatus"]) == ("no", 500)
        second = (await brand.admin.get(first["links"]["next"].removeprefix("/api/v1"))).json()
        assert not {item["id"] for item in first["data"]} & {item["id"] for item in second["data"]}
        failed = (await brand.admin.get(f"{path}/deliveries", status="failed", pageSize=3)).json()
        assert [item["eventId"] for item in failed["data"]] == events[:1:-1]
        taking.answer = status(200)
        taking.received.clear()
        replayed = await brand.admin.post(f"{path}/replay", {"onlyFailed": True})
        assert replayed.json()["data"]["replayed"] == 5
        desk.make_due(webhook)
        await send_due(desk.db, seconds=20)
        assert sorted(taking.ids) == sorted(events)
        # Since a time: also what came before the webhook was made.
        taking.received.clear()
        replayed = await brand.admin.post(f"{path}/replay", {"since": "2020-01-01T00:00:00Z"})
        assert replayed.json()["data"] | {"replayed": 8, "hasMore": False} == replayed.json()["data"]
        desk.make_due(webhook)
        await send_due(desk.db, seconds=20)
        assert sorted(taking.ids) == sorted(before + events)
    assert_problem(await brand.admin.post(f"{path}/replay", {}), 400, "VALIDATION_ERROR")
