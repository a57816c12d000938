"""People by GraphQL: the caller, colleagues, profiles and accounts."""

from uuid import uuid4

import pytest

from local.demo.callers import PASSWORD
from tests.graph.likeness import assert_alike
from tests.graph.notifications.telling import notify
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data
from tests.workflow.review_desk import submitted

pytestmark = pytest.mark.anyio


async def test_the_caller_and_what_is_theirs(world: World) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    told = data(await brand.viewer.get("/users/me"))
    await assert_alike(brand.viewer, "me", "User", told)
    document = """{ me {
      memberships { role brand { id name } } taskCounts { open }
      tasks(first: 5) { totalCount nodes { content { id } } } notifications(first: 5) { nodes { category } } isActive
    } }"""
    found = (await ask(brand.viewer, document))["me"]
    assert found["memberships"] == [{"role": "VIEWER", "brand": {"id": brand.id, "name": brand.name}}]
    assert (found["taskCounts"], found["isActive"]) == ({"open": 1}, True)
    assert found["tasks"] == {"totalCount": 1, "nodes": [{"content": {"id": content["id"]}}]}


async def test_what_the_caller_is_told(world: World) -> None:
    brand = await world.brand()
    notify(world, brand, "News")
    document = """{ me { unreadCounts { unread byBrand { brand { id } unread } }
      notifications(filter: {unread: true}, first: 5) { nodes { title category } } } }"""
    assert (await ask(brand.editor, document))["me"] == {
        "unreadCounts": {"unread": 1, "byBrand": [{"brand": {"id": brand.id}, "unread": 1}]},
        "notifications": {"nodes": [{"title": "News", "category": "SYSTEM"}]},
    }


