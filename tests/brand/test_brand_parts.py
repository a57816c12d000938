"""The parts of a brand: people, agencies, workflows, master claim brands."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"


def members(brand: Brand) -> str:
    return f"/brands/{brand.id}/members"


async def test_members_are_listed_whole_to_editors_and_by_name_to_viewers(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for person in (brand.admin, brand.editor):
        page = (await person.get(members(brand))).json()
        roles = {item["user"]["id"]: item["role"] for item in page["data"]}
        assert roles == {
            world.id_of(brand.admin): "admin",
            world.id_of(brand.editor): "editor",
            world.id_of(brand.viewer): "viewer",
        }
    for item in (await brand.viewer.get(members(brand))).json()["data"]:
        assert item["user"]["name"] == "Test"
        assert (item["role"], item["permissions"], item["createdAt"]) == (None, None, None)
    assert_problem(await stranger.admin.get(members(brand)), 404, "NOT_FOUND")


async def test_an_admin_assigns_changes_and_removes(world: World) -> None:
    brand = await world.brand()
    person = await world.member(brand, "editor")
    path = f"{members(brand)}/{world.id_of(person)}"
    assigned = await brand.admin.put(path, {"role": "viewer"})
    assert (assigned.status_code, assigned.json()["data"]["role"]) == (200, "viewer")
    assert assigned.json()["data"]["user"] == {"id": world.id_of(person), "name": "Test"}
    assert assigned.json()["data"]["assignedBy"] == {"id": world.id_of(brand.admin), "name": "Test"}
    assert_problem(await person.post("/contents", {"brandId": brand.id, "title": "x"}), 403, "FORBIDDEN")
    changed = await brand.admin.put(path, {"role": "editor", "restrictions": ["content.create"]})
    assert changed.json()["data"]["restrictions"] == ["content.create"]
    assert_problem(await person.post("/contents", {"brandId": brand.id, "title": "x"}), 403, "FORBIDDEN")
    await brand.admin.put(path, {"role": "viewer", "permissions": ["content.create"]})
    assert (await person.post("/contents", {"brandId": brand.id, "title": "x"})).status_code == 201
    assert (await brand.admin.delete(path)).status_code == 204
    assert_problem(await person.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")
    assert_problem(await brand.admin.delete(path), 404, "NOT_FOUND")


async def test_a_membership_ends_by_itself(world: World) -> None:
    brand = await world.brand()
    person = await world.member(brand, "editor")
    path = f"{members(brand)}/{world.id_of(person)}"
    assert (await brand.admin.put(path, {"role": "viewer", "expiresAt": "2199-01-01T00:00:00Z"})).status_code == 200
    assert (await person.get(f"/brands/{brand.id}")).status_code == 200
    assert (await brand.admin.put(path, {"role": "viewer", "expiresAt": "2020-01-01T00:00:00Z"})).status_code == 200
    assert_problem(await person.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")


async def test_nobody_gives_more_than_they_have(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    path = f"{members(brand)}/{world.id_of(brand.viewer)}"
    for person in (brand.editor, brand.viewer):
        assert_problem(await person.put(path, {"role": "editor"}), 403, "FORBIDDEN")
        assert_problem(await person.delete(path), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.put(path, {"role": "editor"}), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.delete(path), 404, "NOT_FOUND")
    own = f"{members(brand)}/{world.id_of(brand.admin)}"
    assert_problem(await brand.admin.put(own, {"role": "admin"}), 403, "FORBIDDEN")
    assert_problem(await brand.admin.put(f"{members(brand)}/{NOBODY}", {"role": "viewer"}), 404, "NOT_FOUND")
    for body in ({"role": "owner"}, {}, {"role": "viewer", "permissions": ["no.such"]}, {"role": "viewer", "x": 1}):
        assert_problem(await brand.admin.put(path, body), 400, "VALIDATION_ERROR")


async def test_agencies(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    path = f"/brands/{brand.id}/agencies"
    body = {"name": "Advertising Authority", "priority": "High", "countryCode": "GB"}
    created = await brand.admin.post(path, body)
    assert created.status_code == 201, created.text
    agency = created.json()["data"]
    assert body.items() <= agency.items()
    assert_problem(await brand.admin.post(path, body), 409, "ALREADY_EXISTS")
    one = f"{path}/{agency['id']}"
    changed = await brand.admin.http.patch(one, json={"status": "rejected", "isActive": False})
    assert (changed.json()["data"]["status"], changed.json()["data"]["name"]) == ("rejected", body["name"])
    read = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]
    assert [item["id"] for item in read["vettingAgencies"]] == [agency["id"]]
    for person, status, code in (
        (brand.editor, 403, "FORBIDDEN"),
        (brand.viewer, 403, "FORBIDDEN"),
        (stranger.admin, 404, "NOT_FOUND"),
    ):
        assert_problem(await person.post(path, body), status, code)
        assert_problem(await person.http.patch(one, json={"priority": "Low"}), status, code)
        assert_problem(await person.delete(one), status, code)
    # The brand in the path is the brand of the agency.
    foreign = f"/brands/{stranger.id}/agencies/{agency['id']}"
    assert_problem(await stranger.admin.delete(foreign), 404, "NOT_FOUND")
    assert (await brand.admin.delete(one)).status_code == 204
    assert_problem(await brand.admin.delete(one), 404, "NOT_FOUND")
    for bad in ({"name": ""}, {"name": "x", "priority": "Urgent"}, {"name": "x", "countryCode": "GBR"}):
        assert_problem(await brand.admin.post(path, bad), 400, "VALIDATION_ERROR")


def workflow(world: World, brand: Brand, name: str) -> str:
    """A second one, with one step that names the admin."""
    workflow_id = world.rows(
        "insert into public.workflows (brand_id, name) values (%s, %s) returning id::text", brand.id, name
    )[0]["id"]
    step = world.rows(
        "insert into public.workflow_steps (workflow_id, brand_id, position, name) values (%s, %s, 1, %s) "
        "returning id::text",
        workflow_id,
        brand.id,
        name,
    )[0]["id"]
    world.rows(
        "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s)",
        step,
        world.id_of(brand.admin),
        brand.id,
    )
    return workflow_id


async def started(world: World, brand: Brand, content_type: str) -> str:
    """The workflow that reviews a content of this type."""
    body: dict[str, Any] = {"brandId": brand.id, "title": uuid4().hex, "type": content_type}
    content = (await brand.editor.post("/contents", body)).json()["data"]
    assert (await brand.editor.post(f"/contents/{content['id']}/submit")).status_code == 200
    query = "select workflow_id::text from public.workflow_instances where content_id = %s"
    return world.rows(query, content["id"])[0]["workflow_id"]


async def test_a_type_has_the_workflow_that_the_brand_gave_it(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    path = f"/brands/{brand.id}/workflows"
    legal, social = workflow(world, brand, "Legal"), workflow(world, brand, "Social")
    assert await started(world, brand, "article") == brand.workflow_id  # calls itself the default
    wished = [
        {"contentType": "*", "workflowId": legal},
        {"contentType": "social_media", "workflowId": social},
    ]
    answer = await brand.admin.put(path, {"workflows": wished})
    assert answer.status_code == 200, answer.text
    names = {item["contentType"]: item["name"] for item in answer.json()["data"]["workflows"]}
    assert names == {"*": "Legal", "social_media": "Social"}
    assert await started(world, brand, "article") == legal
    assert await started(world, brand, "social_media") == social
    await brand.admin.put(path, {"workflows": wished[1:]})
    assert await started(world, brand, "article") == brand.workflow_id
    for person, status, code in (
        (brand.editor, 403, "FORBIDDEN"),
        (brand.viewer, 403, "FORBIDDEN"),
        (stranger.admin, 404, "NOT_FOUND"),
    ):
        assert_problem(await person.put(path, {"workflows": []}), status, code)
    foreign = {"workflows": [{"workflowId": stranger.workflow_id}]}
    assert_problem(await brand.admin.put(path, foreign), 400, "VALIDATION_ERROR")
    assert_problem(await brand.admin.put(path, {"workflows": wished + wished}), 400, "VALIDATION_ERROR")


async def test_master_claim_brands_are_linked_by_the_platform(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    name = f"Master {uuid4().hex}"
    master = world.rows("insert into public.master_claim_brands (name) values (%s) returning id::text", name)[0]["id"]
    path = f"/brands/{brand.id}/master-claim-brands/{master}"
    assert_problem(await brand.admin.put(path), 403, "FORBIDDEN")
    linked = await platform.put(path)
    assert linked.json()["data"]["masterClaimBrands"] == [{"id": master, "name": name}]
    assert (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]["masterClaimBrands"] == [
        {"id": master, "name": name}
    ]
    assert_problem(await platform.put(f"/brands/{brand.id}/master-claim-brands/{NOBODY}"), 404, "NOT_FOUND")
    assert (await platform.delete(path)).json()["data"]["masterClaimBrands"] == []
