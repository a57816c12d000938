"""Tests the allowed actions of templates, and the people whom they name."""

from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def body(**more: Any) -> dict[str, Any]:
    return {
        "name": uuid4().hex,
        "contentType": "article",
        "inputFields": [{"id": "topic", "name": "Topic", "type": "short_text"}],
        "outputFields": [{"id": "headline", "name": "Headline", "type": "plain_text"}],
    } | more


async def read(person: Person, template_id: str) -> dict[str, Any]:
    response = await person.get(f"/templates/{template_id}")
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_of_each_role(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    for person, expected in (
        (brand.viewer, ["read"]),
        (brand.editor, ["createContent", "read"]),
        (brand.admin, ["createContent", "read", "update"]),
        (platform, ["createContent", "delete", "read", "update"]),
    ):
        assert (await read(person, brand.template_id))["allowedActions"] == expected
        listed = (await person.get("/templates", brandId=brand.id, q="Test article", pageSize=100)).json()["data"]
        own = next(item for item in listed if item["id"] == brand.template_id)
        assert own["allowedActions"] == expected


async def test_of_a_global_one(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    created = await platform.post("/templates", body())
    assert created.status_code == 201, created.text
    item = created.json()["data"]
    assert item["allowedActions"] == ["createContent", "delete", "read", "update"]
    assert item["createdBy"] == {"id": world.id_of(platform), "name": "Test"}
    for person, expected in ((brand.viewer, ["read"]), (brand.admin, ["createContent", "read"])):
        assert (await read(person, item["id"]))["allowedActions"] == expected
    assert (await platform.delete(f"/templates/{item['id']}")).status_code == 204


async def test_of_one_that_is_switched_off(world: World) -> None:
    brand = await world.brand()
    changed = await brand.admin.patch(f"/templates/{brand.template_id}", 1, {"isActive": False})
    assert changed.json()["data"]["allowedActions"] == ["read", "update"]


async def links_of(brand: Brand, person: Person) -> dict[str, str]:
    return (await read(person, brand.template_id))["_links"]


async def test_every_link_answers(world: World) -> None:
    brand = await world.brand()
    for name, link in (await links_of(brand, brand.viewer)).items():
        answer = await brand.viewer.get(link.removeprefix("/api/v1"))
        assert answer.status_code == 200, f"{name}: {answer.text}"


async def test_who_made_which_version(world: World) -> None:
    brand = await world.brand()
    changed = await brand.admin.patch(f"/templates/{brand.template_id}", 1, {"name": "Other"})
    assert changed.json()["data"]["updatedBy"] == {"id": world.id_of(brand.admin), "name": "Test"}
    versions = (await brand.viewer.get(f"/templates/{brand.template_id}/versions")).json()["data"]
    assert [item["version"] for item in versions] == [2, 1]
    assert versions[0]["createdBy"] == {"id": world.id_of(brand.admin), "name": "Test"}
    one = (await brand.viewer.get(f"/templates/{brand.template_id}/versions/1")).json()["data"]
    assert (one["name"], one["createdBy"]) == ("Test article", None)


async def test_the_tag_changes_with_the_role(world: World) -> None:
    brand = await world.brand()
    path = f"/templates/{brand.template_id}"
    tag = (await brand.viewer.get(path)).headers["ETag"]
    assert (await brand.viewer.http.get(path, headers={"If-None-Match": tag})).status_code == 304
    world.rows("update public.brand_members set role = 'editor' where user_id = %s", world.id_of(brand.viewer))
    assert (await brand.viewer.http.get(path, headers={"If-None-Match": tag})).status_code == 200
