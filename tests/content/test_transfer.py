"""Files in and files out: checked before anything is written, and the same afterwards."""

import csv
import io
import json
from typing import Any
from uuid import UUID

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

TEMPLATED = {"fields": {"topic": "Snow", "headline": "Snow falls"}}


def request(brand: Brand, data: Any, **more: Any) -> dict[str, Any]:
    return {"brandId": brand.id, "format": "json", "data": data} | more


def count(world: World, brand: Brand) -> int:
    return world.rows("select count(*) as n from public.contents where brand_id = %s", brand.id)[0]["n"]


async def test_json_ndjson_and_csv(world: World) -> None:
    brand = await world.brand()
    rows = [{"title": "One", "tags": ["a", "b"], **TEMPLATED}, {"title": "Two", "body": "<p>x</p><script>y</script>"}]
    for wanted, data in (
        ("json", rows),
        ("json", json.dumps(rows)),
        ("ndjson", "\n".join(map(json.dumps, rows))),
        (
            "csv",
            'title,tags,body,fields\nOne,a;b,,"{""topic"": ""Snow"", ""headline"": ""Snow falls""}"\nTwo,,<p>x</p>,\n',
        ),
    ):
        answer = await brand.editor.post("/contents/import", request(brand, data, format=wanted))
        assert answer.status_code == 200, answer.text
        report = answer.json()["data"]
        assert (report["rows"], report["created"], report["problems"]) == (2, 2, [])
        one, two = [(await brand.viewer.get(f"/contents/{each}")).json()["data"] for each in report["contentIds"]]
        assert (one["title"], one["tags"], one["fields"]) == ("One", ["a", "b"], TEMPLATED["fields"])
        assert two["body"] == "<p>x</p>"


async def test_columns_are_mapped_and_converted(world: World) -> None:
    brand = await world.brand()
    mapping = {
        "Headline": "title",
        "Labels": {"target": "tags", "as": "list"},
        "Price": {"target": "fields.price", "as": "number"},
        "New": {"target": "fields.isNew", "as": "boolean"},
        "Search": "metadata.metaTitle",
        "Due": "dueAt",
    }
    text = (
        "\ufeffHeadline,Labels,Price,New,Search,Due,Ignored\r\nSoap,a; b,12.5,yes,Buy soap,2030-01-01T00:00:00Z,x\r\n"
    )
    body = request(brand, text, format="csv", mapping=mapping, type="product_description")
    report = (await brand.editor.post("/contents/import", body)).json()["data"]
    item = (await brand.viewer.get(f"/contents/{report['contentIds'][0]}")).json()["data"]
    assert (item["title"], item["tags"], item["type"]) == ("Soap", ["a", "b"], "product_description")
    assert item["fields"] == {"price": 12.5, "isNew": True}
    assert (item["metadata"], item["dueAt"]) == ({"metaTitle": "Buy soap"}, "2030-01-01T00:00:00Z")


