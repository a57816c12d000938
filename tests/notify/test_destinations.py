"""Slack, Teams and webhooks over the wire, against the stand-in that catches them."""

import json
from typing import Any
from uuid import uuid4

import pytest

from lib.core.data.db import Db
from lib.core.security.webhook_signatures import SignatureRefused, verify
from local.demo.callers import Person
from tests.notify.reading import hooks_at, settle, told
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio
PATH = "/notifications/destinations"


async def add(world: World, person: Person, kind: str, **more: Any) -> tuple[dict[str, Any], str]:
    """Adds a destination at the stand-in; returns it and its path there."""
    place = uuid4().hex
    body = {"kind": kind, "name": "#reviews", "url": f"{world.stack.urls['mail']}/hooks/{place}", **more}
    response = await person.post(PATH, body)
    assert response.status_code == 201, response.text
    return response.json()["data"], place


def notify(world: World, person: Person, brand_id: str, title: str, message: str = "More") -> None:
    world.rows(
        "select private.notify(array[%s::uuid], %s, 'tasks', 'notice', %s, %s, '/?content=1')",
        world.id_of(person),
        brand_id,
        title,
        message,
    )


async def test_slack_takes_no_markup_of_titles(world: World, service: Db) -> None:
    brand = await world.brand()
    _, place = await add(world, brand.editor, "slack")
    notify(world, brand.editor, brand.id, "<!channel> & <http://evil.test|click>", "*bold* <b>")
    await settle(world, service)
    (hook,) = await hooks_at(world, place)
    body = json.loads(hook["body"])
    assert body["text"] == "&lt;!channel&gt; &amp; &lt;http://evil.test|click&gt;\n*bold* &lt;b&gt;"
    assert {block["text"]["type"] for block in body["blocks"] if "text" in block} == {"plain_text"}
    assert body["blocks"][-1]["elements"][0]["url"].endswith("/?content=1")


async def test_teams_gets_an_adaptive_card(world: World, service: Db) -> None:
    brand = await world.brand()
    _, place = await add(world, brand.editor, "teams")
    notify(world, brand.editor, brand.id, "[click](http://evil.test) **now**")
    await settle(world, service)
    (hook,) = await hooks_at(world, place)
    (attachment,) = json.loads(hook["body"])["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["body"][0]["text"] == "\\[click\\]\\(http://evil.test\\) \\*\\*now\\*\\*"


async def test_webhooks_are_signed(world: World, service: Db) -> None:
    brand = await world.brand()
    destination, place = await add(world, brand.editor, "webhook")
    notify(world, brand.editor, brand.id, "Signed")
    await settle(world, service)
    (hook,) = await hooks_at(world, place)
    verify(destination["secret"], headers=hook["headers"], body=hook["body"].encode())
    with pytest.raises(SignatureRefused):
        verify(destination["secret"], headers=hook["headers"], body=hook["body"].encode() + b" ")
    assert json.loads(hook["body"])["data"]["title"] == "Signed"


async def test_a_destination_of_a_brand_gets_one_message_for_all(world: World, service: Db) -> None:
    brand = await world.brand()
    _, place = await add(world, brand.admin, "slack", brandId=brand.id, categories=["comments"])
    content = await world.draft(brand)
    await brand.admin.put(f"/contents/{content['id']}/watchers/me")
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
    await settle(world, service)
    assert len(await hooks_at(world, place)) == 1
    for person in (brand.editor, brand.viewer):
        assert_problem(
            await person.post(
                PATH, {"kind": "webhook", "name": "x", "url": "https://example.com/x", "brandId": brand.id}
            ),
            403,
            "FORBIDDEN",
        )


async def test_secrets_are_never_shown(world: World) -> None:
    brand = await world.brand()
    added, place = await add(world, brand.editor, "webhook")
    listed = (await brand.editor.get(PATH)).text
    assert place not in listed
    assert added["secret"] not in listed
    assert place not in json.dumps(added)
    (row,) = world.rows("select url, secret from private.notification_destinations where id = %s", added["id"])
    assert place not in row["url"]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("slack", "https://hooks.slack.com.evil.test/services/x"),
        ("slack", "http://hooks.slack.com/services/x"),
        ("slack", "https://user@hooks.slack.com/services/x"),
        ("slack", "https://hooks.slack.com:8443/services/x"),
        ("teams", "https://webhook.office.com.evil.test/x"),
        ("teams", "https://evil.test/.webhook.office.com"),
        ("webhook", "http://example.com/x"),
        ("webhook", "https:///x"),
        ("webhook", "https://[::1/x"),
    ],
)
async def test_addresses_that_are_refused(world: World, kind: str, url: str) -> None:
    person = await world.signed_in()
    assert_problem(await person.post(PATH, {"kind": kind, "name": "x", "url": url}), 400, "VALIDATION_ERROR")


