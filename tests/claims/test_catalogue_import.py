"""Imports of claim brands, products and ingredients from CSV."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.claims.office import Shelf, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def sent(person: Person, part: str, data: str, **more: Any) -> dict[str, Any]:
    response = await person.post(f"/{part}/import", {"data": data, **more})
    assert response.status_code == 200, response.text
    return response.json()["data"]


def outcome(report: dict[str, Any]) -> dict[str, Any]:
    return {
        "made": [row["line"] for row in report["created"]],
        "linked": report["linked"],
        "duplicates": report["duplicates"],
        "problems": [(problem["line"], problem["field"]) for problem in report["problems"]],
        "is_written": report["isWritten"],
    }


async def products_of(shelf: Shelf) -> dict[str, dict[str, Any]]:
    answer = await shelf.brand.viewer.get("/products", claimBrandId=shelf.claim_brand["id"], pageSize=100)
    return {item["name"]: item for item in answer.json()["data"]}


async def test_a_catalogue_from_three_files(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    slug = (await brand.viewer.get(f"/brands/{brand.id}")).json()["data"]["slug"]
    name, oat, water = (f"{word} {uuid4().hex}" for word in ("Aurora", "Oat", "Water"))
    files = {
        "claim-brands": f"name,brands\n{name},{slug}\n",
        "ingredients": f"name,description\n{oat},Pressed.\n{water},\n",
        "products": (
            "claimBrand,name,description,ingredients\n"
            f"{name.upper()},Calm Cream,A cream.,{oat};{water.upper()}\n{name},Balm,,\n"
        ),
    }
    for part, file in files.items():
        rows = file.count("\n") - 1
        lines = list(range(2, rows + 2))
        report = await sent(platform, part, file)
        assert outcome(report) == {
            "made": lines, "linked": [], "duplicates": [], "problems": [], "is_written": False,
        }  # fmt: skip
        assert [row["id"] for row in report["created"]] == [None] * rows
        done = await sent(platform, part, file, dryRun=False)
        assert (outcome(done)["made"], done["isWritten"], done["rows"]) == (lines, True, rows)
        again = await sent(platform, part, file, dryRun=False)
        assert (outcome(again)["made"], again["duplicates"]) == ([], lines)
    listed = (await brand.viewer.get("/products", brandId=brand.id)).json()["data"]
    assert [(item["name"], item["description"], item["claimBrand"]["name"]) for item in listed] == [
        ("Balm", "", name),
        ("Calm Cream", "A cream.", name),
    ]
    assert [item["name"] for item in listed[1]["ingredients"]] == sorted([oat, water])


async def test_a_report_writes_nothing(shelf: Shelf) -> None:
    master = shelf.claim_brand["name"]
    report = await sent(shelf.platform, "products", f"claimBrand,name\n{master},Balm\n")
    assert (outcome(report)["made"], report["isWritten"]) == ([2], False)
    assert set(await products_of(shelf)) == {"Soap"}


async def test_items_that_exist_get_the_links_that_they_lack(shelf: Shelf) -> None:
    name = f"Salt {uuid4().hex}"
    await sent(shelf.platform, "ingredients", f"name\n{name}\n", dryRun=False)
    before = (await products_of(shelf))["Soap"]
    oil = shelf.ingredients["Oil"]
    file = f"claimBrand,name,description,ingredients\n{shelf.claim_brand['id']},soap,Another,{name};{oil['id']}\n"
    assert outcome(await sent(shelf.platform, "products", file, dryRun=False))["linked"] == [2]
    after = (await products_of(shelf))["Soap"]
    assert {item["name"] for item in after["ingredients"]} == {name, oil["name"]}
    assert (after["description"], after["version"]) == (before["description"], before["version"] + 1)
    assert outcome(await sent(shelf.platform, "products", file, dryRun=False))["duplicates"] == [2]
    other = await shelf.world.brand()
    links = f"name,brands\n{shelf.claim_brand['name']},{other.id}\n"
    assert outcome(await sent(shelf.platform, "claim-brands", links, dryRun=False))["linked"] == [2]
    assert (await other.viewer.get(f"/claim-brands/{shelf.claim_brand['id']}")).status_code == 200


async def test_problems_name_line_column_and_reason(shelf: Shelf) -> None:
    master, old = shelf.claim_brand["name"], await shelf.product("Old")
    response = await shelf.platform.post(f"/products/{old['id']}/archive")
    assert response.status_code == 200, response.text
    file = "claimBrand,name,description,ingredients\n" + "\n".join(
        [
            f"{master},Balm,,",
            f"Nobody {uuid4()},Balm,,",
            f"{master},,,",
            f"{master},Foam,,{uuid4()}",
            f"{master},Old,,",
            f"{master},{'x' * 256},,",
            f"{master},balm,,",
        ]
    )
    expected = [(3, "claimBrand"), (4, "name"), (5, "ingredients"), (6, "name"), (7, "name")]
    for more in ({}, {"dryRun": False}):
        report = await sent(shelf.platform, "products", file, **more)
        assert outcome(report) == {
            "made": [2], "linked": [], "duplicates": [8], "problems": expected, "is_written": False,
        }  # fmt: skip
    assert set(await products_of(shelf)) == {"Soap"}
    rows = await sent(shelf.platform, "products", file, dryRun=False, mode="rows")
    assert (rows["isWritten"], rows["problems"]) == (True, report["problems"])
    assert set(await products_of(shelf)) == {"Balm", "Soap"}
    unknown = await sent(shelf.platform, "claim-brands", f"name,brands\n{uuid4()},no-such-brand\n", dryRun=False)
    assert outcome(unknown)["problems"] == [(2, "brands")]


@pytest.mark.parametrize("part", ["claim-brands", "products", "ingredients"])
async def test_only_platform_admins_import(shelf: Shelf, part: str) -> None:
    files = {
        "claim-brands": f"name\n{uuid4()}\n",
        "products": f"claimBrand,name\n{shelf.claim_brand['name']},Balm\n",
        "ingredients": f"name\n{uuid4()}\n",
    }
    for person in (shelf.brand.admin, shelf.brand.editor, shelf.brand.viewer):
        for is_dry_run in (True, False):
            response = await person.post(f"/{part}/import", {"data": files[part], "dryRun": is_dry_run})
            assert_problem(response, 403, "FORBIDDEN")
    assert set(await products_of(shelf)) == {"Soap"}


@pytest.mark.parametrize(
    "data", ["", "name\n", "stars\n5\n", "name,name\na,b\n", "name,description\na\n", 'name\n"open\n']
)
async def test_files_that_cannot_be_read(shelf: Shelf, data: str) -> None:
    problem = assert_problem(await shelf.platform.post("/ingredients/import", {"data": data}), 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "data"


async def test_files_that_are_too_large(shelf: Shelf) -> None:
    rows = "name\n" + "".join(f"{number}\n" for number in range(1001))
    assert_problem(await shelf.platform.post("/ingredients/import", {"data": rows}), 400, "VALIDATION_ERROR")
    many = "claimBrand,name,ingredients\n" + "".join(f"a,{number},{'b;' * 199}b\n" for number in range(26))
    problem = assert_problem(await shelf.platform.post("/products/import", {"data": many}), 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "ingredients"


async def test_two_imports_at_once(shelf: Shelf) -> None:
    """They lock products and ingredients in one order, so neither fails, and nothing is there twice."""
    master, names = shelf.claim_brand["name"], [f"{letter} {uuid4().hex}" for letter in "abcdefgh"]
    file = "name\n" + "\n".join(names)
    lines = [f"{master},P{number},{';'.join(names)}" for number in range(20)]
    await sent(shelf.platform, "ingredients", file, dryRun=False)
    header = "claimBrand,name,ingredients\n"
    reports = await asyncio.gather(
        sent(shelf.platform, "products", header + "\n".join(lines), dryRun=False),
        sent(shelf.platform, "products", header + "\n".join(reversed(lines)), dryRun=False),
    )
    assert all(report["problems"] == [] for report in reports)
    assert sum(len(report["created"]) for report in reports) == len(lines)
    assert set(await products_of(shelf)) == {"Soap", *(f"P{number}" for number in range(20))}
