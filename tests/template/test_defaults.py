"""Tests of default values: where they are applied, that conditions see them, and that what people gave counts."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.support.world import Brand, World
from tests.tenancy.poison.planting import corrupt

pytestmark = pytest.mark.anyio

INPUTS: list[dict[str, Any]] = [
    {"id": "tone", "name": "Tone", "type": "short_text", "defaultValue": "calm"},
    {"id": "count", "name": "Count", "type": "number", "defaultValue": 0},
    {"id": "shown", "name": "Shown", "type": "boolean", "defaultValue": False},
    {"id": "tags", "name": "Tags", "type": "tags", "defaultValue": ["winter"]},
    {"id": "topic", "name": "Topic", "type": "short_text"},
]
OUTPUTS: list[dict[str, Any]] = [
    {"id": "body", "name": "Body", "type": "html", "defaultValue": "<p>Hello</p>", "aiAutoComplete": False},
    {"id": "headline", "name": "Headline", "type": "plain_text"},
]
DEFAULTS = {"tone": "calm", "count": 0, "shown": False, "tags": ["winter"], "body": "<p>Hello</p>"}


async def made(brand: Brand, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]] = OUTPUTS) -> dict[str, Any]:
    wished = {
        "brandId": brand.id, "name": f"T {uuid4().hex}", "contentType": "article", "inputFields": inputs,
        "outputFields": outputs,
    }  # fmt: skip
    response = await brand.admin.post("/templates", wished)
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def created(brand: Brand, template: str, fields: dict[str, Any]) -> dict[str, Any]:
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": fields}
    response = await brand.editor.post("/contents", draft)
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def test_a_new_content_has_them_and_what_is_given_counts(world: World) -> None:
    brand = await world.brand()
    template = (await made(brand, INPUTS))["id"]
    assert (await created(brand, template, {}))["fields"] == DEFAULTS
    given = {"tone": "loud", "count": 5, "shown": None, "tags": []}
    content = await created(brand, template, given)
    assert content["fields"] == {"tone": "loud", "count": 5, "tags": [], "body": "<p>Hello</p>"}
    # A field that was emptied stays empty.
    changed = await brand.editor.patch(f"/contents/{content['id']}", 1, {"fields": {"tone": None}})
    assert "tone" not in changed.json()["data"]["fields"]
    changed = await brand.editor.patch(f"/contents/{content['id']}", 2, {"title": "y"})
    assert "tone" not in changed.json()["data"]["fields"]
    copy = await brand.editor.post(f"/contents/{content['id']}/duplicate", {})
    assert "tone" not in copy.json()["data"]["fields"]


async def test_every_way_to_create_contents(world: World) -> None:
    brand = await world.brand()
    template = (await made(brand, INPUTS))["id"]
    rows = {
        "brandId": brand.id,
        "templateId": template,
        "format": "csv",
        "data": "title,fields.topic,fields.tone\nOne,Snow,\n",
    }
    report = (await brand.editor.post("/contents/import", rows)).json()["data"]
    assert report["created"] == 1, report
    content = (await brand.editor.get(f"/contents/{report['contentIds'][0]}")).json()["data"]
    assert content["fields"] == DEFAULTS | {"topic": "Snow"}
    line = json.dumps({"brandId": brand.id, "templateId": template, "title": "Two", "fields": {"tone": "loud"}})
    answer = await brand.editor.http.post(
        "/contents/stream", content=line + "\n", headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 200, answer.text
    lines = [json.loads(each) for each in answer.text.splitlines()]
    [done] = [each for each in lines if each.get("type") == "result" or "contentId" in each]
    content = (await brand.editor.get(f"/contents/{done['contentId']}")).json()["data"]
    assert content["fields"] == DEFAULTS | {"tone": "loud"}


async def test_contents_from_before_keep_their_values(world: World) -> None:
    brand = await world.brand()
    template = await made(brand, [field | {"defaultValue": None} for field in INPUTS], [OUTPUTS[1]])
    before = await created(brand, template["id"], {"topic": "Snow"})
    assert before["fields"] == {"topic": "Snow"}
    later = await brand.admin.patch(f"/templates/{template['id']}", 1, {"inputFields": INPUTS})
    assert later.status_code == 200, later.text
    path = f"/contents/{before['id']}"
    assert (await brand.editor.patch(path, 1, {"fields": {"topic": "Ice"}})).json()["data"]["fields"] == {
        "topic": "Ice"
    }
    assert (await created(brand, template["id"], {}))["fields"]["tone"] == "calm"
    # And so does a change of a default value.
    louder = [INPUTS[0] | {"defaultValue": "loud"}, *INPUTS[1:]]
    later = await brand.admin.patch(f"/templates/{template['id']}", 2, {"inputFields": louder})
    assert later.status_code == 200, later.text
    assert (await created(brand, template["id"], {}))["fields"]["tone"] == "loud"


async def test_conditions_see_them(world: World) -> None:
    brand = await world.brand()
    inputs: list[dict[str, Any]] = [
        {"id": "kind", "name": "Kind", "type": "short_text", "defaultValue": "launch"},
        {
            "id": "when", "name": "When", "type": "datetime", "required": True,
            "conditional": {"field": "kind", "operator": "eq", "value": "launch"},
        },
        {
            "id": "why", "name": "Why", "type": "short_text", "defaultValue": "because",
            "conditional": {"field": "kind", "operator": "ne", "value": "launch"},
        },
        {
            "id": "deep", "name": "Deep", "type": "short_text", "defaultValue": "deeper",
            "conditional": {"field": "why", "operator": "not_empty"},
        },
    ]  # fmt: skip
    template = (await made(brand, inputs, [OUTPUTS[1]]))["id"]
    content = await created(brand, template, {})
    assert content["fields"] == {"kind": "launch"}
    path = f"/contents/{content['id']}"
    error = (await brand.editor.post(f"{path}/submit")).json()["error"]
    assert [item["field"] for item in error["details"]] == ["fields.when"]
    # Fields that an edit shows begin with their defaults, or with the values of the edit.
    shown = (await brand.editor.patch(path, 1, {"fields": {"kind": "recall"}})).json()["data"]["fields"]
    assert shown == {"kind": "recall", "why": "because", "deep": "deeper"}
    emptied = (await brand.editor.patch(path, 2, {"fields": {"why": None}})).json()["data"]["fields"]
    assert emptied == {"kind": "recall"}
    hidden = (await brand.editor.patch(path, 3, {"fields": {"kind": "launch"}})).json()["data"]["fields"]
    assert hidden == {"kind": "launch"}
    given = {"fields": {"kind": "recall", "why": "given"}}
    assert (await brand.editor.patch(path, 4, given)).json()["data"]["fields"] == {
        "kind": "recall", "why": "given", "deep": "deeper",
    }  # fmt: skip
    assert (await created(brand, template, {"kind": "recall", "deep": None}))["fields"] == {
        "kind": "recall", "why": "because",
    }  # fmt: skip


async def test_plain_ones_that_an_edit_shows_are_texts_as_typed(world: World) -> None:
    """A new content lists them as well: readers escape what is listed, and take all else for clean HTML."""
    brand = await world.brand()
    condition = {"field": "topic", "operator": "eq", "value": "show"}
    poison = "<img src=x onerror=alert(1)>"
    outputs: list[dict[str, Any]] = [
        {"id": key, "name": key, "type": kind, "defaultValue": value, "conditional": condition}
        for key, kind, value in (
            ("poison", "plain_text", poison),
            ("ampersand", "plain_text", "Salt & pepper"),
            ("given", "plain_text", poison),
            ("emptied", "plain_text", poison),
            ("harmless", "plain_text", "none"),
            ("rich", "html", "<p>a &amp; b</p>"),
        )
    ]
    template = (await made(brand, [INPUTS[4]], outputs))["id"]
    listed = ["fields.ampersand", "fields.poison"]
    assert set((await created(brand, template, {"topic": "show"}))["plainTexts"]) >= set(listed)
    for is_autosave in (False, True):
        content = await created(brand, template, {"topic": "hide"})
        assert (content["fields"], content["plainTexts"]) == ({"topic": "hide"}, [])
        answer = await brand.editor.http.patch(
            f"/contents/{content['id']}",
            params={"autosave": str(is_autosave).lower()},
            json={"fields": {"topic": "show", "given": "x", "emptied": None}},
            headers={"If-Match": '"1"'},
        )
        shown = answer.json()["data"]
        assert shown["fields"] == {
            "topic": "show", "poison": poison, "ampersand": "Salt & pepper", "given": "x", "harmless": "none",
            "rich": "<p>a &amp; b</p>",
        }  # fmt: skip
        assert shown["plainTexts"] == listed
    # Also many at once, and beside a text that was sent.
    content = await created(brand, template, {"topic": "hide"})
    changes = {"fields": {"topic": "show", "given": "1 < 2"}}
    bulk = {"contentIds": [content["id"]], "operation": "update", "changes": changes}
    assert (await brand.editor.post("/contents/bulk", bulk)).json()["data"]["succeeded"] == 1
    shown = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert shown["plainTexts"] == ["fields.ampersand", "fields.emptied", "fields.given", "fields.poison"]


async def test_ai_is_told_them_where_there_is_no_content(world: World) -> None:
    brand = await world.brand()
    inputs = [INPUTS[0] | {"required": True}]
    outputs = [{"id": "headline", "name": "Headline", "aiPrompt": "A headline in the tone {{tone}}"}]
    template = (await made(brand, inputs, outputs))["id"]
    asked = {"brandId": brand.id, "templateId": template}
    events = [event async for event in brand.editor.stream("/ai/generate", asked)]
    assert events[-1][0] == "completed", events[-1]
    prompt = world.rows(
        "select coalesce(jsonb_agg(to_jsonb(generation)), '[]')::text as told from public.ai_generations as generation "
        "where brand_id = %s",
        brand.id,
    )[0]["told"]
    assert "calm" in prompt


async def test_html_in_them_is_cleaned_as_contents_are(world: World) -> None:
    brand = await world.brand()
    poison = '<p onclick="x()">Hi<script>alert(1)</script></p><a href="javascript:x">y</a>'
    outputs = [{"id": "body", "name": "Body", "type": "html", "defaultValue": poison}]
    template = await made(brand, [INPUTS[4]], outputs)
    stored = template["outputFields"][0]["defaultValue"]
    assert "script" not in stored
    assert "onclick" not in stored
    assert (await created(brand, template["id"], {}))["fields"] == {"body": stored}
    # One that was stored before default values had a use was not cleaned: it is used once a user saves it.
    old = [{"id": "body", "name": "Body", "type": "html", "defaultValue": poison}]
    corrupt(
        world.database,
        "templates",
        {"id": template["id"]},
        {"output_fields": json.dumps(old), "markup_version": "0"},
    )
    assert (await created(brand, template["id"], {}))["fields"] == {}
    renamed = await brand.admin.patch(f"/templates/{template['id']}", 1, {"name": f"T {uuid4().hex}"})
    assert renamed.status_code == 200, renamed.text
    assert (await created(brand, template["id"], {}))["fields"] == {}
    half = await brand.admin.patch(f"/templates/{template['id']}", 2, {"inputFields": [INPUTS[4]]})
    assert half.status_code == 200, half.text
    assert (await created(brand, template["id"], {}))["fields"] == {}
    whole = await brand.admin.patch(f"/templates/{template['id']}", 3, {"outputFields": old})
    assert whole.status_code == 200, whole.text
    assert (await created(brand, template["id"], {}))["fields"] == {"body": stored}
