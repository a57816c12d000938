"""Files of people's spreadsheets: in by HTTP as Excel writes them, and out as Excel reads them."""

import base64
import csv
import io
import json
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lib.core.files.options import XLSX
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def workbook(*rows: list[Any]) -> str:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return encoded(buffer.getvalue())


async def imported(brand: Brand, **request: Any) -> list[dict[str, Any]]:
    answer = await brand.editor.post("/contents/import", {"brandId": brand.id} | request)
    assert answer.status_code == 200, answer.text
    return [
        (await brand.viewer.get(f"/contents/{each}")).json()["data"] for each in answer.json()["data"]["contentIds"]
    ]


MAPPING = {
    "Titel": "title",
    "Fällig": "dueAt",
    "Preis": {"target": "fields.price", "as": "number"},
    "Neu": {"target": "fields.isNew", "as": "boolean"},
    "Tag": {"target": "fields.day", "as": "date"},
}


async def test_a_file_of_a_german_excel(world: World) -> None:
    brand = await world.brand()
    text = "Titel;Fällig;Preis;Neu;Tag;;\r\nSeife – mild;31.12.2026 14:30;1.234,50;WAHR;1.2.2026;;\r\n;;;;;;\r\n"
    told = {"format": "csv", "mapping": MAPPING, "locale": "de-DE", "timeZone": "Europe/Berlin"}
    for file, encoding in (
        (text.encode("cp1252"), "windows-1252"),
        (b"\xef\xbb\xbf" + text.encode(), None),
        (text.replace(";", "\t").encode("utf-16"), None),
    ):
        (item,) = await imported(brand, file=encoded(file), encoding=encoding, **told)
        assert (item["title"], item["dueAt"]) == ("Seife – mild", "2026-12-31T13:30:00Z")
        assert item["fields"] == {"price": 1234.5, "isNew": True, "day": "2026-02-01"}
    wrong = {"brandId": brand.id, "file": encoded(text.encode("cp1252"))} | told
    error = assert_problem(await brand.editor.post("/contents/import", wrong), 400, "VALIDATION_ERROR")
    assert error["details"][0]["message"].startswith("line 1 has bytes that are not utf-8")


@pytest.mark.parametrize(
    ("cell", "way", "message"),
    [
        ("1_000", "number", "must be a number"),
        ("nan", "number", "must be a number"),
        ("１２", "number", "must be a number"),
        ("1,5", "number", "must be a number"),
        ("46022", "date", "must be a date, such as 2026-12-31"),
        ("31.12.2026", "date", "must be a date, such as 2026-12-31"),
        ("maybe", "boolean", "must be true or false"),
        ("[1", "list", "must be a list"),
        ("{", "json", "must be valid JSON"),
    ],
)
async def test_cells_that_are_not_what_they_should_be(world: World, cell: str, way: str, message: str) -> None:
    brand = await world.brand()
    mapping = {"title": "title", "x": {"target": "fields.x", "as": way}}
    body = {"brandId": brand.id, "format": "csv", "data": f'title,x\nT,"{cell}"\n', "mapping": mapping}
    error = assert_problem(await brand.editor.post("/contents/import", body), 400, "VALIDATION_ERROR")
    assert error["details"] == [{"field": "line 2: x", "code": "INVALID_FORMAT", "message": message}]


async def test_a_workbook_by_the_types_of_its_cells(world: World) -> None:
    brand = await world.brand()
    moment = datetime(2026, 12, 31, 14, 30)  # noqa: DTZ001 - a workbook has no zones
    file = workbook(
        ["Titel", "Fällig", "Preis", "Neu", "Tag"],
        ["Seife", moment, 1234.5, True, date(2026, 2, 1)],
        [2026, date(2026, 12, 31), 5, 0, date(2026, 2, 1)],
        [None, None, None, None, None],
    )
    told = {"format": "xlsx", "file": file, "mapping": MAPPING, "timeZone": "Europe/Berlin"}
    first, second = await imported(brand, **told)
    assert (first["title"], first["dueAt"]) == ("Seife", "2026-12-31T13:30:00Z")
    assert first["fields"] == {"price": 1234.5, "isNew": True, "day": "2026-02-01"}
    assert (second["title"], second["dueAt"]) == ("2026", "2026-12-30T23:00:00Z")
    assert second["fields"] == {"price": 5, "isNew": False, "day": "2026-02-01"}
    for change, field in (
        ({"file": workbook(["title", "slug"], ["x", "=1+1"])}, "data"),
        ({"file": encoded(b"title\nx\n")}, "file"),
        ({"file": "%%%"}, "file"),
        ({"file": None, "data": "title\nx\n"}, "file"),
        ({"data": "title\nx\n"}, "file"),
        ({"file": None}, "file"),
        ({"sheet": "Missing"}, "sheet"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"locale": "de"}, "locale"),
    ):
        body = {"brandId": brand.id} | told | change
        error = assert_problem(await brand.editor.post("/contents/import", body), 400, "VALIDATION_ERROR")
        assert error["details"][0]["field"] == field, (change, error)


