"""Many contents by one request: each with a result of its own, and with the rights that it takes alone."""

import asyncio
import json
from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.locks import deadlocks, held, in_turn
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"


async def bulk(person: Any, ids: list[str], operation: str, **more: Any) -> dict[str, Any]:
    response = await person.post("/contents/bulk", {"contentIds": ids, "operation": operation} | more)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def approve_as_read(person: Any, ids: list[str], **more: Any) -> dict[str, Any]:
    read = [(await person.get(f"/contents/{content_id}")).json()["data"] for content_id in ids]
    contents = [{"contentId": each["id"], "contentVersion": each["version"]} for each in read]
    response = await person.post("/contents/bulk", {"contents": contents, "operation": "approve"} | more)
    assert response.status_code == 200, response.text
    return response.json()["data"]


def statuses(outcome: dict[str, Any]) -> dict[str, int]:
    return {item["contentId"]: item["status"] for item in outcome["items"]}


async def drafts(world: World, brand: Brand, count: int = 3) -> list[str]:
    return [(await world.draft(brand))["id"] for _ in range(count)]


async def test_some_may_fail_and_others_succeed(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    own = await drafts(world, brand)
    foreign = (await world.draft(stranger))["id"]
    published = (await world.published(brand))["id"]
    outcome = await bulk(brand.editor, [*own, foreign, published, NOBODY], "update", changes={"tags": ["bulk"]})
    assert statuses(outcome) == dict.fromkeys(own, 200) | {foreign: 404, published: 409, NOBODY: 404}
    assert (outcome["succeeded"], outcome["failed"]) == (3, 3)
    errors = {item["contentId"]: item["error"] for item in outcome["items"] if item["error"]}
    assert errors[foreign] == errors[NOBODY] == {"code": "NOT_FOUND", "message": "content not found", "details": []}
    assert errors[published]["code"] == "CONFLICT"
    for content in own:
        item = (await brand.viewer.get(f"/contents/{content}")).json()["data"]
        assert (item["tags"], item["version"]) == (["bulk"], 2)
    assert (await stranger.viewer.get(f"/contents/{foreign}")).json()["data"]["tags"] == []


async def test_tags_and_assignees_are_added_and_removed(world: World) -> None:
    brand = await world.brand()
    one = (await world.draft(brand, tags=["old", "keep"]))["id"]
    two = (await world.draft(brand))["id"]
    await bulk(brand.editor, [one, two], "tag", add=["new", "keep"], remove=["old"])
    assert (await brand.viewer.get(f"/contents/{one}")).json()["data"]["tags"] == ["keep", "new"]
    assert (await brand.viewer.get(f"/contents/{two}")).json()["data"]["tags"] == ["new", "keep"]
    viewer, editor = world.id_of(brand.viewer), world.id_of(brand.editor)
    await bulk(brand.editor, [one, two], "assign", add=[viewer, editor])
    await bulk(brand.editor, [two], "assign", remove=[viewer])
    for content_id, people in ((one, {viewer, editor}), (two, {editor})):
        assignees = (await brand.viewer.get(f"/contents/{content_id}")).json()["data"]["assignees"]
        assert {person["id"] for person in assignees} == people
    refused = await bulk(brand.editor, [one], "assign", add=[NOBODY])
    assert refused["items"][0]["error"]["code"] == "VALIDATION_ERROR"
    assert set(statuses(await bulk(brand.viewer, [one, two], "tag", add=["x"])).values()) == {403}


async def test_every_step_for_many(world: World) -> None:
    brand = await world.brand()
    ids = await drafts(world, brand, 2)
    steps: list[tuple[Any, str, dict[str, Any], str]] = [
        (brand.editor, "submit", {}, "pending_review"),
        (brand.viewer, "request_changes", {"reason": "Shorter"}, "draft"),
        (brand.editor, "submit", {}, "pending_review"),
        (brand.editor, "withdraw", {"reason": "Not yet"}, "draft"),
        (brand.editor, "submit", {}, "pending_review"),
        (brand.viewer, "reject", {"reason": "No"}, "rejected"),
        (brand.admin, "restart", {}, "pending_review"),
        (brand.viewer, "approve", {"comment": "Yes"}, "approved"),
        (brand.admin, "schedule", {"scheduledFor": "2031-01-01T00:00:00Z"}, "scheduled"),
        (brand.admin, "unschedule", {}, "approved"),
        (brand.admin, "publish", {}, "published"),
        (brand.admin, "archive", {}, "archived"),
        (brand.admin, "reopen", {}, "draft"),
    ]
    for person, operation, more, status in steps:
        if operation == "approve":
            outcome = await approve_as_read(person, ids, **more)
        else:
            outcome = await bulk(person, ids, operation, **more)
        assert {item["contentStatus"] for item in outcome["items"]} == {status}, (operation, outcome)
    await bulk(brand.admin, ids, "delete")
    assert (await brand.admin.get("/contents", brandId=brand.id)).json()["data"] == []
    await bulk(brand.admin, ids, "restore")
    assert len((await brand.admin.get("/contents", brandId=brand.id)).json()["data"]) == 2


async def test_a_broken_constraint_is_told_as_it_would_be_alone(world: World) -> None:
    brand = await world.brand()
    one, two = await drafts(world, brand, 2)
    await brand.editor.patch(f"/contents/{one}", 1, {"slug": "mine"})
    outcome = await bulk(brand.editor, [two], "update", changes={"slug": "mine"})
    error = outcome["items"][0]["error"]
    assert (outcome["items"][0]["status"], error["code"]) == (409, "CONFLICT")
    assert "constraint" not in str(error)


async def test_two_at_once_in_opposite_orders_both_get_through(world: World) -> None:
    brand = await world.brand()
    ids = await drafts(world, brand, 10)
    outcomes = await asyncio.gather(
        *(bulk(brand.editor, ids[:: (-1) ** number], "tag", add=[str(number)]) for number in range(6))
    )
    assert {outcome["succeeded"] for outcome in outcomes} == {10}
    item = (await brand.viewer.get(f"/contents/{ids[0]}")).json()["data"]
    assert sorted(item["tags"]) == [str(number) for number in range(6)]


async def test_only_what_was_read_is_approved(world: World) -> None:
    brand = await world.brand()
    ids = await drafts(world, brand, 2)
    await bulk(brand.editor, ids, "submit")
    read = [(await brand.viewer.get(f"/contents/{content_id}")).json()["data"] for content_id in ids]
    edited = await brand.editor.patch(f"/contents/{ids[1]}", read[1]["version"], {"title": "Unseen"})
    assert edited.status_code == 200, edited.text
    contents = [{"contentId": each["id"], "contentVersion": each["version"]} for each in read]
    response = await brand.viewer.post("/contents/bulk", {"operation": "approve", "contents": contents})
    assert statuses(response.json()["data"]) == {ids[0]: 200, ids[1]: 412}
    unread = await brand.viewer.post("/contents/bulk", {"operation": "approve", "contentIds": ids})
    assert_problem(unread, 400, "VALIDATION_ERROR")
    twice = {"operation": "approve", "contents": [contents[0], contents[0]]}
    assert_problem(await brand.viewer.post("/contents/bulk", twice), 400, "VALIDATION_ERROR")


async def test_many_and_one_of_them_at_once(world: World) -> None:
    """The command of many holds the audit log of the brand when it comes to the content that the other one holds."""
    brand = await world.brand()
    ids = sorted([(await world.approved(brand))["id"] for _ in range(2)])
    before = deadlocks(world)
    log = "select pg_advisory_xact_lock(hashtextextended('audit:' || %s, 0))"
    async with held(world, log, brand.id):
        tasks = await in_turn(
            world,
            brand.admin.post("/contents/bulk", {"operation": "archive", "contentIds": ids}),
            brand.admin.post(f"/contents/{ids[1]}/archive"),
        )
    many, one = await asyncio.gather(*tasks)
    assert set(statuses(many.json()["data"]).values()) == {200}
    assert one.status_code in (200, 409), one.text
    await asyncio.sleep(1.1)
    assert deadlocks(world) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"contentIds": [], "operation": "publish"},
        {"contentIds": ["x"], "operation": "publish"},
        {"contentIds": [NOBODY], "operation": "explode"},
        {"contentIds": [NOBODY], "operation": "update"},
        {"contentIds": [NOBODY], "operation": "update", "changes": {}},
        {"contentIds": [NOBODY], "operation": "reject"},
        {"contentIds": [NOBODY], "operation": "schedule", "scheduledFor": "soon"},
        {"contentIds": [NOBODY], "operation": "publish", "reason": "x"},
        {"contentIds": [f"00000000-0000-7000-8000-{number:012}" for number in range(101)], "operation": "publish"},
    ],
)
async def test_requests_that_cannot_be(world: World, body: dict[str, Any]) -> None:
    person = await world.signed_in()
    assert_problem(await person.post("/contents/bulk", body), 400, "VALIDATION_ERROR")


