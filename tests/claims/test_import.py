"""Imports of claims from CSV."""

from typing import Any

import pytest

from tests.claims.office import Shelf, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

HEADER = "text,text.de,level,subjects,claimBrand,status,countries,effectiveTo\n"


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def sent(shelf: Shelf, data: str, **more: Any) -> dict[str, Any]:
    response = await shelf.brand.admin.post("/claims/import", {"data": data, **more})
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def count(shelf: Shelf) -> int:
    answer = await shelf.brand.viewer.get("/claims", claimBrandId=shelf.claim_brand["id"])
    return answer.json()["pagination"]["totalItems"]


async def test_a_report_first_then_all_rows(shelf: Shelf) -> None:
    master = shelf.claim_brand["name"]
    file = (
        HEADER
        + f"Soft,Weich,product,soap,{master},allowed,GB;FR,\nProven,,brand,{master},,disallowed,,2030-01-01T00:00:00Z\n"
    )
    report = await sent(shelf, file)
    assert (report["rows"], report["isWritten"], await count(shelf)) == (2, False, 0)
    assert [(row["line"], row["claimId"]) for row in report["created"]] == [(2, None), (3, None)]
    done = await sent(shelf, file, dryRun=False)
    assert (done["isWritten"], done["problems"], await count(shelf)) == (True, [], 2)
    claim = (await shelf.brand.viewer.get(f"/claims/{done['created'][0]['claimId']}")).json()["data"]
    assert (claim["text"], claim["countries"]) == ({"original": "Soft", "de": "Weich"}, ["FR", "GB"])
    # Sent again, nothing is there twice.
    again = await sent(shelf, file, dryRun=False)
    assert (again["created"], again["duplicates"], await count(shelf)) == ([], [2, 3], 2)


async def test_problems_name_line_column_and_reason(shelf: Shelf) -> None:
    lines = [
        "Good,,product,Soap,,allowed,GB,",
        "Where,,product,Soap,,allowed,ZZ,",
        "What,,product,Nothing,,allowed,GB,",
        "How,,product,Soap,,conditional,GB,",
        "Whose,,ingredient,Oil,,allowed,GB,",
        "Good,,product,Soap,,allowed,GB,",
    ]
    file = HEADER + "\n".join(lines)
    report = await sent(shelf, file, dryRun=False)
    assert (report["isWritten"], await count(shelf)) == (False, 0)
    assert {(problem["line"], problem["field"]) for problem in report["problems"]} == {
        (3, "countries"),
        (4, "subjects"),
        (5, "status"),
        (6, None),
    }
    assert report["duplicates"] == [7]
    rows = await sent(shelf, file, dryRun=False, mode="rows")
    assert (rows["isWritten"], [row["line"] for row in rows["created"]], await count(shelf)) == (True, [2], 1)


@pytest.mark.parametrize(
    "data",
    ["", "text\n", "stars\n5\n", "text,text\na,b\n", "text,level\na\n", 'text\n"open\n', "text\n" + "x\n" * 1001],
)
async def test_files_that_cannot_be_read(shelf: Shelf, data: str) -> None:
    problem = assert_problem(await shelf.brand.admin.post("/claims/import", {"data": data}), 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "data"


async def test_problems_of_lists_and_languages_name_their_columns(shelf: Shelf) -> None:
    long = "x" * 501
    file = HEADER + f"Good,{long},product,Soap,,allowed,GB;Britain,\n{long},,product,Soap,,allowed,,\n"
    report = await sent(shelf, file)
    assert {(problem["line"], problem["field"]) for problem in report["problems"]} == {
        (2, "text.de"),
        (2, "countries"),
        (3, "text"),
    }


async def test_a_million_rows(shelf: Shelf) -> None:
    response = await shelf.brand.admin.post("/claims/import", {"data": "text\n" + "Kind\n" * 1_000_000})
    assert_problem(response, 413, "PAYLOAD_TOO_LARGE")
    assert await count(shelf) == 0


async def test_who_may_import(shelf: Shelf, world: World) -> None:
    file = HEADER + f"Soft,,product,{shelf.products['Soap']['id']},,allowed,GB,\n"
    stranger = await world.brand()
    for person in (shelf.brand.editor, shelf.brand.viewer, stranger.admin):
        response = await person.post("/claims/import", {"data": file, "dryRun": False})
        assert response.json()["data"]["created"] == []
        assert len(response.json()["data"]["problems"]) == 1
    assert await count(shelf) == 0


async def test_a_dry_run_makes_nobody_wait(shelf: Shelf) -> None:
    file = HEADER + f"Soft,,product,{shelf.products['Soap']['id']},,allowed,GB,\n"
    revision = "select revision from private.claim_catalogues where master_claim_brand_id = %s"
    await shelf.claim(text="First")
    before = shelf.world.rows(revision, shelf.claim_brand["id"])
    with shelf.world.database.transaction():
        # Another user changes a claim of the catalogue.
        shelf.world.rows(f"{revision} for update", shelf.claim_brand["id"])
        assert (await sent(shelf, file))["problems"] == []
    assert shelf.world.rows(revision, shelf.claim_brand["id"]) == before
    assert len((await sent(shelf, file, dryRun=False))["created"]) == 1
    assert shelf.world.rows(revision, shelf.claim_brand["id"]) != before


async def test_names_of_many_subjects(shelf: Shelf) -> None:
    await shelf.product("Salt")
    master = shelf.claim_brand["name"]
    file = HEADER + f"Soft,,product,soap;SALT,{master},allowed,GB,\nHard,,product,pepper,{master},allowed,GB,\n"
    report = await sent(shelf, file, dryRun=False, mode="rows")
    assert len(report["created"]) == 1
    assert [problem["line"] for problem in report["problems"]] == [3]
    many = ";".join(["soap"] * 500)
    lines = "".join(f"T {n},,product,{many},{master},allowed,GB,\n" for n in range(11))
    problem = assert_problem(
        await shelf.brand.admin.post("/claims/import", {"data": HEADER + lines}), 400, "VALIDATION_ERROR"
    )
    assert problem["details"][0]["field"] == "subjects"
