"""Every value written by AI has its provenance, through edits, versions, copies and restorations."""

from typing import Any

import pytest

from tests.ai.support import answered
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def generated(world: World, brand: Brand) -> tuple[str, dict[str, Any]]:
    content = await world.draft(brand, fields={"topic": "Frost"})
    data = await answered(brand.editor, "generate", {"contentId": content["id"]})
    return f"/contents/{content['id']}", data


async def provenance(brand: Brand, path: str) -> dict[str, Any]:
    return (await brand.editor.get(path)).json()["data"]["provenance"]


async def test_provenance_of_generated_values(world: World) -> None:
    brand = await world.brand()
    path, data = await generated(world, brand)
    found = await provenance(brand, path)
    assert set(found) == {"fields.headline", "fields.body"}, "not what the editor typed"
    entry = found["fields.headline"]
    assert entry["generationId"] == data["requestId"]
    assert (entry["provider"], entry["model"], entry["promptVersion"]) == (
        "azure_openai",
        "gpt-4o-mini",
        "generate_content.v2",
    )
    assert entry["isEdited"] is False
    assert entry["at"]


async def test_edit_is_marked(world: World) -> None:
    brand = await world.brand()
    path, _ = await generated(world, brand)
    await brand.admin.patch(path, 2, {"fields": {"headline": "By hand"}})
    found = await provenance(brand, path)
    assert (found["fields.headline"]["isEdited"], found["fields.headline"]["editedBy"]) == (
        True,
        world.id_of(brand.admin),
    )
    assert found["fields.body"]["isEdited"] is False
    await brand.admin.patch(path, 3, {"fields": {"headline": None}})
    await brand.admin.patch(path, 4, {"fields": {"headline": "Put back"}})
    assert (await provenance(brand, path))["fields.headline"]["isEdited"] is True, (
        "what is put back is no less a model's"
    )


async def test_each_version_has_its_provenance(world: World) -> None:
    brand = await world.brand()
    path, data = await generated(world, brand)
    await brand.editor.patch(path, 2, {"fields": {"headline": "By hand"}})
    kept = [
        (await brand.editor.get(f"{path}/versions/{version}")).json()["data"]["snapshot"]["provenance"]
        for version in (1, 2, 3)
    ]
    assert kept[0] == {}
    assert kept[1]["fields.headline"]["isEdited"] is False
    assert kept[2]["fields.headline"]["isEdited"] is True
    assert kept[2]["fields.headline"]["generationId"] == data["requestId"]


async def test_restored_version_has_its_provenance(world: World) -> None:
    brand = await world.brand()
    path, _ = await generated(world, brand)
    await brand.editor.patch(path, 2, {"fields": {"headline": "By hand"}})
    restored = await brand.editor.post(f"{path}/versions/2/restore")
    assert restored.status_code == 200, restored.text
    assert (await provenance(brand, path))["fields.headline"]["isEdited"] is False
    await brand.editor.post(f"{path}/versions/1/restore")
    assert await provenance(brand, path) == {}


async def test_provenance_of_copies(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    path, data = await generated(world, brand)
    copy = (await brand.editor.post(f"{path}/duplicate", {})).json()["data"]
    assert copy["provenance"]["fields.headline"]["generationId"] == data["requestId"]
    world.join(brand.editor, other.id, "editor")
    body = {"brandId": other.id}
    elsewhere = (await brand.editor.post(f"{path}/duplicate", body)).json()["data"]
    for place, entry in elsewhere["provenance"].items():
        assert entry["generationId"] is None
        # On a loaded machine another provider may have answered than the first of the chain.
        assert entry["provider"] == copy["provenance"][place]["provider"]


async def test_provenance_cannot_be_written(world: World) -> None:
    brand = await world.brand()
    path, _ = await generated(world, brand)
    response = await brand.editor.patch(path, 2, {"provenance": {}})
    assert response.status_code == 400
    api = world.data_api(brand.editor.access_token)
    changes = {
        "content_id": path.rsplit("/", 1)[1],
        "expected_version": 2,
        "changes": {"provenance": {}, "title": "Other"},
    }
    await api.http.post("/rpc/update_content", json=changes)
    assert set(await provenance(brand, path)) == {"fields.headline", "fields.body"}


async def test_events_contain_the_provenance(world: World) -> None:
    """The provenance can be rebuilt from the events, like the rest of a content."""
    brand = await world.brand()
    path, _ = await generated(world, brand)
    await brand.editor.patch(path, 2, {"fields": {"headline": "By hand"}})
    content = path.rsplit("/", 1)[1]
    rebuilt = world.rows("select provenance from private.rebuild_content(%s)", content)[0]["provenance"]
    assert rebuilt == world.rows("select provenance from public.contents where id = %s", content)[0]["provenance"] != {}


async def test_provenance_is_not_part_of_the_checked_text(world: World) -> None:
    """A version from before provenance existed counts as the same text, so that its claim review still applies."""
    before, after = '{"title": "x"}', '{"title": "x", "provenance": {}}'
    (row,) = world.rows("select private.edited_part(%s) = private.edited_part(%s) as is_same", before, after)
    assert row["is_same"] is True