async def test_one_wrong_row_and_nothing_is_written(world: World) -> None:
    brand = await world.brand()
    template = {"templateId": brand.template_id}
    # Found by the models.
    rows = [{"title": "Good"}, {"title": "<b>"}, {"title": "x", "unknown": 1}, {"title": "y", "tags": "z" * 60}]
    error = assert_problem(await brand.editor.post("/contents/import", request(brand, rows)), 400, "VALIDATION_ERROR")
    assert {detail["field"].split(":")[0] for detail in error["details"]} == {"line 2", "line 3", "line 4"}
    rows = "title,price\nx,Ab\ny,5\n"
    mapping = {"title": "title", "price": {"target": "fields.price", "as": "number"}}
    body = request(brand, rows, format="csv", mapping=mapping)
    error = assert_problem(await brand.editor.post("/contents/import", body), 400, "VALIDATION_ERROR")
    assert error["details"] == [{"field": "line 2: price", "code": "INVALID_FORMAT", "message": "must be a number"}]
    # Found by the database.
    rows = [TEMPLATED | {"title": "Good"}, {"title": "Bad", "fields": {"nowhere": 1}}, {"slug": "s"}, {"slug": "s"}]
    body = request(brand, rows, **template)
    error = assert_problem(await brand.editor.post("/contents/import", body), 400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in error["details"]] == ["line 2: fields.nowhere", "line 4: slug"]
    assert count(world, brand) == 0
    report = (await brand.editor.post("/contents/import", body | {"dryRun": True})).json()["data"]
    assert (report["rows"], report["created"]) == (4, 0)
    assert [(problem["line"], problem["error"]["code"]) for problem in report["problems"]] == [
        (2, "VALIDATION_ERROR"), (4, "CONFLICT"),
    ]  # fmt: skip
    good = (await brand.editor.post("/contents/import", request(brand, rows[:1], dryRun=True))).json()["data"]
    assert (good["problems"], good["created"]) == ([], 0)
    assert count(world, brand) == 0
    assert world.rows("select 1 from private.content_slugs where brand_id = %s", brand.id) == []


async def test_who_may_not_imports_nothing(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for person in (brand.viewer, stranger.editor):
        answer = await person.post("/contents/import", request(brand, [{"title": "x"}]))
        assert_problem(answer, 400, "VALIDATION_ERROR")
    assert count(world, brand) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"data": []},
        {"data": "not json"},
        {"data": "{}"},
        {"data": [1]},
        {"data": [{"title": "x"}] * 1001},
        {"format": "csv", "data": [{"title": "x"}]},
        {"format": "csv", "data": ""},
        {"format": "csv", "data": "title,title\na,b"},
        {"format": "csv", "data": "title,slug\na"},
        {"format": "csv", "data": 'title\n"open'},
        {"format": "ndjson", "data": '{"title": "x"}\n{'},
        {"format": "xml", "data": "<x/>"},
        {"format": "csv", "data": "P\ntwelve", "mapping": {"P": {"target": "fields.p", "as": "number"}}},
        {"data": [{"x": 1}], "mapping": {"x": "brandId"}},
        {"data": [{"x": 1}], "mapping": {"x": "status"}},
    ],
)
async def test_files_that_cannot_be(world: World, change: dict[str, Any]) -> None:
    brand = await world.brand()
    body = request(brand, [{"title": "x"}]) | change
    assert_problem(await brand.editor.post("/contents/import", body), 400, "VALIDATION_ERROR")
    assert count(world, brand) == 0


