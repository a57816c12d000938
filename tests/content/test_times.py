"""Tests that contents keep the times and dates that people gave, and take nothing else for one, by whichever way."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

NO_TIMES: list[Any] = ["46022", 46022, 1.5, "2027", "20271231", "2027-01-01", "2027-01-01T09:00:00", "now", "infinity"]


async def template_with(brand: Brand, *inputs: dict[str, Any]) -> str:
    wished = {
        "brandId": brand.id, "name": f"T {uuid4().hex}", "contentType": "article",
        "inputFields": [{"name": field["id"].title()} | field for field in inputs],
        "outputFields": [{"id": "o", "name": "O"}],
    }  # fmt: skip
    response = await brand.admin.post("/templates", wished)
    assert response.status_code == 201, response.text
    return response.json()["data"]["id"]


async def test_no_number_and_no_year_becomes_a_time(world: World) -> None:
    brand = await world.brand()
    draft = {"brandId": brand.id, "title": "x"}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    for value in NO_TIMES:
        for name in ("dueAt", "expiresAt"):
            for answer in (
                await brand.editor.post("/contents", draft | {name: value}),
                await brand.editor.patch(f"/contents/{content['id']}", 1, {name: value}),
            ):
                details = assert_problem(answer, 400, "VALIDATION_ERROR")["details"]
                assert [item["field"] for item in details] == [name], value
        listed = await brand.editor.get("/contents", brandId=brand.id, updatedFrom=str(value))
        assert assert_problem(listed, 400, "VALIDATION_ERROR")["details"][0]["field"] == "updatedFrom"


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
async def test_no_import_takes_a_number_for_a_time(world: World, form: str) -> None:
    brand = await world.brand()
    values = [value for value in NO_TIMES if form != "csv" or isinstance(value, str)]
    if form == "csv":
        data: Any = "title,dueAt\n" + "".join(f"x,{value}\n" for value in values)
    elif form == "ndjson":
        data = "\n".join(json.dumps({"title": "x", "dueAt": value}) for value in values)
    else:
        data = [{"title": "x", "dueAt": value} for value in values]
    body = {"brandId": brand.id, "format": form, "data": data, "dryRun": True}
    report = (await brand.editor.post("/contents/import", body)).json()["data"]
    assert (report["created"], len(report["problems"])) == (0, len(values)), report
    assert {problem["error"]["details"][0]["field"] for problem in report["problems"]} == {"dueAt"}


async def test_times_and_dates_come_back_as_they_were_given(world: World) -> None:
    """Saving a content again, or exporting it and importing it elsewhere, moves no date by a day or by an offset."""
    brand = await world.brand()
    template = await template_with(brand, {"id": "day", "type": "date"}, {"id": "moment", "type": "datetime"})
    fields = {"day": "2026-10-25", "moment": "2026-10-25T00:30:00-11:00"}
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": fields}
    content = (await brand.editor.post("/contents", draft | {"expiresAt": "2031-10-26T00:30:00+13:00"})).json()["data"]
    assert (content["fields"], content["expiresAt"]) == (fields, "2031-10-25T11:30:00Z")
    saved = await brand.editor.patch(
        f"/contents/{content['id']}", 1, {"fields": content["fields"], "expiresAt": content["expiresAt"], "title": "y"}
    )
    again = saved.json()["data"]
    assert (again["fields"], again["expiresAt"]) == (fields, "2031-10-25T11:30:00Z")
    export = await brand.admin.http.get("/contents/export", params={"brandId": brand.id, "format": "csv"})
    assert export.status_code == 200, export.text
    # Without the slug, which the content has.
    mapping = {name: name for name in ("title", "fields", "expiresAt")}
    body = {"brandId": brand.id, "templateId": template, "format": "csv", "data": export.text, "mapping": mapping}
    report = (await brand.editor.post("/contents/import", body)).json()
    assert report["data"]["created"] == 1, report
    copy = (await brand.editor.get(f"/contents/{report['data']['contentIds'][0]}")).json()["data"]
    assert (copy["fields"], copy["expiresAt"]) == (fields, "2031-10-25T11:30:00Z")


@pytest.mark.parametrize("direction", ["asc", "desc"])
async def test_a_cursor_tells_microseconds_apart(world: World, direction: str) -> None:
    """Rows within one millisecond are listed once each, page by page."""
    brand = await world.brand()
    made = [(await world.draft(brand))["id"] for _ in range(6)]
    world.rows("set session_replication_role = replica")
    for number, content_id in enumerate(made):
        world.rows(
            "update public.contents set updated_at = timestamptz '2026-11-24 09:00:00.123Z' + %s * interval '1 us' "
            "where id = %s",
            number // 2,
            content_id,
        )
    world.rows("set session_replication_role = origin")
    seen: list[str] = []
    cursor: str | None = None
    for _ in made:
        asked = {"brandId": brand.id, "sort": "updatedAt", "direction": direction, "pageSize": 1} | (
            {"cursor": cursor} if cursor else {}
        )
        page = (await brand.editor.get("/contents", **asked)).json()
        seen += [item["id"] for item in page["data"]]
        cursor = page["pagination"]["nextCursor"]
    assert len(seen) == len(made)
    assert sorted(seen) == sorted(made)


async def test_a_choice_that_is_gone_keeps_nobody_from_editing(world: World) -> None:
    brand = await world.brand()
    choices = [{"label": "One", "value": "one"}, {"label": "Two", "value": "two"}]
    field = {"id": "kind", "type": "select", "choices": choices}
    template = await template_with(brand, field, {"id": "topic", "type": "short_text"})
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"kind": "two"}}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    inputs = [
        {"name": "Kind"} | field | {"choices": choices[:1]},
        {"id": "topic", "name": "Topic", "type": "short_text"},
    ]
    assert (await brand.admin.patch(f"/templates/{template}", 1, {"inputFields": inputs})).status_code == 200
    edited = await brand.editor.patch(f"/contents/{content['id']}", 1, {"fields": {"topic": "Snow"}})
    assert edited.status_code == 200, edited.text
    assert edited.json()["data"]["fields"] == {"kind": "two", "topic": "Snow"}
