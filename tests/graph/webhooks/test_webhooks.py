"""Webhooks by GraphQL: what REST answers, changes, secrets that are shown once, and deliveries."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks import Webhook

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused, send
from tests.support.world import Brand, World
from tests.webhooks.test_routes import created, received_at

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: CreateWebhookInput!) { createWebhook(input: $input, clientMutationId: "a") {
  clientMutationId secret webhook { id version brand { id } statuses templates { id } } problem { __typename }
} }"""
UPDATE = """mutation($id: ID!, $input: UpdateWebhookInput!, $version: Int!) {
  updateWebhook(id: $id, input: $input, expectedVersion: $version) {
    webhook { id version name isActive } problem { __typename ... on StaleVersion { code currentVersion } }
  }
}"""
ROTATE = """mutation($id: ID!, $input: RotateWebhookSecretInput) { rotateWebhookSecret(id: $id, input: $input) {
  secret webhook { id formerSecretExpiresAt } problem { __typename ... on ConflictProblem { code message } }
} }"""
TEST = """mutation($id: ID!) { testWebhook(id: $id) {
  delivery { id eventId eventType isTest webhook { id } } problem { __typename ... on ConflictProblem { code message } }
} }"""
REPLAY = """mutation($id: ID!, $input: ReplayWebhookInput!) { replayWebhook(id: $id, input: $input) {
  replay { replayed hasMore after } problem { __typename ... on ValidationProblem { details { field } } }
} }"""
REPLAY_DELIVERY = """mutation($webhook: ID!, $id: ID!) { replayWebhookDelivery(webhookId: $webhook, id: $id) {
  delivery { id status eventId } problem { __typename ... on ConflictProblem { code } }
} }"""
DELETE = "mutation($id: ID!) { deleteWebhook(id: $id) { deletedId problem { __typename } } }"


async def test_a_webhook_is_the_same_as_by_rest(world: World) -> None:
    brand = await world.brand()
    wanted: dict[str, Any] = {
        "name": "Website",
        "eventTypes": ["ContentPublished"],
        "statuses": ["published", "in_review"],
    }
    made = await created(brand.admin, brand, templateIds=[brand.template_id], isOrdered=True, **wanted)
    await created(brand.admin, brand)
    await brand.admin.post(f"/webhooks/{made['id']}/rotate-secret", {})
    told = (await brand.admin.get(f"/webhooks/{made['id']}")).json()["data"]
    assert told["formerSecretExpiresAt"]
    await assert_alike(brand.admin, "webhook(id: $id)", "Webhook", told, declared="$id: ID!", id=made["id"])
    listed = (await brand.admin.get("/webhooks", brandId=brand.id)).json()["data"]
    assert len(listed) == 2
    await assert_alike(brand.admin, "webhooks(brandId: $id)", "Webhook", listed, declared="$id: ID!", id=brand.id)
    query = "query($id: ID!) { webhook(id: $id) { templates { id name } brand { name } } }"
    found = [(await ask(brand.admin, query, id=each["id"]))["webhook"] for each in listed]
    assert found == [
        {"templates": templates, "brand": {"name": brand.name}}
        for templates in ([{"id": brand.template_id, "name": "Test article"}], [])
    ]


async def test_a_secret_is_shown_once(world: World) -> None:
    brand = await world.brand()
    given = {"brandId": brand.id, "url": "https://example.com/hook", "statuses": ["PUBLISHED"]}
    given["templateIds"] = [brand.template_id]
    key = f"key-{uuid4()}"
    body = {"query": CREATE, "variables": {"input": given}}
    made = (await send(brand.admin, body, **{"Idempotency-Key": key})).json()["data"]["createWebhook"]
    assert (made["clientMutationId"], made["problem"]) == ("a", None)
    assert made["secret"].startswith("whsec_")
    webhook = made["webhook"]
    assert (webhook["brand"], webhook["version"], webhook["statuses"]) == ({"id": brand.id}, 1, ["PUBLISHED"])
    assert webhook["templates"] == [{"id": brand.template_id}]
    # No field of the type has it.
    (error,) = await refused(brand.admin, "query($id: ID!) { webhook(id: $id) { secret } }", id=webhook["id"])
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    # As by REST, a repeated request makes another webhook: an answer that is kept could not hold the secret.
    again = (await send(brand.admin, body, **{"Idempotency-Key": key})).json()["data"]["createWebhook"]
    rest = [
        (
            await brand.admin.http.post("/webhooks", json=given | {"statuses": []}, headers={"Idempotency-Key": key})
        ).json()
        for _ in range(2)
    ]
    assert len({each["data"]["id"] for each in rest}) == 2
    assert again["webhook"]["id"] != webhook["id"]
    assert again["secret"] != made["secret"]
    kept = world.rows("select secret from private.webhook_secrets where endpoint_id = %s", webhook["id"])
    assert made["secret"] not in str(kept)


