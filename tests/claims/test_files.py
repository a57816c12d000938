"""Claims and the catalogue from the files of spreadsheets, and the matrix for them."""

import base64
import csv
import io
from datetime import datetime
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lib.core.files.options import XLSX
from tests.claims.office import Shelf, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def workbook(*rows: list[Any], sheet: str = "Claims") -> str:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    for row in rows:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return encoded(buffer.getvalue())


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def imported(shelf: Shelf, **request: Any) -> list[dict[str, Any]]:
    answer = await shelf.brand.admin.post("/claims/import", {"dryRun": False} | request)
    assert answer.status_code == 200, answer.text
    report = answer.json()["data"]
    assert report["problems"] == [], report
    return [(await shelf.brand.viewer.get(f"/claims/{row['claimId']}")).json()["data"] for row in report["created"]]


async def test_claims_of_a_german_excel(shelf: Shelf) -> None:
    header = ["Text", "text.de", "level", "subjects", "claimBrand", "status", "countries", "effectiveFrom"]
    master = shelf.claim_brand["name"]
    cells = ["=Soft", "Weich für alle", "product", "Soap", master, "allowed", '"GB;FR"', "31.12.2026 14:30"]
    text = f"{';'.join(header)};;\r\n{';'.join(cells)};;\r\n;;;;;;;;;\r\n"
    told = {"locale": "de-DE", "timeZone": "Europe/Berlin"}
    (claim,) = await imported(shelf, file=encoded(text.encode("cp1252")), encoding="windows-1252", **told)
    assert claim["text"] == {"original": "=Soft", "de": "Weich für alle"}
    assert (claim["countries"], claim["effectiveFrom"]) == (["FR", "GB"], "2026-12-31T13:30:00Z")
    moment = datetime(2026, 12, 31, 14, 30)  # noqa: DTZ001 - a workbook has no zones
    row = ["Mild", None, "product", "Soap", master, "allowed", "GB", moment, None]
    file = workbook(header, row, [None] * 9)
    (claim,) = await imported(shelf, format="xlsx", file=file, sheet="claims", timeZone="Europe/Berlin")
    assert (claim["text"]["original"], claim["effectiveFrom"]) == ("Mild", "2026-12-31T13:30:00Z")
    wrong = {"data": f"{','.join(header)}\nHard,,product,Soap,{master},allowed,GB,31.12.2026\n"}
    report = (await shelf.brand.admin.post("/claims/import", wrong)).json()["data"]
    assert [(each["line"], each["field"]) for each in report["problems"]] == [(2, "effectiveFrom")]


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        ({}, "data"),
        ({"data": "text\nx\n", "file": "eA=="}, "file"),
        ({"format": "xlsx", "data": "text\nx\n"}, "file"),
        ({"format": "xlsx", "file": "eA=="}, "file"),
        ({"file": encoded(b"text\nCaf\xe9\n")}, "encoding"),
        ({"data": "stars\n5\n"}, "data"),
        ({"data": "text\nx\n", "locale": "tlh"}, "locale"),
        ({"data": "text\nx\n", "delimiter": ";"}, "delimiter"),
        ({"format": "json", "data": "[]"}, "format"),
    ],
)
async def test_files_that_are_refused(shelf: Shelf, request_body: dict[str, Any], field: str) -> None:
    error = assert_problem(await shelf.brand.admin.post("/claims/import", request_body), 400, "VALIDATION_ERROR")
    assert field in [detail["field"] for detail in error["details"]]


async def test_the_catalogue_from_a_workbook(world: World) -> None:
    platform = await world.platform_admin()
    names = [f"Oil {uuid4().hex}", f"Water {uuid4().hex}"]
    file = workbook(["NAME", "description"], [names[0], "Pressed."], [names[1], 5], sheet="Ingredients")
    body = {"format": "xlsx", "file": file, "dryRun": False}
    report = (await platform.post("/ingredients/import", body)).json()["data"]
    assert (report["problems"], [row["line"] for row in report["created"]]) == ([], [2, 3])
    found = (await platform.get("/ingredients", q=names[1])).json()["data"]
    assert found[0]["description"] == "5"


async def test_the_matrix_as_files(shelf: Shelf) -> None:
    await shelf.claim("brand", text="=Proven")
    viewer, query = shelf.brand.viewer, {"market": "GB", "brandId": shelf.brand.id}
    marked = await viewer.get("/claim-matrix", **query, format="csv", bom="true", delimiter="semicolon")
    assert marked.content.startswith(b"\xef\xbb\xbftext;Soap\r\n")
    assert list(csv.reader(io.StringIO(marked.content.decode("utf-8-sig")), delimiter=";"))[1] == [
        "'=Proven",
        "allowed",
    ]
    asked = await viewer.http.get("/claim-matrix", params=query, headers={"Accept": XLSX})
    chosen = await viewer.get("/claim-matrix", **query, format="xlsx")
    for answer in (asked, chosen):
        assert answer.headers["Content-Type"] == XLSX
        assert answer.headers["Vary"] == "Accept"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="claims.xlsx"'
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert isinstance(sheet, Worksheet)
        assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
            ["text", "Soap"],
            ["'=Proven", "allowed"],
        ]
    path = f"/products/{shelf.products['Soap']['id']}/claim-matrix"
    assert (await viewer.get(path, market="GB", format="xlsx")).headers["Content-Type"] == XLSX
    # The page and its links know nothing of the options of files.
    page = (await viewer.get("/claim-matrix", **query, delimiter="tab")).json()
    assert page["data"][0]["text"] == "=Proven"