async def test_addresses_of_private_networks_get_nothing(world: World, service: Db) -> None:
    brand = await world.brand()
    response = await brand.editor.post(
        PATH, {"kind": "webhook", "name": "x", "url": "https://169.254.169.254/latest/meta-data"}
    )
    assert response.status_code == 201
    notify(world, brand.editor, brand.id, "x")
    await settle(world, service)
    (letter,) = world.rows(
        "select last_error from private.dead_jobs where queue = 'notification_chat' and brand_id = %s", brand.id
    )
    assert "cannot be fetched" in letter["last_error"]


async def test_an_address_that_is_gone_is_switched_off_with_a_notice(world: World, service: Db) -> None:
    brand = await world.brand()
    body = {"kind": "slack", "name": "#gone", "url": f"{world.stack.urls['mail']}/nowhere"}
    added = (await brand.editor.post(PATH, body)).json()["data"]
    notify(world, brand.editor, brand.id, "x")
    await settle(world, service)
    (destination,) = (await brand.editor.get(PATH)).json()["data"]
    assert (destination["isEnabled"], destination["disabledReason"]) == (False, "the receiver answered 404")
    assert "“#gone” gets no notifications now" in [each["title"] for each in await told(brand.editor)]
    path = f"{PATH}/{added['id']}"
    assert_problem(await brand.editor.post(f"{path}/test"), 409, "CONFLICT")
    again = (await brand.editor.http.patch(path, json={"isEnabled": True})).json()["data"]
    assert (again["isEnabled"], again["disabledReason"]) == (True, None)
    assert (await brand.editor.delete(path)).status_code == 204
    assert (await brand.editor.get(PATH)).json()["data"] == []


async def test_a_test_message(world: World, service: Db) -> None:
    person = await world.signed_in()
    destination, place = await add(world, person, "slack")
    response = await person.post(f"{PATH}/{destination['id']}/test")
    assert (response.status_code, response.json()["data"]) == (202, {"isQueued": True})
    await settle(world, service)
    (hook,) = await hooks_at(world, place)
    assert "test" in json.loads(hook["body"])["text"]


async def test_strangers_find_no_destination(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    own, _ = await add(world, brand.editor, "slack")
    shared, _ = await add(world, brand.admin, "slack", brandId=brand.id)
    for destination in (own, shared):
        path = f"{PATH}/{destination['id']}"
        assert_problem(await other.admin.http.patch(path, json={"name": "x"}), 404, "NOT_FOUND")
        assert_problem(await other.admin.delete(path), 404, "NOT_FOUND")
        assert_problem(await other.admin.post(f"{path}/test"), 404, "NOT_FOUND")
    assert_problem(await brand.admin.delete(f"{PATH}/{own['id']}"), 404, "NOT_FOUND")
    assert_problem(await other.admin.get(PATH, brandId=brand.id), 404, "NOT_FOUND")


async def test_a_former_member_hears_nothing_in_their_chat(world: World, service: Db) -> None:
    brand = await world.brand()
    _, place = await add(world, brand.editor, "slack")
    # Queued before they left, sent after.
    world.rows(
        "select private.notify(array[%s::uuid], %s, 'tasks', 'notice', 'x')", world.id_of(brand.editor), brand.id
    )
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.editor))
    await settle(world, service)
    assert await hooks_at(world, place) == []


async def test_ten_at_most(world: World) -> None:
    person = await world.signed_in()
    for _ in range(10):
        await add(world, person, "slack")
    body = {"kind": "webhook", "name": "x", "url": "https://example.com/x"}
    assert_problem(await person.post(PATH, body), 409, "CONFLICT")
