"""Every type of field: which values it takes, when, and which templates cannot work."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

OUTPUT = {"id": "body", "name": "Body", "type": "html"}
CHOICES = [{"label": "One", "value": "one"}, {"label": "Two", "value": "two"}]


async def template_with(brand: Brand, *inputs: dict[str, Any], outputs: list[dict[str, Any]] | None = None) -> str:
    fields = [{"name": field["id"].title()} | field for field in inputs]
    wished = {
        "brandId": brand.id,
        "name": f"T {uuid4().hex}",
        "contentType": "article",
        "inputFields": fields,
        "outputFields": outputs or [OUTPUT],
    }
    response = await brand.admin.post("/templates", wished)
    assert response.status_code == 201, response.text
    return response.json()["data"]["id"]


# The field, what it takes, and what a save refuses.
TYPES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "short_text"}, ["abc", "x" * 255, "ab"], [7, True, ["a"], "x" * 256]),
    ({"type": "short_text", "maxLength": 5}, ["12345"], ["123456"]),
    ({"type": "short_text", "validation": {"pattern": "[A-Z]{2}[0-9]{4}"}},
     ["AB1234"], ["AB12345", "xAB1234", "ab1234"]),
    ({"type": "long_text", "maxWords": 3}, ["one two three"], ["one two three four", "x" * 5001]),
    ({"type": "rich_text", "maxLength": 5}, ["<p><strong>12345</strong></p>", "<p>a&amp;b</p>"], ["<p>123456</p>"]),
    ({"type": "number", "validation": {"min": 1, "max": 10}, "step": 0.5}, [1, 10, 2.5], ["1", 0.5, 10.5, 1.3, True]),
    ({"type": "date"}, ["2026-02-28"], ["2026-02-30", "28.02.2026", 20260228, "2026-02-28T00:00:00Z"]),
    ({"type": "date", "disablePast": True}, ["2999-01-01"], ["2020-01-01"]),
    ({"type": "datetime", "disableFuture": True}, ["2020-01-01T10:00:00Z", "2020-01-01T10:00:00.5+02:00"],
     ["2999-01-01T00:00:00Z", "2020-01-01", "2020-01-01T10:00:00", "2020-13-01T10:00:00Z"]),
    ({"type": "select", "choices": CHOICES}, ["one"], ["three", ["one"], 1]),
    ({"type": "multiselect", "choices": CHOICES}, [["one"], ["two", "one"]], ["one", ["three"], ["one", "one"], [1]]),
    ({"type": "boolean"}, [True, False], ["true", 1]),
    ({"type": "tags", "maxTags": 2}, [["a", "b"]], [["a", "b", "c"], ["a", "a"], "a", ["x" * 51]]),
    ({"type": "url"}, ["https://a.test/x?y=1"],
     ["http://a.test", "https://", "javascript:alert(1)", "https://a b.test"]),
    ({"type": "recipe_url"}, ["https://a.test/soup"], ["ftp://a.test"]),
    ({"type": "email"}, ["a@b.test"], ["a@b", "a b@c.test", "a@@b.test", "@b.test"]),
    ({"type": "slug", "prefix": "x-", "maxLength": 6}, ["x-abc"], ["abc", "x-ABC", "x-abcd2", "x_abc"]),
    ({"type": "file"}, [], ["a", {"fileId": "x"}, {"fileId": "00000000-0000-7000-8000-ffffffffffff"}, {"url": "x"}]),
    ({"type": "product_selector"}, [], ["x", "00000000-0000-7000-8000-ffffffffffff", [], ["x"]]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "good", "bad"), TYPES, ids=[str(case[0]) for case in TYPES])
async def test_type(world: World, field: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    brand = await world.brand()
    template = await template_with(brand, {"id": "value"} | field)
    draft = {"brandId": brand.id, "templateId": template, "title": "x"}
    for value in good:
        response = await brand.editor.post("/contents", draft | {"fields": {"value": value}})
        assert response.status_code == 201, f"{value!r}: {response.text}"
        assert response.json()["data"]["fields"] == {"value": value}
    for value in bad:
        if value == []:  # blank: nothing was chosen
            continue
        error = assert_problem(
            await brand.editor.post("/contents", draft | {"fields": {"value": value}}), 400, "VALIDATION_ERROR"
        )
        assert error["details"][0]["field"] == "fields.value", value


async def test_files_and_products_are_those_of_the_brand(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    template = await template_with(
        brand,
        {"id": "picture", "type": "image", "maxSizeMB": 1},
        {"id": "products", "type": "product_selector", "allowMultiple": True},
    )
    files: dict[str, str] = {}
    products: dict[str, str] = {}
    for tenant in (brand, other):
        for name, mime, size in (
            ("ok", "image/png", 1000),
            ("big", "image/png", 2_000_000),
            ("pdf", "application/pdf", 9),
        ):
            query = (
                "insert into public.files (brand_id, path, name, mime_type, size_bytes) "
                "values (%s, '', %s, %s, %s) returning id::text"
            )
            suffix = "pdf" if name == "pdf" else "png"
            files[f"{tenant.id}/{name}"] = world.rows(query, tenant.id, f"{name}.{suffix}", mime, size)[0]["id"]
        master = world.rows("insert into public.master_claim_brands (name) values (%s) returning id", uuid4().hex)
        world.rows(
            "insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id) values (%s, %s)",
            tenant.id,
            master[0]["id"],
        )
        products[tenant.id] = world.rows(
            "insert into public.products (master_claim_brand_id, name) values (%s, 'P') returning id::text",
            master[0]["id"],
        )[0]["id"]
    draft = {"brandId": brand.id, "templateId": template, "title": "x"}
    good = {"picture": {"fileId": files[f"{brand.id}/ok"], "altText": "A"}, "products": [products[brand.id]]}
    created = await brand.editor.post("/contents", draft | {"fields": good})
    assert created.status_code == 201, created.text
    for bad in (
        {"picture": {"fileId": files[f"{brand.id}/big"]}},
        {"picture": {"fileId": files[f"{brand.id}/pdf"]}},
        {"picture": {"fileId": files[f"{other.id}/ok"]}},
        {"products": [products[other.id]]},
    ):
        assert_problem(await brand.editor.post("/contents", draft | {"fields": bad}), 400, "VALIDATION_ERROR")
    # In another brand they point at nothing: they stay behind.
    world.join(brand.editor, other.id, "editor")
    path = f"/contents/{created.json()['data']['id']}/duplicate"
    copy = (await brand.editor.post(path, {"brandId": other.id})).json()["data"]
    assert (copy["fields"], copy["templateId"], copy["parentId"]) == ({}, None, None)


async def test_faq_and_other_outputs(world: World) -> None:
    brand = await world.brand()
    outputs = [
        {"id": "faq", "name": "Faq", "type": "faq"},
        {"id": "intro", "name": "Intro", "type": "plain_text", "maxLength": 10},
    ]
    template = await template_with(brand, {"id": "topic", "type": "short_text"}, outputs=outputs)
    draft = {"brandId": brand.id, "templateId": template, "title": "x"}
    faq = {"entries": [{"id": "1", "question": "Why?", "answerHtml": "<p>So</p>", "answerPlain": "So"}]}
    assert (await brand.editor.post("/contents", draft | {"fields": {"faq": faq}})).status_code == 201
    for bad in (
        {"faq": "x"},
        {"faq": {"entries": [{"question": 1}]}},
        {"faq": faq | {"sections": []}},
        {"intro": "x" * 11},
    ):
        assert_problem(await brand.editor.post("/contents", draft | {"fields": bad}), 400, "VALIDATION_ERROR")


async def test_drafts_may_be_incomplete_submissions_may_not(world: World) -> None:
    brand = await world.brand()
    template = await template_with(
        brand,
        {"id": "topic", "type": "short_text", "required": True, "minLength": 5},
        {"id": "site", "type": "url"},
    )
    draft = {"brandId": brand.id, "templateId": template, "title": "x"}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    path = f"/contents/{content['id']}"
    error = assert_problem(await brand.editor.post(f"{path}/submit"), 400, "VALIDATION_ERROR")
    assert error["details"][0] == {
        "field": "fields.topic", "code": "REQUIRED_FIELD_MISSING", "message": "Topic is required"
    }  # fmt: skip
    # Half a word and half an address are autosaved, and are refused when the user saves them.
    typing = {"fields": {"topic": "Sn", "site": "https:/"}}
    assert_problem(await brand.editor.patch(path, 1, typing), 400, "VALIDATION_ERROR")
    autosaved = await brand.editor.http.patch(
        path, params={"autosave": "true"}, json=typing, headers={"If-Match": '"1"'}
    )
    assert (autosaved.status_code, autosaved.json()["data"]["minorVersion"]) == (200, 1)
    error = assert_problem(await brand.editor.post(f"{path}/submit"), 400, "VALIDATION_ERROR")
    assert {item["field"] for item in error["details"]} == {"fields.topic", "fields.site"}
    whole = {"fields": {"topic": "Snowflake", "site": None}}
    saved = await brand.editor.patch(path, 2, whole)
    assert saved.json()["data"]["fields"] == {"topic": "Snowflake"}
    assert (await brand.editor.post(f"{path}/submit")).json()["data"]["status"] == "pending_review"


CONDITIONS: list[tuple[dict[str, Any], Any, Any]] = [
    # condition on `a`, a value that shows `b`, one that hides it
    ({"operator": "eq", "value": "yes"}, "yes", "nope"),
    ({"operator": "ne", "value": "yes"}, "nope", "yes"),
    ({"operator": "in", "value": ["yes", "maybe"]}, "maybe", "nope"),
    ({"operator": "not_in", "value": ["nope"]}, "yes", "nope"),
    ({"operator": "contains", "value": "ES"}, "yes", "nope"),
    ({"operator": "gt", "value": "m"}, "yes", "ape"),
    ({"operator": "lte", "value": "m"}, "ape", "yes"),
    ({"operator": "not_empty"}, "yes", None),
    ({"operator": "empty"}, None, "yes"),
]


@pytest.mark.parametrize(("condition", "shown", "hidden"), CONDITIONS, ids=[case[0]["operator"] for case in CONDITIONS])
async def test_a_hidden_field_is_dropped_and_not_required(
    world: World, condition: dict[str, Any], shown: Any, hidden: Any
) -> None:
    brand = await world.brand()
    template = await template_with(
        brand,
        {"id": "a", "type": "short_text"},
        {"id": "b", "type": "short_text", "required": True, "conditional": {"field": "a"} | condition},
        # Hidden with b, on which it depends.
        {"id": "c", "type": "short_text", "conditional": {"field": "b", "operator": "not_empty"}},
    )
    draft = {"brandId": brand.id, "templateId": template, "title": "x"}
    for value, kept in ((shown, {"b": "bbb", "c": "ccc"}), (hidden, {})):
        fields = {"b": "bbb", "c": "ccc"} | ({} if value is None else {"a": value})
        content = (await brand.editor.post("/contents", draft | {"fields": fields})).json()["data"]
        assert {key: content["fields"][key] for key in content["fields"] if key != "a"} == kept
    required = await brand.editor.post("/contents", draft | {"fields": {} if shown is None else {"a": shown}})
    path = f"/contents/{required.json()['data']['id']}/submit"
    assert assert_problem(await brand.editor.post(path), 400, "VALIDATION_ERROR")["details"][0]["field"] == "fields.b"
    fields = {} if hidden is None else {"a": hidden}
    optional = (await brand.editor.post("/contents", draft | {"fields": fields})).json()["data"]
    submitted = await brand.editor.post(f"/contents/{optional['id']}/submit")
    assert submitted.status_code == 200, submitted.text


def field(field_id: str, **more: Any) -> dict[str, Any]:
    return {"id": field_id, "name": field_id, "type": "short_text"} | more


BROKEN: list[tuple[list[dict[str, Any]], str]] = [
    ([field("a", conditional={"field": "nowhere", "operator": "empty"})], "inputFields.a.conditional"),
    ([field("a", conditional={"field": "a", "operator": "empty"})], "inputFields.a.conditional"),
    (
        [
            field("a", conditional={"field": "b", "operator": "empty"}),
            field("b", conditional={"field": "c", "operator": "empty"}),
            field("c", conditional={"field": "a", "operator": "empty"}),
        ],
        "inputFields.a.conditional",
    ),
    ([field("a", validation={"pattern": "("})], "inputFields.0.validation.pattern"),
    ([field("a", validation={"pattern": "(a+)+"})], "inputFields.0.validation.pattern"),
    ([field("a", validation={"pattern": r"(a)\1"})], "inputFields.0.validation.pattern"),
    ([field("a", validation={"pattern": "(?=a)b"})], "inputFields.0.validation.pattern"),
    ([field("a", validation={"pattern": "a{1000}"})], "inputFields.0.validation.pattern"),
    # The form is right, but the engine does not take it.
    ([field("a", validation={"pattern": "[z-a]"})], "inputFields.a.validation.pattern"),
    ([field("a", type="slug", sourceField="nowhere")], "inputFields.a.sourceField"),
    ([field("a", type="select")], "inputFields.0.choices"),
    ([field("a", type="select", choices=[CHOICES[0], CHOICES[0]])], "inputFields.0.choices"),
    ([field("a", type="boolean", maxLength=3)], "inputFields.0.maxLength"),
    ([field("a", minLength=9, maxLength=3)], "inputFields.0.minLength"),
    ([field("a", type="number", validation={"min": 9, "max": 3})], "inputFields.0.validation.min"),
    ([field("a", conditional={"field": "b", "operator": "like"}), field("b")], "inputFields.0.conditional.operator"),
    (
        [field("a", conditional={"field": "b", "operator": "in", "value": "x"}), field("b")],
        "inputFields.0.conditional.value",
    ),
    ([field("a", unknown=1)], "inputFields.0.unknown"),
]


@pytest.mark.parametrize(("inputs", "place"), BROKEN, ids=[str(case[0][0]) for case in BROKEN])
async def test_templates_that_cannot_work(world: World, inputs: list[dict[str, Any]], place: str) -> None:
    brand = await world.brand()
    wished = {"brandId": brand.id, "name": "T", "contentType": "article", "inputFields": inputs}
    error = assert_problem(
        await brand.admin.post("/templates", wished | {"outputFields": [OUTPUT]}), 400, "VALIDATION_ERROR"
    )
    assert place in {item["field"] for item in error["details"]}


async def test_ai_writes_no_field_that_is_not_for_it(world: World) -> None:
    """Not a hidden one, not one that is not to be completed, none at all where the template says so."""
    brand = await world.brand()
    outputs = [
        {"id": "headline", "name": "Headline", "aiPrompt": "A headline"},
        {"id": "byhand", "name": "By hand", "aiAutoComplete": False},
        {"id": "never", "name": "Never", "conditional": {"field": "topic", "operator": "eq", "value": "other"}},
    ]
    template = await template_with(brand, {"id": "topic", "type": "short_text"}, outputs=outputs)
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"topic": "Snow"}}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    events = [event async for event in brand.editor.stream("/ai/generate", {"contentId": content["id"]})]
    assert events[-1][0] == "completed", events[-1]
    fields = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]["fields"]
    assert set(fields) == {"topic", "headline"}
    assert (await brand.admin.patch(f"/templates/{template}", 1, {"aiEnabled": False})).status_code == 200
    assert_problem(await brand.editor.post("/ai/generate", {"contentId": content["id"]}), 409, "CONFLICT")
