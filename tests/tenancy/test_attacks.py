"""What a curious user of another brand, or an ambitious one of this, would try: each by its name."""

from typing import Any

import pytest

from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_private_schema_and_partitions_cannot_be_reached(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token)
    for path in ("/contents_default", "/platform_admins", "/rpc/brand_ids", "/rpc/append_event"):
        assert (await api.http.get(path)).status_code in (401, 403, 404, 406)
    hidden = await api.http.get("/platform_admins", headers={"Accept-Profile": "private"})
    assert hidden.status_code in (401, 403, 404, 406)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "published"),
        ("version", 99),
        ("brand_id", "other"),
        ("created_by", None),
        ("published_at", "2020-01-01T00:00:00Z"),
        ("deleted_at", "2020-01-01T00:00:00Z"),
    ],
)
async def test_members_cannot_write_what_the_database_writes(world: World, column: str, value: Any) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.admin, other.id, "admin")
    content = await world.draft(brand)
    body = {column: other.id if value == "other" else value}
    response = await world.data_api(brand.admin.access_token).http.patch(
        "/contents", params={"id": f"eq.{content['id']}"}, json=body
    )
    assert response.status_code == 403, response.text
    assert (await brand.editor.get(f"/contents/{content['id']}")).json()["data"] == content


async def test_contents_are_written_by_commands_only(world: World) -> None:
    """Past them neither the version nor the template of another brand would be checked."""
    brand, other = await world.brand(), await world.brand()
    api = world.data_api(brand.admin.access_token)
    planted = {"brand_id": brand.id, "type": "article", "title": "x", "template_id": other.template_id}
    assert (await api.http.post("/contents", json=planted)).status_code == 403
    content = await world.draft(brand)
    changed = await api.http.patch("/contents", params={"id": f"eq.{content['id']}"}, json={"title": "x"})
    assert changed.status_code == 403
    assert (await api.http.delete("/contents", params={"id": f"eq.{content['id']}"})).status_code == 403


async def test_a_template_of_another_brand_is_never_read(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    world.rows("update public.contents set template_id = %s where id = %s", other.template_id, content["id"])
    api = world.data_api(brand.editor.access_token)
    body = {"content_id": content["id"], "provider": "x", "model": "x", "prompt_version": "x"}
    assert (await api.http.post("/rpc/request_generation", json=body)).status_code == 409


async def test_nobody_raises_their_own_role(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.viewer.access_token)
    mine = {"user_id": f"eq.{world.id_of(brand.viewer)}"}
    assert (await api.http.patch("/brand_members", params=mine, json={"role": "admin"})).status_code == 403
    row = {"user_id": world.id_of(brand.viewer), "brand_id": brand.id, "role": "admin"}
    assert (await api.http.post("/brand_members", json=row)).status_code == 403
    url = f"{world.stack.environment['SUPABASE_URL']}/auth/v1/user"
    metadata = {"data": {"role": "admin", "platform_admin": True}}
    assert (await api.http.put(url, json=metadata)).status_code == 200
    await brand.viewer.sign_in()
    response = await brand.viewer.post("/contents", {"brandId": brand.id, "title": "x"})
    assert response.status_code == 403
