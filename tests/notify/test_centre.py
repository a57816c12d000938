"""The notification centre: the list, unread counts, marks, and notices to yourself."""

from typing import Any
from uuid import uuid4

import pytest

from lib.core.data.db import Db
from tests.notify.reading import settle, told
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def notify(world: World, brand: Brand, title: str = "A title", **more: Any) -> None:
    """Tells the editor of a brand something, as commands do."""
    world.rows(
        "select private.notify(array[%s::uuid], %s, %s, 'notice', %s)",
        world.id_of(brand.editor),
        brand.id,
        more.get("category", "system"),
        title,
    )


async def counts(brand: Brand) -> dict[str, Any]:
    return (await brand.editor.get("/notifications/counts")).json()["data"]


async def test_pages_by_cursor_and_filters(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.editor, other.id, "viewer")
    for number in range(5):
        notify(world, brand, f"Number {number}")
    world.rows(
        "select private.notify(array[%s::uuid], %s, 'tasks', 'notice', 'Elsewhere')",
        world.id_of(brand.editor),
        other.id,
    )
    first = (await brand.editor.get("/notifications", pageSize=2, brandId=brand.id)).json()
    assert [each["title"] for each in first["data"]] == ["Number 4", "Number 3"]
    # One that comes meanwhile shifts nothing.
    notify(world, brand, "Number 5")
    second = await brand.editor.get(
        "/notifications", pageSize=2, brandId=brand.id, cursor=first["pagination"]["nextCursor"]
    )
    assert [each["title"] for each in second.json()["data"]] == ["Number 2", "Number 1"]
    assert [each["title"] for each in await told(brand.editor, category="tasks")] == ["Elsewhere"]
    assert (await counts(brand)) == {
        "unread": 7,
        "byBrand": [{"brandId": brand.id, "unread": 6}, {"brandId": other.id, "unread": 1}],
    }
    assert_problem(await brand.editor.get("/notifications", cursor="x"), 400, "VALIDATION_ERROR")
    assert_problem(await brand.editor.get("/notifications", colour="red"), 400, "VALIDATION_ERROR")


async def test_marks_of_one(world: World) -> None:
    brand = await world.brand()
    notify(world, brand)
    (notification,) = await told(brand.editor)
    path = f"/notifications/{notification['id']}"
    read = (await brand.editor.http.patch(path, json={"isRead": True})).json()["data"]
    assert (read["isRead"], read["isArchived"]) == (True, False)
    assert await told(brand.editor, unread="true") == []
    assert (await counts(brand))["unread"] == 0
    assert (await brand.editor.http.patch(path, json={"isRead": False})).json()["data"]["isRead"] is False
    archived = (await brand.editor.http.patch(path, json={"isArchived": True})).json()["data"]
    assert archived["isArchived"]
    assert await told(brand.editor) == []
    assert [each["id"] for each in await told(brand.editor, archived="true")] == [notification["id"]]
    assert_problem(await brand.editor.http.patch(path, json={}), 400, "VALIDATION_ERROR")
    assert_problem(await brand.editor.http.patch(f"/notifications/{uuid4()}", json={"isRead": True}), 404, "NOT_FOUND")


async def test_all_at_once_keeps_what_came_later(world: World) -> None:
    brand = await world.brand()
    for title in ("First", "Second"):
        notify(world, brand, title)
    until = (await told(brand.editor))[0]["lastAt"]
    notify(world, brand, "Later")
    answer = (await brand.editor.post("/notifications/mark", {"isRead": True, "until": until})).json()["data"]
    assert answer == {"marked": 2, "unread": 1}
    assert [each["title"] for each in await told(brand.editor, unread="true")] == ["Later"]
    answer = (await brand.editor.post("/notifications/mark", {"isArchived": True, "brandId": brand.id})).json()["data"]
    assert answer == {"marked": 3, "unread": 0}


