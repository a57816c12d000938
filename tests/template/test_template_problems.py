"""Tests that a template with fields that cannot work is refused, and that an older one can still be changed."""

import json
from typing import Any
from uuid import uuid4

import pytest

from local.stack.settings import ROOT
from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.tenancy.poison.planting import corrupt

pytestmark = pytest.mark.anyio

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/template_fields.json").read_text())
OUTPUT = {"id": "o", "name": "O", "type": "html"}


def wished(brand: Brand, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "brandId": brand.id,
        "name": f"T {uuid4().hex}",
        "contentType": "article",
        "inputFields": inputs,
        "outputFields": outputs or [OUTPUT],
    }


async def test_the_cases(world: World) -> None:
    brand = await world.brand()
    wrong: list[str] = []
    for number, case in enumerate(CASES):
        if number % 60 == 59:  # an admin may write so many a minute
            brand = await world.brand()
        answer = await brand.admin.post("/templates", wished(brand, case["inputs"], case.get("outputs")))
        places = [item["field"] for item in answer.json()["error"]["details"]] if answer.status_code == 400 else []
        if answer.status_code != (400 if case["refused"] else 201) or (case["refused"] or "") not in [*places, ""]:
            wrong.append(f"{case['why']}: {answer.status_code} {places} instead of {case['refused']}")
        if answer.status_code == 201 and answer.json()["data"]["problems"] != []:
            wrong.append(f"{case['why']}: has problems")
    assert wrong == []


async def test_a_template_from_before_a_rule_can_be_changed(world: World) -> None:
    brand = await world.brand()
    text = {"id": "a", "name": "A", "type": "short_text"}
    made = (await brand.admin.post("/templates", wished(brand, [text]))).json()["data"]
    path = f"/templates/{made['id']}"
    contradictory = text | {"minWords": 40, "maxLength": 10, "defaultValue": "too long for it"}
    corrupt(world.database, "templates", {"id": made["id"]}, {"input_fields": json.dumps([contradictory])})
    read = (await brand.editor.get(path)).json()["data"]
    assert [problem["field"] for problem in read["problems"]] == [
        "inputFields.a.defaultValue", "inputFields.a.minWords",
    ]  # fmt: skip
    assert all(problem["message"] for problem in read["problems"])
    # It can be renamed, and its other fields can be changed; what is wrong is told with the answer.
    renamed = await brand.admin.patch(path, made["version"], {"name": f"T {uuid4().hex}"})
    assert renamed.status_code == 200, renamed.text
    other = {"id": "b", "name": "B", "type": "number"}
    changed = await brand.admin.patch(path, made["version"] + 1, {"inputFields": [contradictory, other]})
    assert changed.status_code == 200, changed.text
    assert len(changed.json()["data"]["problems"]) == 2
    # Another mistake is refused, by itself, and so is a worse one.
    worse = other | {"conditional": {"field": "a", "operator": "gt", "value": 5}}
    refusal = await brand.admin.patch(path, made["version"] + 2, {"inputFields": [contradictory, worse]})
    details = assert_problem(refusal, 400, "VALIDATION_ERROR")["details"]
    assert [item["field"] for item in details] == ["inputFields.b.conditional.value"]
    mended = await brand.admin.patch(path, made["version"] + 2, {"inputFields": [text, other]})
    assert mended.json()["data"]["problems"] == []
    # Lists do not look for problems.
    listed = (await brand.admin.get("/templates", brandId=brand.id)).json()["data"]
    assert {item["problems"] for item in listed} == {None}


async def test_a_file_or_a_product_of_another_brand_is_no_default(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    files = [
        world.rows(
            "insert into public.files (brand_id, path, name, mime_type, size_bytes) "
            "values (%s, '', 'a.png', 'image/png', 1000) returning id::text",
            tenant.id,
        )[0]["id"]
        for tenant in (brand, other)
    ]
    answers = [
        await brand.admin.post(
            "/templates",
            wished(brand, [{"id": "a", "name": "A", "type": "image", "defaultValue": {"fileId": file}}]),
        )
        for file in files
    ]
    assert [answer.status_code for answer in answers] == [201, 400], answers[0].text
    # It is gone by now: contents are made without it.
    template = answers[0].json()["data"]["id"]
    draft = {"brandId": brand.id, "templateId": template, "title": "x"}
    assert (await brand.editor.post("/contents", draft)).json()["data"]["fields"] == {"a": {"fileId": files[0]}}
    world.rows("update public.files set deleted_at = now() where id = %s", files[0])
    assert (await brand.editor.post("/contents", draft)).json()["data"]["fields"] == {}
