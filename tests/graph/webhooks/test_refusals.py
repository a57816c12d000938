"""Webhooks by GraphQL: what is refused, and to whom."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.webhooks.test_webhooks import CREATE, DELETE, REPLAY, REPLAY_DELIVERY, ROTATE, TEST, UPDATE
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.webhooks.test_routes import created

pytestmark = pytest.mark.anyio

READ = "query($id: ID!) { webhook(id: $id) { id } }"
LIST = "query($id: ID!) { webhooks(brandId: $id) { id } }"
NODE = "query($id: ID!) { node(id: $id) { ... on Webhook { id url } } }"


async def test_only_those_who_manage_integrations(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    made = await created(brand.admin, brand)
    given = {"brandId": brand.id, "url": "https://example.com/"}
    asked: list[tuple[str, dict[str, Any]]] = [
        (READ, {"id": made["id"]}),
        (LIST, {"id": brand.id}),
        (CREATE, {"input": given}),
        (UPDATE, {"id": made["id"], "input": {"name": "x"}, "version": 1}),
        (ROTATE, {"id": made["id"]}),
        (TEST, {"id": made["id"]}),
        (REPLAY, {"id": made["id"], "input": {"onlyFailed": True}}),
        (REPLAY_DELIVERY, {"webhook": made["id"], "id": str(uuid4())}),
        (DELETE, {"id": made["id"]}),
    ]
    for person, code in ((brand.viewer, "FORBIDDEN"), (brand.editor, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        for document, variables in asked:
            (error,) = await refused(person, document, **variables)
            assert error["extensions"]["code"] == code, document
    assert (await ask(brand.admin, READ, id=made["id"]))["webhook"] == {"id": made["id"]}
    (error,) = await refused(brand.admin, READ, id=str(uuid4()))
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_webhook_is_found_by_its_id(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    made = await created(brand.admin, brand)
    assert (await ask(brand.admin, NODE, id=made["id"]))["node"] == {"id": made["id"], "url": made["url"]}
    for person in (brand.editor, other.admin):
        (error,) = await refused(person, NODE, id=made["id"])
        assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://example.com/"}, "input.url"),
        ({"eventTypes": ["Nonsense"]}, "input.eventTypes"),
        ({"maxPerSecond": 501}, "input.maxPerSecond"),
        ({"name": "x" * 101}, "input.name"),
        ({"templateIds": [str(uuid4()) for _ in range(51)]}, "input.templateIds"),
    ],
)
async def test_what_is_refused(world: World, given: dict[str, Any], field: str) -> None:
    brand = await world.brand()
    document = CREATE.replace(
        "problem { __typename }", "problem { __typename ... on ValidationProblem { details { field } } }"
    )
    body = {"brandId": brand.id, "url": "https://example.com/"} | given
    made = (await ask(brand.admin, document, input=body))["createWebhook"]
    assert (made["secret"], made["webhook"], made["problem"]["__typename"]) == (None, None, "ValidationProblem")
    assert {each["field"] for each in made["problem"]["details"]} == {field}


async def test_conflicts_are_in_the_payload(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "insert into public.webhook_endpoints (brand_id, url) select %s, 'https://hooks.test/' "
        "from generate_series(1, 49)",
        brand.id,
    )
    made = await created(brand.admin, brand)
    body = {"brandId": brand.id, "url": "https://example.com/"}
    full = (await ask(brand.admin, CREATE, input=body))["createWebhook"]
    assert (full["secret"], full["problem"]["__typename"]) == (None, "ConflictProblem")
    await brand.admin.patch(f"/webhooks/{made['id']}", 1, {"isActive": False})
    off = (await ask(brand.admin, TEST, id=made["id"]))["testWebhook"]
    assert (off["delivery"], off["problem"]["__typename"]) == (None, "ConflictProblem")
    told = (await brand.admin.post(f"/webhooks/{made['id']}/test")).json()["error"]
    assert (off["problem"]["code"], off["problem"]["message"]) == (told["code"], told["message"])