async def test_colleagues(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    for person in (brand.admin, brand.editor):
        told = data(await person.get("/users", brandId=brand.id))
        field = "users(filter: {brandId: $id})"
        await assert_alike(person, field, "User", told, declared="$id: ID!", id=brand.id)
    document = """query($id: ID!) { user(id: $id) {
      id firstName email isActive timezone memberships { role } tasks { totalCount } unreadCounts { unread }
    } }"""
    editor = world.id_of(brand.editor)
    found = (await ask(brand.viewer, document, id=editor))["user"]
    assert (found["id"], found["isActive"], found["email"]) == (editor, True, None)
    assert {found[name] for name in ("timezone", "memberships", "tasks", "unreadCounts")} == {None}
    own = (await ask(brand.editor, document, id=editor))["user"]
    assert (own["email"], own["memberships"]) == (brand.editor.email, [{"role": "EDITOR"}])
    assert own["tasks"] == {"totalCount": 0}
    for stranger_id in (world.id_of(other.editor), str(uuid4())):
        (error,) = await refused(brand.admin, document, id=stranger_id)
        assert error["extensions"]["code"] == "NOT_FOUND"
    of_brand = "query($id: ID!) { users(filter: {brandId: $id}) { totalCount } }"
    for person, code in ((other.admin, "NOT_FOUND"), (brand.viewer, "FORBIDDEN")):
        (error,) = await refused(person, of_brand, id=brand.id)
        assert error["extensions"]["code"] == code


async def test_a_page_of_colleagues(world: World) -> None:
    brand = await world.brand()
    document = """query($id: ID!, $after: String) { users(filter: {brandId: $id}, first: 2, after: $after) {
      nodes { id isActive timezone memberships { role } } totalCount pageInfo { endCursor hasNextPage } } }"""
    first = (await ask(brand.editor, document, id=brand.id))["users"]
    after = first["pageInfo"]["endCursor"]
    second = (await ask(brand.editor, document, id=brand.id, after=after))["users"]
    found = {each["id"]: each for each in first["nodes"] + second["nodes"]}
    assert found.keys() == {world.id_of(each) for each in (brand.admin, brand.editor, brand.viewer)}
    assert (first["totalCount"], second["pageInfo"]["hasNextPage"]) == (3, False)
    assert found[world.id_of(brand.editor)]["memberships"] == [{"role": "EDITOR"}]
    assert found[world.id_of(brand.admin)]["memberships"] is None


async def test_a_profile_is_changed(world: World) -> None:
    person = (await world.brand()).editor
    document = """mutation($input: UpdateProfileInput!) { updateProfile(input: $input) {
      profile { firstName phone } problem { __typename ... on ValidationProblem { details { field } } } } }"""
    changes = {"firstName": "Jane", "phone": "+44 20 7946 0000"}
    changed = (await ask(person, document, input=changes))["updateProfile"]
    assert changed == {"profile": changes, "problem": None}
    await assert_alike(person, "profile", "Profile", data(await person.get("/users/me/profile")))
    bad = (await ask(person, document, input={"timezone": "Mars/Olympus"}))["updateProfile"]
    assert (bad["profile"], bad["problem"]["details"]) == (None, [{"field": "input.timezone"}])


async def test_preferences(world: World) -> None:
    person = (await world.brand()).editor
    await assert_alike(person, "preferences", "Preferences", data(await person.get("/users/me/preferences")))
    document = """mutation($input: PreferencesInput!, $version: Int!) {
      setPreferences(input: $input, expectedVersion: $version) { preferences { version } problem { __typename } } }"""
    given = {"digest": "WEEKLY", "quietFrom": "22:00", "quietTo": "07:00"}
    assert (await ask(person, document, input=given, version=0))["setPreferences"]["preferences"] == {"version": 1}
    await assert_alike(person, "preferences", "Preferences", data(await person.get("/users/me/preferences")))
    stale = (await ask(person, document, input=given, version=0))["setPreferences"]
    assert stale == {"preferences": None, "problem": {"__typename": "StaleVersion"}}


async def test_the_impact_of_removing_a_member(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await submitted(world, brand)
    user_id = world.id_of(brand.viewer)
    told = data(await brand.admin.get(f"/users/{user_id}/removal-impact", brandId=brand.id))
    field, declared = "removalImpact(userId: $user, brandId: $brand)", "$user: ID!, $brand: ID!"
    variables = {"user": user_id, "brand": brand.id}
    await assert_alike(brand.admin, field, "RemovalImpact", told, declared=declared, **variables)
    for person, status in ((brand.editor, 403), (other.admin, 404)):
        document = f"query({declared}) {{ {field} {{ openTasks }} }}"
        (error,) = await refused(person, document, **variables)
        assert error["extensions"]["status"] == status


async def test_accounts_are_managed_by_platform_admins(world: World) -> None:
    brand = await world.brand()
    admin = await world.platform_admin()
    user_id = world.id_of(brand.viewer)
    document = "mutation($id: ID!) { done: %s(id: $id) { userId problem { __typename } } }"
    for name in ("deactivateUser", "reactivateUser", "unlockUser"):
        (error,) = await refused(brand.admin, document % name, id=user_id)
        assert error["extensions"]["status"] == 403
        assert (await ask(admin, document % name, id=user_id))["done"] == {"userId": user_id, "problem": None}
        is_active = (await ask(brand.admin, "query($id: ID!) { user(id: $id) { isActive } }", id=user_id))["user"]
        assert is_active["isActive"] is (name != "deactivateUser")


async def test_an_account_is_erased(world: World) -> None:
    brand = await world.brand()
    document = """mutation($input: EraseAccountInput!) { eraseAccount(input: $input) {
      userId problem { __typename } } }"""
    errors = await refused(brand.viewer, document, input={"password": "Wrong-password-1"})
    assert errors[0]["extensions"]["status"] in (401, 403)
    erased = (await ask(brand.viewer, document, input={"password": PASSWORD}))["eraseAccount"]
    assert erased == {"userId": world.id_of(brand.viewer), "problem": None}
    assert (await brand.viewer.get("/users/me")).status_code == 401
