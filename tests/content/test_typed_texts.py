"""Plain texts stay as they are typed, HTML is sanitised, and the answer tells what that removed."""

import json
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

TYPED: Final[list[str]] = json.loads((Path(__file__).parents[1] / "cases" / "typed_texts.json").read_text())
PASTED: Final = (
    '<ul><li>One</li><li onclick=x>Two</li></ul><script>x</script><a href="javascript:x">y</a><p class=z>z</p>'
)
CLEAN: Final = "<p>One</p><p>Two</p><p>y</p><p>z</p>"
REMOVED: Final = {
    "elements": ["ul", "li", "script"],
    "attributes": ["class"],
    "links": ["javascript:x"],
}
INPUTS: Final = [
    {"id": "line", "name": "Line", "type": "short_text"},
    {"id": "lines", "name": "Lines", "type": "long_text"},
    {"id": "rich", "name": "Rich", "type": "rich_text"},
    {"id": "labels", "name": "Labels", "type": "tags"},
    {"id": "choice", "name": "Choice", "type": "select", "choices": [{"label": "A & B", "value": "<a> & <b>"}]},
]
OUTPUTS: Final = [
    {"id": "headline", "name": "Headline", "type": "plain_text"},
    {"id": "text", "name": "Text", "type": "html"},
    {"id": "faq", "name": "FAQ", "type": "faq"},
]


async def template_of(brand: Brand) -> str:
    wished = {
        "brandId": brand.id,
        "name": "All kinds <of> fields & more",
        "contentType": "article",
        "inputFields": INPUTS,
        "outputFields": OUTPUTS,
    }
    response = await brand.admin.post("/templates", wished)
    assert response.status_code == 201, response.text
    assert response.json()["data"]["name"] == wished["name"]
    return response.json()["data"]["id"]


async def create(brand: Brand, **content: Any) -> dict[str, Any]:
    response = await brand.editor.post("/contents", {"brandId": brand.id, "title": uuid4().hex} | content)
    assert response.status_code == 201, response.text
    return response.json()