async def test_a_former_bundle_cannot_be_unread_beside_the_new_one(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for _ in range(2):
        await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
        await settle(world, service)
        await brand.editor.post("/notifications/mark", {"isRead": True})
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
    await settle(world, service)
    response = await brand.editor.post("/notifications/mark", {"isRead": False})
    assert response.status_code == 200, response.text
    assert response.json()["data"]["unread"] == 1


async def test_what_is_put_away_is_read_and_comes_back_so(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    await brand.viewer.post(path, {"body": "x"})
    await settle(world, service)
    (former,) = await told(brand.editor)
    await brand.editor.post("/notifications/mark", {"isArchived": True})
    await brand.viewer.post(path, {"body": "x"})
    await settle(world, service)
    response = await brand.editor.http.patch(
        f"/notifications/{former['id']}", json={"isArchived": False, "isRead": False}
    )
    assert response.status_code == 200, response.text
    assert (response.json()["data"]["isRead"], response.json()["data"]["isArchived"]) == (True, False)
    assert (await counts(brand))["unread"] == 1


async def test_lists_and_counts_use_their_indexes(world: World) -> None:
    brand = await world.brand()
    notify(world, brand)
    source = "\n".join(
        row["text"]
        for row in world.rows(
            "select pg_get_functiondef(oid) as text from pg_proc "
            "where proname in ('list_notifications', 'read_notification_counts', 'mark_own')"
        )
    )
    # A function in `from` is read in whole before its rows are filtered and sorted.
    assert source.count("from public.notifications as ") >= 3
    assert "own_notifications" not in source


async def test_commands_that_tell_people_announce_their_mails(world: World) -> None:
    brand = await world.brand()
    (answer,) = world.rows(
        "with told as materialized (select private.notify(array[%s::uuid], %s, 'system', 'notice', 'x') as number) "
        "select current_setting('response.headers', true) as headers from told where told.number = 1",
        world.id_of(brand.editor),
        brand.id,
    )
    assert "X-Work-Waits" in answer["headers"]


async def test_live(world: World) -> None:
    brand = await world.brand()
    notify(world, brand, "Live")
    await brand.editor.post("/notifications/mark", {"isRead": True})
    sent = world.rows(
        "select event, payload from realtime.messages where topic = %s and event like 'Notification%%' "
        "order by inserted_at",
        f"user:{world.id_of(brand.editor)}",
    )
    assert [each["event"] for each in sent] == ["NotificationCreated", "NotificationUpdated"]
    assert sent[0]["payload"]["title"] == "Live"
    assert sent[1]["payload"]["unreadCount"] == 0


async def test_people_notify_themselves(world: World) -> None:
    brand = await world.brand()
    mine = {"title": "Call the printer", "message": "Before noon", "actionUrl": "/?content=1"}
    response = await brand.viewer.post("/notifications", mine)
    assert (response.status_code, response.json()["data"]) == (201, {"told": 1})
    (notification,) = await told(brand.viewer)
    assert (notification["title"], notification["actionUrl"]) == ("Call the printer", "/?content=1")
    others = {"title": "Hello", "userIds": [world.id_of(brand.editor)]}
    assert_problem(await brand.viewer.post("/notifications", others), 403, "FORBIDDEN")
    refused = await brand.viewer.post("/notifications", others | {"brandId": brand.id})
    assert refused.status_code == 403
    sent = await brand.admin.post("/notifications", others | {"brandId": brand.id})
    assert sent.json()["data"] == {"told": 1}
    stranger = await world.brand()
    foreign = await brand.viewer.post("/notifications", {"title": "Hello", "brandId": stranger.id})
    assert_problem(foreign, 404, "NOT_FOUND")
    # The count does not disclose that a member has muted the brand.
    world.rows(
        "insert into public.notification_preferences (user_id, muted_brands) values "
        "(%s, jsonb_build_array(jsonb_build_object('brand_id', %s::text))) returning user_id",
        world.id_of(brand.editor),
        brand.id,
    )
    sent = await brand.admin.post("/notifications", others | {"brandId": brand.id})
    assert sent.json()["data"] == {"told": 1}
    # Only members of the brand are notified, also if others are named.
    sent = await brand.admin.post(
        "/notifications", {"title": "Hello", "brandId": brand.id, "userIds": [world.id_of(stranger.editor)]}
    )
    assert sent.json()["data"] == {"told": 0}
    platform = await world.platform_admin()
    sent = await platform.post("/notifications", {"title": "Maintenance", "userIds": [world.id_of(stranger.editor)]})
    assert sent.json()["data"] == {"told": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 257},
        {"title": " "},
        {"title": "x", "message": "x" * 2001},
        {"title": "x", "actionUrl": "https://evil.test"},
        {"title": "x", "actionUrl": "//evil.test"},
        {"title": "x", "actionUrl": "/\\evil.test"},
        {"title": "x", "type": "loud"},
    ],
)
async def test_bounds(world: World, wrong: dict[str, str]) -> None:
    person = await world.signed_in()
    assert_problem(await person.post("/notifications", wrong), 400, "VALIDATION_ERROR")


async def test_thirty_in_a_quarter_of_an_hour(world: World) -> None:
    person = await world.signed_in()
    statuses = [(await person.post("/notifications", {"title": "x"})).status_code for _ in range(31)]
    assert statuses == [201] * 30 + [429]


async def test_nobody_reads_those_of_others(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    notify(world, brand)
    (notification,) = await told(brand.editor)
    path = f"/notifications/{notification['id']}"
    for person in (brand.admin, other.admin, await world.platform_admin()):
        assert_problem(await person.get(path), 404, "NOT_FOUND")
        assert_problem(await person.http.patch(path, json={"isRead": True}), 404, "NOT_FOUND")
        answer = await person.post("/notifications/mark", {"isRead": True, "ids": [notification["id"]]})
        assert answer.json()["data"]["marked"] == 0
    assert not (await told(brand.editor))[0]["isRead"]


async def test_former_members_see_nothing_of_the_brand(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    notify(world, brand)
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.editor))
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "After they left"})
    await settle(world, service)
    assert await told(brand.editor) == []
    assert (await counts(brand)) == {"unread": 0, "byBrand": []}
    assert world.rows(
        "select count(*) as number from public.notifications where user_id = %s and category = 'comments'",
        world.id_of(brand.editor),
    ) == [{"number": 0}]


async def test_watching(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/watchers"
    assert (await brand.editor.get(f"{path}/me")).json()["data"] == {"isWatching": True}
    assert (await brand.viewer.get(f"{path}/me")).json()["data"] == {"isWatching": False}
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
    await brand.admin.put(f"{path}/me")
    listed = (await brand.viewer.get(path)).json()
    assert {each["id"] for each in listed["data"]} == {
        world.id_of(person) for person in (brand.editor, brand.viewer, brand.admin)
    }
    assert listed["pagination"]["totalItems"] == 3
    for person in (brand.editor, brand.viewer):
        assert (await person.delete(f"{path}/me")).json()["data"] == {"isWatching": False}
    assert (await brand.viewer.get(path)).json()["pagination"]["totalItems"] == 1
    for method in ("get", "put", "delete"):
        assert_problem(await getattr(other.admin, method)(f"{path}/me"), 404, "NOT_FOUND")
    assert_problem(await other.admin.get(path), 404, "NOT_FOUND")
