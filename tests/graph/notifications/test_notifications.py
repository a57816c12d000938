"""Notifications, preferences, destinations and watchers by GraphQL."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.likeness import assert_alike
from tests.graph.notifications.telling import notify
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio


async def test_the_centre_is_the_same_as_by_rest(world: World) -> None:
    brand = await world.brand()
    for number in range(3):
        notify(world, brand, f"Number {number}")
    listed = data(await brand.editor.get("/notifications", brandId=brand.id))
    field = "notifications(filter: {brandId: $id})"
    await assert_alike(brand.editor, field, "Notification", listed, declared="$id: ID!", id=brand.id)
    await assert_alike(
        brand.editor, "notification(id: $id)", "Notification", listed[0], declared="$id: ID!", id=listed[0]["id"]
    )
    counts = data(await brand.editor.get("/notifications/counts"))
    await assert_alike(brand.editor, "unreadCounts", "UnreadCounts", counts)
    document = """query($after: String) { notifications(first: 2, after: $after) {
      nodes { title brand { id } content { id } } edges { cursor } totalCount pageInfo { hasNextPage endCursor } } }"""
    first = (await ask(brand.editor, document))["notifications"]
    notify(world, brand, "Number 3")
    second = (await ask(brand.editor, document, after=first["pageInfo"]["endCursor"]))["notifications"]
    titles = [each["title"] for each in first["nodes"] + second["nodes"]]
    assert titles == ["Number 2", "Number 1", "Number 0"]
    for place, edge in enumerate(first["edges"] + second["edges"]):
        behind = (await ask(brand.editor, document, after=edge["cursor"]))["notifications"]["nodes"]
        assert [each["title"] for each in behind] == titles[place + 1 :][:2]
    assert (first["nodes"][0]["brand"]["id"], first["nodes"][0]["content"]) == (brand.id, None)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    (error,) = await refused(brand.editor, "{ notifications(pagination: {page: 2}) { nodes { id } } }")
    assert error["extensions"]["details"][0]["field"] == "pagination.page"
    query = "query($id: ID!) { notification(id: $id) { id } }"
    for person in (brand.admin, (await world.brand()).admin):
        assert (await refused(person, query, id=listed[0]["id"]))[0]["extensions"]["code"] == "NOT_FOUND"


async def test_marks(world: World) -> None:
    brand = await world.brand()
    notify(world, brand, "One")
    notify(world, brand, "Two")
    (_, one) = data(await brand.editor.get("/notifications"))
    document = """mutation($id: ID!, $input: MarkNotificationInput!) { markNotification(id: $id, input: $input) {
      notification { isRead isArchived } problem { __typename } } }"""
    marked = await ask(brand.editor, document, id=one["id"], input={"isRead": True})
    assert marked["markNotification"]["notification"] == {"isRead": True, "isArchived": False}
    (error,) = await refused(brand.admin, document, id=one["id"], input={"isRead": True})
    assert error["extensions"]["code"] == "NOT_FOUND"
    many = """mutation($input: MarkNotificationsInput!) { markNotifications(input: $input) {
      marked unread problem { __typename } } }"""
    found = (await ask(brand.editor, many, input={"isRead": True, "category": "SYSTEM"}))["markNotifications"]
    assert found == {"marked": 1, "unread": 0, "problem": None}


async def test_notices(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    document = """mutation($input: CreateNotificationInput!) { createNotification(input: $input) {
      told problem { __typename ... on ValidationProblem { details { field } } } } }"""
    notice = {"title": "Lunch", "brandId": brand.id, "type": "SUCCESS", "userIds": [world.id_of(brand.editor)]}
    assert (await ask(brand.admin, document, input=notice))["createNotification"]["told"] == 1
    assert data(await brand.editor.get("/notifications"))[0]["type"] == "success"
    refusal = (await ask(brand.admin, document, input=notice | {"title": ""}))["createNotification"]
    assert refusal["problem"]["details"][0]["field"] == "input.title"
    for person in (brand.editor, other.admin):
        (error,) = await refused(person, document, input=notice | {"userIds": [world.id_of(brand.viewer)]})
        assert error["extensions"]["status"] in (403, 404)


async def test_preferences(world: World) -> None:
    brand = await world.brand()
    told = data(await brand.editor.get("/notification-preferences"))
    await assert_alike(brand.editor, "notificationPreferences", "NotificationPreferences", told)
    document = """mutation($input: NotificationPreferencesInput!, $version: Int!) {
      setNotificationPreferences(input: $input, expectedVersion: $version) {
        preferences { digest quietFrom quietTo version mutedBrands { brandId brand { name } }
          categories { tasks { slack } } }
        problem { __typename ... on ValidationProblem { details { field } } } } }"""
    given = {
        "digest": "DAILY",
        "quietFrom": "22:00",
        "quietTo": "07:00",
        "mutedBrands": [{"brandId": brand.id}],
        "categories": {"tasks": {"slack": False}},
    }
    changed = (await ask(brand.editor, document, input=given, version=0))["setNotificationPreferences"]["preferences"]
    assert changed["mutedBrands"] == [{"brandId": brand.id, "brand": {"name": brand.name}}]
    told = data(await brand.editor.get("/notification-preferences"))
    await assert_alike(brand.editor, "notificationPreferences", "NotificationPreferences", told)
    assert (changed["quietFrom"], changed["digest"]) == (told["quietFrom"], "DAILY")
    stale = (await ask(brand.editor, document, input=given, version=0))["setNotificationPreferences"]
    assert stale["problem"]["__typename"] == "StaleVersion"
    half = (await ask(brand.editor, document, input={"quietFrom": "22:00"}, version=1))["setNotificationPreferences"]
    assert half["problem"]["__typename"] == "ValidationProblem"


async def test_destinations(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    create = """mutation($input: CreateDestinationInput!) { createDestination(input: $input) {
      destination { id kind host brand { id } } secret problem { __typename ... on ValidationProblem { code } } } }"""
    url = f"{world.stack.urls['mail']}/hooks/{uuid4().hex}"
    given: dict[str, Any] = {
        "kind": "WEBHOOK",
        "name": "Desk",
        "url": url,
        "brandId": brand.id,
        "categories": ["TASKS"],
    }
    made = (await ask(brand.admin, create, input=given))["createDestination"]
    assert made["secret"].startswith("whsec_")
    assert made["destination"]["brand"]["id"] == brand.id
    told = data(await brand.admin.get("/notifications/destinations", brandId=brand.id))
    await assert_alike(brand.admin, "destinations(brandId: $id)", "Destination", told, declared="$id: ID!", id=brand.id)
    bad = (await ask(brand.admin, create, input=given | {"url": "http://example.com"}))["createDestination"]
    assert (bad["destination"], bad["problem"]["__typename"]) == (None, "ValidationProblem")
    for person in (brand.viewer, other.admin):
        (error,) = await refused(person, create, input=given)
        assert error["extensions"]["status"] in (403, 404)
    change = """mutation($id: ID!, $input: UpdateDestinationInput!) { updateDestination(id: $id, input: $input) {
      destination { isEnabled name } problem { __typename } } }"""
    place = made["destination"]["id"]
    test = "mutation($id: ID!) { testDestination(id: $id) { isQueued problem { __typename } } }"
    assert (await ask(brand.admin, test, id=place))["testDestination"]["isQueued"] is True
    off = (await ask(brand.admin, change, id=place, input={"isEnabled": False}))["updateDestination"]["destination"]
    assert off == {"isEnabled": False, "name": "Desk"}
    assert (await ask(brand.admin, test, id=place))["testDestination"]["problem"]["__typename"] == "ConflictProblem"
    delete = "mutation($id: ID!) { deleteDestination(id: $id) { deletedId } }"
    (error,) = await refused(other.admin, delete, id=place)
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert (await ask(brand.admin, delete, id=place))["deleteDestination"]["deletedId"] == place


async def test_watching(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    query = """query($id: ID!) { content(id: $id) {
      isWatching watchers { totalCount nodes { id name } pageInfo { hasNextPage } } } }"""
    told = data(await brand.viewer.get(f"/contents/{content['id']}/watchers"))
    found = (await ask(brand.viewer, query, id=content["id"]))["content"]
    assert (found["isWatching"], found["watchers"]["nodes"]) == (False, told)
    watch = "mutation($id: ID!) { %s(id: $id) { isWatching content { id isWatching } problem { __typename } } }"
    now = (await ask(brand.viewer, watch % "watchContent", id=content["id"]))["watchContent"]
    assert (now["isWatching"], now["content"]) == (True, {"id": content["id"], "isWatching": True})
    assert (await ask(brand.viewer, query, id=content["id"]))["content"]["watchers"]["totalCount"] == len(told) + 1
    no_more = (await ask(brand.viewer, watch % "unwatchContent", id=content["id"]))["unwatchContent"]
    assert no_more["isWatching"] is False
    (error,) = await refused(other.admin, watch % "watchContent", id=content["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