def removed_in(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    told = answer["meta"].get("sanitised", [])
    return {each["path"]: {name: value for name, value in each.items() if name != "path"} for each in told}


async def test_plain_fields_keep_what_was_typed(world: World) -> None:
    brand = await world.brand()
    template = await template_of(brand)
    for typed in TYPED:
        fields = {"line": typed, "lines": typed, "headline": typed, "labels": [typed[:50]], "choice": "<a> & <b>"}
        answer = await create(brand, templateId=template, fields=fields, excerpt=typed)
        content = answer["data"]
        assert (content["fields"], content["excerpt"]) == (fields, typed)
        assert removed_in(answer) == {}
        assert set(content["plainTexts"]) == {
            "excerpt", "fields.line", "fields.lines", "fields.headline", "fields.labels", "fields.choice"
        }  # fmt: skip
        read = (await brand.viewer.get(f"/contents/{content['id']}")).json()["data"]
        assert (read["fields"], read["plainTexts"]) == (fields, content["plainTexts"])


async def test_html_fields_are_sanitised_and_the_answer_tells(world: World) -> None:
    brand = await world.brand()
    template = await template_of(brand)
    faq = {"entries": [{"id": "1", "question": "A & <b>?", "answerHtml": PASTED, "answerPlain": "a < b"}]}
    answer = await create(
        brand, templateId=template, fields={"rich": PASTED, "text": PASTED, "faq": faq, "line": PASTED}, body=PASTED
    )
    content = answer["data"]
    assert (content["body"], content["fields"]["rich"], content["fields"]["text"]) == (CLEAN, CLEAN, CLEAN)
    assert content["fields"]["line"] == PASTED
    assert content["fields"]["faq"]["entries"][0]["answerHtml"] == CLEAN
    assert content["fields"]["faq"]["entries"][0]["answerPlain"] == "a < b"
    assert content["plainTexts"] == ["fields.line"]
    removed = removed_in(answer)
    assert set(removed) == {"body", "fields.rich", "fields.text", "fields.faq"}
    assert removed["body"] == removed["fields.rich"] == removed["fields.text"] == REMOVED
    assert removed["fields.faq"]["links"] == REMOVED["links"]
    # HTML is escaped where it has no tag: what is stored may stand in a page.
    plain = await create(brand, templateId=template, fields={"text": "a < b & c"}, body="a < b & c")
    assert (plain["data"]["fields"]["text"], plain["data"]["body"]) == ("a &lt; b &amp; c", "a &lt; b &amp; c")
    assert removed_in(plain) == {}


async def test_changes_are_told_and_keep_the_kinds(world: World) -> None:
    brand = await world.brand()
    template = await template_of(brand)
    content = (await create(brand, templateId=template, fields={"line": TYPED[0], "lines": "some text"}))["data"]
    path = f"/contents/{content['id']}"
    changed = (
        await brand.editor.patch(path, 1, {"fields": {"text": PASTED, "lines": TYPED[4]}, "excerpt": "a & b"})
    ).json()
    assert changed["data"]["fields"] == {"line": TYPED[0], "lines": TYPED[4], "text": CLEAN}
    assert changed["data"]["plainTexts"] == ["excerpt", "fields.line", "fields.lines"]
    assert removed_in(changed) == {"fields.text": REMOVED}
    # The same again is no change, and a text without brackets needs no mark.
    again = (await brand.editor.patch(path, 2, {"fields": {"text": PASTED, "line": TYPED[0]}})).json()
    assert (again["data"]["version"], removed_in(again)) == (2, {"fields.text": REMOVED})
    short = (await brand.editor.patch(path, 2, {"fields": {"line": "none", "lines": None}, "excerpt": "none"})).json()
    assert short["data"]["plainTexts"] == []
    restored = await brand.editor.post(f"{path}/versions/2/restore", {})
    assert restored.status_code == 200, restored.text
    assert restored.json()["data"]["fields"] == changed["data"]["fields"]
    assert restored.json()["data"]["plainTexts"] == changed["data"]["plainTexts"]
    copy = (await brand.editor.post(f"{path}/duplicate", {})).json()["data"]
    assert (copy["fields"], copy["plainTexts"]) == (changed["data"]["fields"], changed["data"]["plainTexts"])
    versions = f"{path}/versions/compare"
    compared = (await brand.editor.get(versions, **{"from": "2", "to": "3"})).json()["data"]["changes"]
    assert {change["field"] for change in compared} == {"fields.line", "fields.lines", "excerpt"}


async def test_without_a_template_a_tag_of_html_makes_html(world: World) -> None:
    brand = await world.brand()
    fields = {
        "a": "Emil <emil@x.test>",
        "b": "<https://example.com>",
        "c": "1 << 2 && <3",
        "d": PASTED,
        "e": "<x onclick=a>x",
    }
    answer = await create(brand, fields=fields)
    content = answer["data"]
    assert content["fields"] == fields | {"d": CLEAN, "e": "x"}
    assert content["plainTexts"] == ["fields.a", "fields.b", "fields.c"]
    assert removed_in(answer) == {"fields.d": REMOVED, "fields.e": {"elements": ["x"], "attributes": [], "links": []}}
    # A text may become HTML, and the other way round.
    changed = await brand.editor.patch(
        f"/contents/{content['id']}", 1, {"fields": {"a": "<b>x</b>", "d": "<d@x.test>"}}
    )
    assert changed.json()["data"]["fields"]["a"] == "<strong>x</strong>"
    assert changed.json()["data"]["plainTexts"] == ["fields.b", "fields.c", "fields.d"]


async def test_many_at_once_tell_as_well(world: World) -> None:
    brand = await world.brand()
    template = await template_of(brand)
    made = [(await create(brand, templateId=template))["data"]["id"] for _ in range(2)]
    changes = {"fields": {"text": PASTED, "line": PASTED}, "excerpt": TYPED[0]}
    bulk = (
        await brand.editor.post("/contents/bulk", {"contentIds": made, "operation": "update", "changes": changes})
    ).json()
    assert bulk["data"]["succeeded"] == 2
    assert removed_in(bulk) == {"fields.text": REMOVED}
    for content_id in made:
        item = (await brand.editor.get(f"/contents/{content_id}")).json()["data"]
        assert (item["fields"], item["excerpt"]) == ({"text": CLEAN, "line": PASTED}, TYPED[0])


async def test_imports_and_streams_tell_by_line(world: World) -> None:
    brand = await world.brand()
    template = await template_of(brand)
    rows = [
        {"title": "One", "fields": {"line": TYPED[0]}},
        {"title": "Two", "fields": {"text": PASTED}, "body": PASTED},
    ]
    for is_dry_run in (True, False):
        request = {"brandId": brand.id, "templateId": template, "data": rows, "dryRun": is_dry_run}
        report = (await brand.editor.post("/contents/import", request)).json()["data"]
        assert report["problems"] == []
        assert report["sanitised"] == [
            {"line": 2, "removed": {"path": path} | REMOVED} for path in ("body", "fields.text")
        ]
    first = (await brand.editor.get(f"/contents/{report['contentIds'][0]}")).json()["data"]
    assert (first["fields"]["line"], first["plainTexts"]) == (TYPED[0], ["fields.line"])
    lines = [json.dumps({"brandId": brand.id, "templateId": template} | row) for row in rows]
    headers = {"Content-Type": "application/x-ndjson"}
    async with brand.editor.http.stream(
        "POST", "/contents/stream", content="\n".join(lines), headers=headers
    ) as answer:
        results = [json.loads(line) async for line in answer.aiter_lines()]
    assert [result.get("sanitised") for result in results[:2]] == [
        None, [{"path": path} | REMOVED for path in ("body", "fields.text")]
    ]  # fmt: skip


async def test_csv_comes_back_as_it_went(world: World) -> None:
    brand = await world.brand()
    template = await template_of(brand)
    for typed in TYPED:
        await create(brand, templateId=template, fields={"line": typed}, excerpt=typed)
    export = (await brand.admin.get("/contents/export", brandId=brand.id, format="csv")).text
    other = await world.brand()
    request = {"brandId": other.id, "format": "csv", "data": export}
    report = await other.editor.post("/contents/import", request)
    assert report.status_code == 200, report.text
    found = [
        (await other.editor.get(f"/contents/{each}")).json()["data"]["excerpt"]
        for each in report.json()["data"]["contentIds"]
    ]
    assert sorted(found) == sorted(typed.strip() for typed in TYPED)


async def test_comments_tell(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    added = (await brand.editor.post(path, {"body": PASTED})).json()
    assert (added["data"]["body"], removed_in(added)) == (CLEAN, {"body": REMOVED})
    plain = (await brand.editor.post(path, {"body": "a < b & c"})).json()
    assert (plain["data"]["body"], removed_in(plain)) == ("a &lt; b &amp; c", {})


async def test_rows_of_before_stay_what_they_were(world: World) -> None:
    """Texts that were stored as HTML before there were kinds stay HTML until another text is written."""
    brand = await world.brand()
    template = await template_of(brand)
    content = (await create(brand, templateId=template, fields={"headline": "x"}))["data"]
    world.rows(
        "update public.contents set fields = fields || %s, excerpt = %s, plain_texts = '{}' where id = %s",
        json.dumps({"headline": "Tom &amp; Jerry <strong>x</strong>"}), "R &amp; D", content["id"],
    )  # fmt: skip
    path = f"/contents/{content['id']}"
    version = (await brand.editor.get(path)).json()["data"]["version"]
    kept_fields = {"headline": "Tom &amp; Jerry <strong>x</strong>", "line": "new"}
    same: dict[str, Any] = {"fields": kept_fields, "excerpt": "R &amp; D"}
    kept = (await brand.editor.patch(path, version, same)).json()["data"]
    assert (kept["fields"]["headline"], kept["plainTexts"]) == (same["fields"]["headline"], [])
    typed = (await brand.editor.patch(path, version + 1, {"fields": {"headline": "Tom & Jerry <b>"}})).json()["data"]
    assert (typed["fields"]["headline"], typed["plainTexts"]) == ("Tom & Jerry <b>", ["fields.headline"])


async def test_bounds_hold_for_what_is_stored(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "T"}
    assert_problem(await brand.editor.post("/contents", body | {"body": "&" * 150_000}), 400, "VALIDATION_ERROR")
    assert_problem(
        await brand.editor.post("/contents", body | {"fields": {"a": "<p>" + "&" * 150_000}}), 400, "VALIDATION_ERROR"
    )
    assert (await brand.editor.post("/contents", body | {"body": "a" * 200_000})).status_code == 201


async def test_highlights_of_a_search_escape_what_was_typed(world: World) -> None:
    brand = await world.brand()
    word = f"zebra{uuid4().hex[:8]}"
    await create(brand, excerpt=f"{word} <img src=x onerror=alert(1)> & <b>x</b>")
    [hit] = (await brand.editor.get("/contents/search", q=word, brandId=brand.id)).json()["data"]
    assert "<img" not in hit["textHighlight"]
    assert f"<mark>{word}</mark>" in hit["textHighlight"]


async def test_default_values_of_templates_are_clean(world: World) -> None:
    """Contents get them without their writer."""
    brand = await world.brand()
    faq = {"entries": [{"id": "1", "question": "a < b", "answerHtml": PASTED, "answerPlain": "a < b"}]}
    wished = {
        "brandId": brand.id,
        "name": "Defaults",
        "contentType": "article",
        "inputFields": [
            {"id": "rich", "name": "Rich", "type": "rich_text", "defaultValue": PASTED},
            {"id": "line", "name": "Line", "type": "short_text", "defaultValue": TYPED[4]},
        ],
        "outputFields": [{"id": "faq", "name": "FAQ", "type": "faq", "defaultValue": faq}],
    }
    answer = (await brand.admin.post("/templates", wished)).json()
    rich, line = answer["data"]["inputFields"]
    assert (rich["defaultValue"], line["defaultValue"]) == (CLEAN, TYPED[4])
    assert answer["data"]["outputFields"][0]["defaultValue"]["entries"][0]["answerHtml"] == CLEAN
    assert removed_in(answer) == {"rich.defaultValue": REMOVED}