async def test_a_webhook_is_changed_and_deleted(world: World) -> None:
    brand = await world.brand()
    made = await created(brand.admin, brand)
    changes = {"name": "Shop", "isActive": False}
    changed = (await ask(brand.admin, UPDATE, id=made["id"], input=changes, version=1))["updateWebhook"]
    assert changed == {"webhook": {"id": made["id"], "version": 2, **changes}, "problem": None}
    stale = (await ask(brand.admin, UPDATE, id=made["id"], input=changes, version=1))["updateWebhook"]
    assert (stale["webhook"], stale["problem"]["__typename"]) == (None, "StaleVersion")
    assert (await ask(brand.admin, DELETE, id=made["id"]))["deleteWebhook"] == {
        "deletedId": made["id"],
        "problem": None,
    }
    assert (await brand.admin.get(f"/webhooks/{made['id']}")).status_code == 404


async def test_secrets_are_replaced(world: World) -> None:
    brand = await world.brand()
    path = f"/hooks/{uuid4()}"
    made = await created(brand.admin, brand, f"{world.stack.urls['mail']}{path}", eventTypes=["ContentPublished"])
    rotated = (await ask(brand.admin, ROTATE, id=made["id"]))["rotateWebhookSecret"]
    assert rotated["problem"] is None
    assert rotated["webhook"]["formerSecretExpiresAt"]
    assert (await ask(brand.admin, TEST, id=made["id"]))["testWebhook"]["problem"] is None
    (hook,) = await received_at(world, path)
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(hook["body"], hook["headers"])
    again = (await ask(brand.admin, ROTATE, id=made["id"], input={"keepHours": 168}))["rotateWebhookSecret"]
    assert again["secret"] not in (made["secret"], rotated["secret"])
    third = (await ask(brand.admin, ROTATE, id=made["id"]))["rotateWebhookSecret"]
    assert (third["secret"], third["webhook"], third["problem"]["__typename"]) == (None, None, "ConflictProblem")
    leaked = (await ask(brand.admin, ROTATE, id=made["id"], input={"keepHours": 0}))["rotateWebhookSecret"]
    assert (leaked["problem"], leaked["webhook"]["formerSecretExpiresAt"]) == (None, None)
    wrong = (await ask(brand.admin, ROTATE, id=made["id"], input={"keepHours": 169}))["rotateWebhookSecret"]
    assert (wrong["secret"], wrong["problem"]["__typename"]) == (None, "ValidationProblem")


async def delivered(brand: Brand, webhook_id: str, count: int) -> list[dict[str, Any]]:
    """Returns the deliveries of a webhook, as soon as so many have arrived."""
    async with asyncio.timeout(20):
        while True:
            found = (await brand.admin.get(f"/webhooks/{webhook_id}/deliveries")).json()["data"]
            if [each["status"] for each in found] == ["delivered"] * count:
                return found
            await asyncio.sleep(0.1)


