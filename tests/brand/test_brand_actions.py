"""Tests the allowed actions and the links of brands against the answers of the API."""

import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

VIEWER = ["listContents", "listMembers", "listTemplates", "read"]
EDITOR = [*VIEWER, "createContent", "readQuota", "useAi"]
ADMIN = [
    *EDITOR,
    *("createTemplate", "manageAgencies", "manageApiKeys", "manageMembers", "readAuditLog", "setDelivery"),
    *("setWorkflows", "update"),
]
PLATFORM = [*ADMIN, "delete", "linkMasterClaimBrands", "rename"]


async def actions(person: Person, brand: Brand) -> list[str]:
    return (await person.get(f"/brands/{brand.id}")).json()["data"]["allowedActions"]


async def test_of_each_role(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    for person, expected in (
        (brand.viewer, VIEWER),
        (brand.editor, EDITOR),
        (brand.admin, ADMIN),
        (platform, PLATFORM),
    ):
        assert await actions(person, brand) == sorted(expected)
        (listed,) = (await person.get("/brands", q=brand.name)).json()["data"]
        assert listed["allowedActions"] == sorted(expected)
    answer = await brand.admin.put(f"/brands/{brand.id}/workflows", {"workflows": []})
    assert answer.json()["data"]["allowedActions"] == sorted(ADMIN)


async def test_grants_and_restrictions_count(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "update public.brand_members set permissions = '{audit.read}', restrictions = '{content.read}' "
        "where user_id = %s",
        world.id_of(brand.editor),
    )
    held = await actions(brand.editor, brand)
    assert "readAuditLog" in held
    assert "listContents" not in held


async def test_an_action_is_allowed_where_it_is_offered_and_refused_where_not(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    agency = {"name": "Authority"}
    for person in (brand.viewer, brand.editor, brand.admin, platform):
        offered = await actions(person, brand)
        tried = {
            "createContent": await person.post("/contents", {"brandId": brand.id, "title": "x"}),
            "setWorkflows": await person.put(f"/brands/{brand.id}/workflows", {"workflows": []}),
            "manageAgencies": await person.post(f"/brands/{brand.id}/agencies", agency),
            "readAuditLog": await person.get(f"/brands/{brand.id}/audit-log"),
            "readQuota": await person.get(f"/brands/{brand.id}/quota"),
            "manageApiKeys": await person.get("/users/api-keys", brandId=brand.id),
            "manageMembers": await person.get("/users/invitations", brandId=brand.id),
            "setDelivery": await person.put(f"/brands/{brand.id}/delivery", {"mode": "public"}),
        }
        for action, answer in tried.items():
            is_listing = action in ("manageApiKeys", "manageMembers")  # others see an empty list there
            if not is_listing or action in offered:
                assert (answer.status_code != 403) == (action in offered), f"{action}: {answer.text}"


async def test_every_link_answers_its_reader(world: World) -> None:
    brand = await world.brand()
    names: dict[str, set[str]] = {}
    for role in ("viewer", "editor", "admin"):
        person: Person = getattr(brand, role)
        links = (await person.get(f"/brands/{brand.id}")).json()["data"]["_links"]
        names[role] = set(links)
        for name, link in links.items():
            answer = await person.get(link.removeprefix("/api/v1"))
            assert answer.status_code == 200, f"{name} for the {role}: {answer.text}"
    assert names["admin"] - names["editor"] == {"auditLog"}
    assert names["editor"] - names["viewer"] == {"quota"}
    assert "delivery" not in names["admin"]  # nothing is published yet


async def test_delivery_is_linked_while_it_answers(world: World) -> None:
    brand = await world.brand()
    await world.published(brand)
    item = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]
    assert item["deliveryMode"] == "public"
    assert (await brand.viewer.get(item["_links"]["delivery"].removeprefix("/api/v1"))).status_code == 200
    await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "off"})
    item = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]
    assert item["deliveryMode"] == "off"
    assert "delivery" not in item["_links"]


async def test_a_parent_is_named_to_its_members(world: World) -> None:
    parent, child = await world.brand(), await world.brand()
    world.rows("update public.brands set parent_brand_id = %s where id = %s", parent.id, child.id)
    item = (await child.viewer.get(f"/brands/{child.id}")).json()["data"]
    assert (item["parentBrandId"], item["parent"]) == (parent.id, None)
    assert "parent" not in item["_links"]
    world.join(child.viewer, parent.id, "viewer")
    item = (await child.viewer.get(f"/brands/{child.id}")).json()["data"]
    assert item["parent"]["name"] == parent.name


async def test_the_tag_changes_with_the_role(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}"
    tag = (await brand.viewer.get(path)).headers["ETag"]
    assert (await brand.viewer.http.get(path, headers={"If-None-Match": tag})).status_code == 304
    world.rows("update public.brand_members set role = 'admin' where user_id = %s", world.id_of(brand.viewer))
    answer = await brand.viewer.http.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "update" in answer.json()["data"]["allowedActions"]
    changed = await brand.viewer.http.patch(
        path, json={"description": "By its tag"}, headers={"If-Match": answer.headers["ETag"]}
    )
    assert changed.status_code == 200, changed.text
    stale = await brand.viewer.http.patch(
        path, json={"description": "Again"}, headers={"If-Match": answer.headers["ETag"]}
    )
    assert_problem(stale, 412, "CONFLICT")