async def test_anonymous(world: World) -> None:
    nobody = await world.person()
    for path in ("bulk", "stream", "import"):
        assert_problem(await nobody.post(f"/contents/{path}", {}), 401, "UNAUTHORIZED")
    assert_problem(await nobody.get("/contents/export"), 401, "UNAUTHORIZED")


class Messages:
    """The messages that are sent to the topics of a brand and of its contents, from now on."""

    def __init__(self, world: World, brand: Brand) -> None:
        self.world, self.brand = world, brand
        self.earlier = len(self._all())

    def _all(self) -> list[dict[str, Any]]:
        return self.world.rows(
            "select topic, event, payload from realtime.messages where topic = %s or topic in "
            "(select 'content:' || id from public.contents where brand_id = %s) order by inserted_at, id",
            f"brand:{self.brand.id}",
            self.brand.id,
        )

    def sent(self) -> list[dict[str, Any]]:
        return self._all()[self.earlier :]


def summary_of(message: dict[str, Any], brand: Brand) -> dict[str, Any]:
    """The data of the one message of a command of many."""
    assert (message["topic"], message["event"]) == (f"brand:{brand.id}", "ContentsChanged")
    assert "eventId" not in message["payload"], "it is no event of the log"
    return message["payload"]["data"]


async def test_commands_of_many_send_one_message(world: World) -> None:
    """A project that sends too many messages a second loses the subscribers of all its brands."""
    brand = await world.brand()
    messages = Messages(world, brand)
    rows = [{"title": f"Row {number}"} for number in range(40)]
    imported = await brand.editor.post("/contents/import", {"brandId": brand.id, "format": "json", "data": rows})
    ids = imported.json()["data"]["contentIds"]
    (message,) = messages.sent()
    data = summary_of(message, brand)
    assert (data["command"], data["events"]) == ("import_contents", {"ContentCreated": 40})
    assert sorted(data["contentIds"]) == sorted(ids)
    last = world.rows("select max(id::text) as id from public.domain_events where brand_id = %s", brand.id)[0]["id"]
    assert message["payload"]["lastEventId"] == last

    await bulk(brand.editor, ids[:30], "update", changes={"tags": ["bulk"]})
    assert [summary_of(message, brand)["command"] for message in messages.sent()[1:]] == ["bulk_contents"]

    stream = "".join(json.dumps({"brandId": brand.id, "title": f"Line {number}"}) + "\n" for number in range(30))
    ndjson = {"Content-Type": "application/x-ndjson"}
    assert (await brand.editor.http.post("/contents/stream", content=stream, headers=ndjson)).status_code == 200
    assert [summary_of(message, brand)["command"] for message in messages.sent()[2:]] == ["create_contents"]