HOSTILE: list[dict[str, Any]] = [
    {"title": "=cmd()", "excerpt": "'=1", "tags": ["+1", "＝2"]},
    {"title": "00123", "excerpt": "a;b\tc|d,e", "tags": ["_x000D_"], "body": '<p>"Quoted", and\nbroken</p>'},
    {"title": "Ünï – çödé 深度", "excerpt": "  edges  ", "metadata": {"metaTitle": "@x"}},
    {"title": "-2+3", "fields": {"price": 1.5, "list": ["x", 1, None]}},
]
KEPT = ("title", "excerpt", "body", "tags", "fields", "metadata")


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ({"format": "csv"}, {"format": "csv"}),
        ({"format": "csv", "bom": "true", "delimiter": "semicolon"}, {"format": "csv"}),
        ({"format": "csv", "delimiter": "tab"}, {"format": "csv", "delimiter": "tab"}),
        ({"format": "xlsx"}, {"format": "xlsx"}),
        ({"format": "json"}, {"format": "json"}),
        ({"format": "ndjson"}, {"format": "ndjson"}),
    ],
    ids=lambda value: "-".join(value.values()),
)
async def test_what_is_exported_comes_back(world: World, query: dict[str, str], source: dict[str, str]) -> None:
    brand, other = await world.brand(), await world.brand()
    for each in HOSTILE:
        made = await brand.editor.post("/contents", {"brandId": brand.id} | each)
        assert made.status_code == 201, made.text
    answer = await brand.admin.get("/contents/export", brandId=brand.id, **query)
    assert answer.status_code == 200, answer.text
    originals = (await brand.admin.get("/contents/export", brandId=brand.id, format="json")).json()
    mapping = {name: name for name in KEPT}
    copies = await imported(other, file=encoded(answer.content), mapping=mapping, **source)
    assert [{name: item[name] for name in KEPT} for item in copies] == [
        {name: item[name] for name in KEPT} for item in originals
    ]


async def test_files_for_excel(world: World) -> None:
    brand = await world.brand()
    await brand.editor.post("/contents", {"brandId": brand.id, "title": "Ünï; çödé", "excerpt": "=1+1"})
    marked = await brand.admin.get(
        "/contents/export", brandId=brand.id, format="csv", bom="true", delimiter="semicolon"
    )
    assert marked.content.startswith(b"\xef\xbb\xbfid;title;slug")
    (row,) = csv.DictReader(io.StringIO(marked.content.decode("utf-8-sig")), delimiter=";")
    assert (row["title"], row["excerpt"]) == ("Ünï; çödé", "'=1+1")
    plain = await brand.admin.get("/contents/export", brandId=brand.id, format="csv")
    assert plain.content.startswith(b"id,title")
    file = await brand.admin.get("/contents/export", brandId=brand.id, format="xlsx")
    assert file.headers["Content-Type"] == XLSX
    assert file.headers["Content-Disposition"] == 'attachment; filename="contents.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert isinstance(sheet, Worksheet)
    header, values = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    shown = dict(zip(header, values, strict=True))
    assert (shown["title"], shown["excerpt"]) == ("Ünï; çödé", "'=1+1")
    assert_problem(await brand.editor.get("/contents/export", brandId=brand.id, format="xlsx"), 403, "FORBIDDEN")
    for wrong in ({"delimiter": "pipe"}, {"bom": "maybe"}, {"format": "xls"}):
        assert_problem(await brand.admin.get("/contents/export", brandId=brand.id, **wrong), 400, "VALIDATION_ERROR")


async def test_a_workbook_never_cuts_a_text_off(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, body=f"<p>{'x' * 33_000}</p>")
    assert content["body"]
    refused = await brand.admin.get("/contents/export", brandId=brand.id, format="xlsx")
    error = assert_problem(refused, 422, "UNPROCESSABLE")
    assert "cell H2" in error["details"][0]["message"]
    assert (await brand.admin.get("/contents/export", brandId=brand.id, format="csv")).status_code == 200


async def test_names_of_columns_as_people_write_them(world: World) -> None:
    brand = await world.brand()
    (item,) = await imported(brand, format="csv", data="\ufeff TITLE , Tags ,dueat\nSoap,a;b,2030-01-01T00:00:00Z\n")
    assert (item["title"], item["tags"], item["dueAt"]) == ("Soap", ["a", "b"], "2030-01-01T00:00:00Z")
    (item,) = await imported(brand, format="csv", data="headline;x\nSoap;y\n", mapping={"Headline": "title"})
    assert item["title"] == "Soap"


async def test_streams_and_files_of_windows(world: World) -> None:
    brand = await world.brand()
    lines = [json.dumps({"brandId": brand.id, "title": title}) for title in ("One", "Two")]
    body = b"\xef\xbb\xbf" + "\r\n\r\n".join(lines).encode() + b"\r\n"
    answer = await brand.editor.http.post(
        "/contents/stream", content=body, headers={"Content-Type": "application/x-ndjson"}
    )
    results = [json.loads(line) for line in answer.text.splitlines()]
    assert [(each["line"], each["status"]) for each in results if each["type"] == "result"] == [(1, 201), (3, 201)]
    for wanted in ("json", "ndjson"):
        rows = [{"title": "One"}, {"title": "Two"}]
        text = json.dumps(rows) if wanted == "json" else "\r\n".join(map(json.dumps, rows))
        for data in ({"data": "\ufeff" + text}, {"file": encoded(text.encode("utf-16"))}):
            assert len(await imported(brand, format=wanted, **data)) == 2


async def test_no_link_is_followed_and_no_formula_computed(world: World) -> None:
    """A link to another file, or to a server, is never followed; a formula is never computed."""
    brand = await world.brand()
    for formula in (
        '=WEBSERVICE("http://127.0.0.1/x")',
        "='[other.xlsx]Sheet1'!A1",
        '=HYPERLINK("file:///etc/passwd")',
    ):
        body = {"brandId": brand.id, "format": "xlsx", "file": workbook(["title"], [formula])}
        error = assert_problem(await brand.editor.post("/contents/import", body), 400, "VALIDATION_ERROR")
        assert "has a formula without a stored result" in error["details"][0]["message"]