async def test_deliveries_and_attempts(world: World) -> None:
    brand = await world.brand()
    path = f"/hooks/{uuid4()}"
    made = await created(brand.admin, brand, f"{world.stack.urls['mail']}{path}", eventTypes=["ContentPublished"])
    for _ in range(3):
        test = (await ask(brand.admin, TEST, id=made["id"]))["testWebhook"]["delivery"]
        assert (test["isTest"], test["eventType"], test["webhook"]) == (True, "WebhookTest", {"id": made["id"]})
    told = await delivered(brand, made["id"], 3)
    query = "query($id: ID!) { webhook(id: $id) { %s } }"
    fields = (
        "id webhookId eventId eventType aggregateId isTest status attempts nextAttemptAt responseStatus error "
        "deliveredAt createdAt"
    )
    document = query % f"deliveries {{ nodes {{ {fields} }} totalCount }}"
    found = (await ask(brand.admin, document, id=made["id"]))["webhook"]["deliveries"]
    assert found["totalCount"] is None
    assert [each | {"status": each["status"].lower()} for each in found["nodes"]] == told
    attempts = (await brand.admin.get(f"/webhooks/{made['id']}/attempts")).json()["data"]
    fields = "id webhookId deliveryId eventId eventType number at durationMs responseStatus error answer"
    document = query % (
        f"attempts {{ nodes {{ {fields} }} }} deliveries {{ nodes {{ id history {{ nodes {{ id }} }} }} }} "
        f'of: attempts(deliveryId: "{told[0]["id"]}") {{ nodes {{ deliveryId webhook {{ name }} }} }}'
    )
    found = (await ask(brand.admin, document, id=made["id"]))["webhook"]
    assert found["attempts"]["nodes"] == attempts
    assert found["of"]["nodes"] == [{"deliveryId": told[0]["id"], "webhook": {"name": ""}}]
    for each in found["deliveries"]["nodes"]:
        assert [one["id"] for one in each["history"]["nodes"]] == [
            one["id"] for one in attempts if one["deliveryId"] == each["id"]
        ]
    # From page to page, by the end of a page and by an edge of it.
    for name, whole in (("deliveries", told), ("attempts", attempts)):
        page = (
            query
            % f"page: {name}(first: 2) {{ nodes {{ id }} edges {{ cursor }} pageInfo {{ hasNextPage endCursor }} }}"
        )
        first = (await ask(brand.admin, page, id=made["id"]))["webhook"]["page"]
        assert [each["id"] for each in first["nodes"]] == [each["id"] for each in whole[:2]]
        assert first["pageInfo"]["hasNextPage"]
        for cursor, start in ((first["pageInfo"]["endCursor"], 2), (first["edges"][0]["cursor"], 1)):
            document = query % f'page: {name}(after: "{cursor}") {{ nodes {{ id }} pageInfo {{ hasNextPage }} }}'
            rest = (await ask(brand.admin, document, id=made["id"]))["webhook"]["page"]
            assert [each["id"] for each in rest["nodes"]] == [each["id"] for each in whole[start:]]
            assert not rest["pageInfo"]["hasNextPage"]
        (error,) = await refused(
            brand.admin, query % f"{name}(pagination: {{page: 2}}) {{ nodes {{ id }} }}", id=made["id"]
        )
        assert error["extensions"]["code"] == "VALIDATION_ERROR"
    failed = query % "deliveries(status: FAILED) { nodes { id } }"
    assert (await ask(brand.admin, failed, id=made["id"]))["webhook"]["deliveries"]["nodes"] == []


async def test_events_are_sent_again(world: World) -> None:
    brand = await world.brand()
    path = f"/hooks/{uuid4()}"
    made = await created(brand.admin, brand, f"{world.stack.urls['mail']}{path}", eventTypes=["ContentPublished"])
    content = await world.published(brand)
    (delivery,) = await delivered(brand, made["id"], 1)
    assert delivery["aggregateId"] == content["id"]
    again = (await ask(brand.admin, REPLAY_DELIVERY, webhook=made["id"], id=delivery["id"]))["replayWebhookDelivery"]
    assert again["problem"] is None
    assert (again["delivery"]["id"], again["delivery"]["eventId"]) == (delivery["id"], delivery["eventId"])
    assert len(await received_at(world, path, 2)) == 2
    failed = (await ask(brand.admin, REPLAY, id=made["id"], input={"onlyFailed": True}))["replayWebhook"]
    assert failed == {"replay": {"replayed": 0, "hasMore": False, "after": None}, "problem": None}
    await delivered(brand, made["id"], 1)
    since = (await ask(brand.admin, REPLAY, id=made["id"], input={"since": content["createdAt"]}))["replayWebhook"]
    assert (since["problem"], since["replay"]["replayed"]) == (None, 1)
    assert len(await received_at(world, path, 3)) == 3
    nothing = (await ask(brand.admin, REPLAY, id=made["id"], input={}))["replayWebhook"]
    assert nothing["replay"] is None
    assert nothing["problem"] == {"__typename": "ValidationProblem", "details": [{"field": "input.since"}]}