async def test_what_the_schedule_does_to_many_is_one_message_for_each_brand(world: World) -> None:
    due, other = await world.brand(), await world.brand()
    contents = [await world.approved(due) for _ in range(12)] + [await world.approved(other)]
    ids = [content["id"] for content in contents]
    watched = [Messages(world, brand) for brand in (due, other)]
    # As if they had been scheduled; triggers are off, for no person may write these.
    with world.database.transaction():
        world.rows("set local session_replication_role = replica")
        scheduled = "update public.contents set status = 'scheduled', scheduled_for = now() where id = any(%s::uuid[])"
        world.rows(scheduled, ids)
    published = world.rows("select content_id::text, outcome from public.publish_due_contents()")
    assert {row["content_id"] for row in published if row["outcome"] == "published"} >= set(ids)
    for messages, count in zip(watched, (12, 1), strict=True):
        (message,) = messages.sent()
        assert summary_of(message, messages.brand)["events"]["ContentPublished"] == count


async def test_a_few_changes_are_told_one_by_one(world: World) -> None:
    """Readers of one content are notified of its change, also if a command changes a few contents."""
    brand = await world.brand()
    ids = await drafts(world, brand, 2)
    messages = Messages(world, brand)
    await bulk(brand.editor, ids, "update", changes={"tags": ["bulk"]})
    assert {message["topic"] for message in messages.sent()} == {f"brand:{brand.id}", *(f"content:{id}" for id in ids)}
    assert {message["event"] for message in messages.sent()} == {"ContentUpdated"}


async def test_a_command_of_many_that_changes_nothing_sends_nothing(world: World) -> None:
    brand = await world.brand()
    messages = Messages(world, brand)
    dry = {"brandId": brand.id, "format": "json", "data": [{"title": "Row"}], "dryRun": True}
    assert (await brand.editor.post("/contents/import", dry)).status_code == 200
    assert messages.sent() == []
