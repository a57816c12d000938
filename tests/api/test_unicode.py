"""A text is one text however it is spelt: what one request sends as letters and accents, another finds as one."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

COMPOSED, TAKEN_APART = "Café", "Cafe\u0301"
VARIANTS = ("CAFÉ", TAKEN_APART, "ＣＡＦＥ\u0301", "Ca\u200bfé")


def field(name: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind}


def template(brand_id: str, name: str) -> dict[str, Any]:
    return {
        "brandId": brand_id,
        "name": name,
        "contentType": "article",
        "inputFields": [field("topic", "short_text")],
        "outputFields": [field("headline")],
    }


async def test_names_of_templates_are_unique_in_every_case_and_composition(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    made = await brand.admin.post("/templates", template(brand.id, TAKEN_APART))
    assert made.status_code == 201, made.text
    assert made.json()["data"]["name"] == COMPOSED
    for name in VARIANTS:
        error = assert_problem(await brand.admin.post("/templates", template(brand.id, name)), 409, "ALREADY_EXISTS")
        assert error["details"][0]["field"] == "name"
    assert (await other.admin.post("/templates", template(other.id, COMPOSED))).status_code == 201
    assert (await brand.admin.post("/templates", template(brand.id, "Cafe"))).status_code == 201


@pytest.mark.parametrize("query", ["café", TAKEN_APART, "CAFÉ", "ｃａｆé"])
async def test_lists_find_names_in_every_case_and_composition(world: World, query: str) -> None:
    brand = await world.brand()
    name = f"{TAKEN_APART} {uuid4()}"
    assert (await brand.admin.post("/templates", template(brand.id, name))).status_code == 201
    found = (await brand.admin.get("/templates", brandId=brand.id, q=query)).json()["data"]
    assert [item["name"] for item in found if item["brandId"]] == [name.replace(TAKEN_APART, COMPOSED)]


async def test_tags_are_stored_and_found_in_one_spelling(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, title=TAKEN_APART, tags=[TAKEN_APART, COMPOSED, "CAFÉ"])
    assert (content["title"], content["tags"], content["slug"]) == (COMPOSED, [COMPOSED], "cafe")
    for tag in (COMPOSED, TAKEN_APART):
        listed = (await brand.viewer.get("/contents", brandId=brand.id, tag=tag)).json()["data"]
        assert [item["id"] for item in listed] == [content["id"]]


async def test_rows_of_a_file_are_stored_in_one_spelling(world: World) -> None:
    brand = await world.brand()
    sent = {"brandId": brand.id, "format": "csv", "data": f"title,tags\n{TAKEN_APART},{TAKEN_APART}\n"}
    answer = await brand.editor.post("/contents/import", sent)
    assert answer.status_code in (200, 201), answer.text
    listed = (await brand.viewer.get("/contents", brandId=brand.id)).json()["data"]
    assert [(item["title"], item["tags"]) for item in listed] == [(COMPOSED, [COMPOSED])]


async def test_a_row_that_was_stored_before_is_read_and_edited(world: World) -> None:
    """As rows from before texts were in NFC: their names are what they were, and changes bring them into NFC."""
    brand = await world.brand()
    content = await world.draft(brand, title="x")
    world.rows("update public.contents set title = %s where id = %s returning id", TAKEN_APART, content["id"])
    read = (await brand.viewer.get(f"/contents/{content['id']}")).json()["data"]
    assert read["title"] == TAKEN_APART
    changed = await brand.editor.patch(f"/contents/{content['id']}", read["version"], {"title": TAKEN_APART})
    assert changed.status_code == 200, changed.text
    assert changed.json()["data"]["title"] == COMPOSED


async def test_conditions_of_fields_hold_in_every_case_and_composition(world: World) -> None:
    brand = await world.brand()
    form = template(brand.id, f"Conditions {uuid4()}")
    form["outputFields"].append(
        field("note")
        | {"required": True, "conditional": {"field": "headline", "operator": "contains", "value": "STRASSE"}}
    )
    made = await brand.admin.post("/templates", form)
    assert made.status_code == 201, made.text
    draft = await world.draft(
        brand, templateId=made.json()["data"]["id"], fields={"topic": "wind", "headline": "Die große Straße"}
    )
    refused = assert_problem(await brand.editor.post(f"/contents/{draft['id']}/submit"), 400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in refused["details"]] == ["fields.note"]