async def test_exports_hold_everything_and_come_back(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    hostile = {"excerpt": "=cmd()", "tags": ["+1", "＝2"], "title": "-2+3", "metadata": {"metaTitle": "@x"}}
    bodies = (TEMPLATED, {"body": '<p>"Quoted", and\nbroken</p>', "tags": ["a", "b"]}, hostile)
    made: list[dict[str, Any]] = [
        (await brand.editor.post("/contents", {"brandId": brand.id, "title": "T"} | more)).json()["data"]
        for more in bodies
    ]
    own = {"_links", "allowedActions"}
    by_id = {item["id"]: {key: value for key, value in item.items() if key not in own} for item in made}
    for wanted in ("json", "ndjson", "csv"):
        answer = await brand.admin.get("/contents/export", brandId=brand.id, format=wanted)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Disposition"] == f'attachment; filename="contents.{wanted}"'
        if wanted == "csv":
            rows = list(csv.DictReader(io.StringIO(answer.text)))
            assert [row["id"] for row in rows] == list(by_id)
            assert (rows[2]["title"], rows[2]["excerpt"], rows[2]["tags"]) == ("'-2+3", "'=cmd()", "'+1;'＝2")
            kept = ("title", "excerpt", "body", "tags", "fields", "metadata")
            body = request(other, answer.text, format="csv", mapping={name: name for name in kept})
            report = (await other.editor.post("/contents/import", body)).json()["data"]
            for content_id, original in zip(report["contentIds"], made, strict=True):
                copy = (await other.viewer.get(f"/contents/{content_id}")).json()["data"]
                assert {name: copy[name] for name in kept} == {name: original[name] for name in kept}
            continue
        items = json.loads(answer.text) if wanted == "json" else [json.loads(line) for line in answer.text.splitlines()]
        assert {item["id"]: item for item in items} == by_id


async def test_exports_are_streamed_filtered_and_audited(world: World) -> None:
    brand = await world.brand()
    lines = [{"line": number, "content": {"brand_id": brand.id, "title": f"T{number}"}} for number in range(1, 251)]
    api = world.data_api(brand.editor.access_token).http
    assert (await api.post("/rpc/create_contents", json={"lines": lines}, timeout=30)).status_code == 200
    await world.draft(brand, type="blog_post")
    whole = await brand.admin.get("/contents/export", brandId=brand.id, format="json")
    assert len(whole.json()) == 251
    some = await brand.admin.get("/contents/export", brandId=brand.id, format="json", type="blog_post")
    assert len(some.json()) == 1
    nothing = await brand.admin.get("/contents/export", brandId=brand.id, format="json", status="published")
    assert nothing.json() == []
    empty = await brand.admin.get("/contents/export", brandId=brand.id, format="csv", status="published")
    assert empty.text.startswith("id,title,")
    log = world.rows(
        "select action, actor_id::text, details from public.audit_log "
        "where brand_id = %s and action = 'data.export' order by position",
        brand.id,
    )
    assert [entry["details"]["records"] for entry in log] == [251, 1, 0, 0]
    assert {entry["actor_id"] for entry in log} == {world.id_of(brand.admin)}
    assert not any(entry["details"]["is_large"] for entry in log)


async def test_no_export_begins_off_the_record(world: World) -> None:
    brand = await world.brand()
    await world.draft(brand)
    api = world.data_api(brand.admin.access_token).http
    query = (
        "select details -> 'records' as records from public.audit_log where brand_id = %s and action = 'data.export'"
    )
    for after_id in (str(UUID(int=0)), str(UUID(int=1))):
        asked = {"filters": {"brand_id": brand.id}, "after_id": after_id}
        response = await api.post("/rpc/export_contents", json=asked)
        assert len(response.json()["items"]) == 1, response.text
        # The second goes on with the first.
        assert world.rows(query, brand.id) == [{"records": 1}]
    asked = {"filters": {"brand_id": brand.id, "status": ["draft"]}, "after_id": str(UUID(int=0))}
    assert (await api.post("/rpc/export_contents", json=asked)).status_code == 200
    assert len(world.rows(query, brand.id)) == 2


async def test_only_who_may_exports(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for person, status, code in (
        (brand.editor, 403, "FORBIDDEN"),
        (brand.viewer, 403, "FORBIDDEN"),
        (stranger.admin, 404, "NOT_FOUND"),
    ):
        assert_problem(await person.get("/contents/export", brandId=brand.id), status, code)
    for query in ({}, {"brandId": "x"}, {"brandId": brand.id, "format": "xml"}, {"brandId": brand.id, "sort": "title"}):
        assert_problem(await brand.admin.get("/contents/export", **query), 400, "VALIDATION_ERROR")


async def test_as_many_rows_as_are_allowed_under_a_key(world: World) -> None:
    """The data API cuts a request after eight seconds, unless the function that it calls says otherwise."""
    brand = await world.brand()
    rows = [{"title": f"Row {number}"} for number in range(1000)]
    for replayed in ("false", "true"):
        answer = await brand.editor.http.post(
            "/contents/import", json=request(brand, rows), headers={"Idempotency-Key": "a-thousand"}, timeout=60
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["Idempotency-Replayed"] == replayed
        assert answer.json()["data"]["created"] == 1000
    assert count(world, brand) == 1000
