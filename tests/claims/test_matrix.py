"""Stacked claims and the matrix over HTTP."""

import csv
import io
from typing import Any

import pytest

from tests.claims.office import ALL, Shelf, made, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    for name in ("Soap", "Balm", "Cream"):
        await shelf.product(name, "Oil")
    return shelf


async def matrix(shelf: Shelf, **query: Any) -> dict[str, Any]:
    asked = {"market": "GB"} | ({} if "claimBrandId" in query else {"brandId": shelf.brand.id}) | query
    response = await shelf.brand.viewer.get("/claim-matrix", **asked)
    assert response.status_code == 200, response.text
    return response.json()


async def test_rows_columns_and_cells(shelf: Shelf) -> None:
    brand = await shelf.claim("brand", text="Proven")
    await shelf.claim("product", "disallowed", text="Soft", subject="Balm")
    await shelf.claim("ingredient", "mandatory", "GB", text="Contains oil")
    other = await shelf.claim("product", "mandatory", "GB", text="Tested", subject="Cream")
    replaced = await made(
        shelf.brand.admin,
        "/market-overrides",
        {
            "masterClaimId": brand["id"],
            "productId": shelf.products["Soap"]["id"],
            "market": "GB",
            "replacementClaimId": other["id"],
        },
    )
    page = await matrix(shelf)
    assert [column["productName"] for column in page["columns"]] == ["Balm", "Cream", "Soap"]
    cells = {row["text"]: [cell["status"] for cell in row["cells"]] for row in page["data"]}
    assert cells == {
        "Contains oil": ["mandatory", "mandatory", "mandatory"],
        "Proven": ["allowed", "allowed", "mandatory"],
        "Soft": ["disallowed", "none", "none"],
        "Tested": ["none", "mandatory", "none"],
    }
    (soap,) = [row["cells"][2] for row in page["data"] if row["text"] == "Proven"]
    assert (soap["source"], soap["overrideId"], soap["claimId"]) == ("override", replaced["id"], other["id"])
    assert page["summary"] == {"allowed": 2, "mandatory": 5, "disallowed": 1, "none": 4}
    assert (page["pagination"]["totalItems"], page["totalColumns"]) == (4, 3)
    by_brand = await matrix(shelf, claimBrandId=shelf.claim_brand["id"])
    assert by_brand["data"] == page["data"]
    # In pages of rows and columns.
    second = await matrix(shelf, page=2, pageSize=3, columnPage=2, columnPageSize=2)
    assert [row["text"] for row in second["data"]] == ["Tested"]
    assert [column["productName"] for column in second["columns"]] == ["Soap"]
    assert second["data"][0]["cells"][0]["status"] == "none"
    # Filtered.
    assert [row["text"] for row in (await matrix(shelf, q="OIL"))["data"]] == ["Contains oil"]
    assert [row["text"] for row in (await matrix(shelf, level="brand"))["data"]] == ["Proven"]
    assert [row["text"] for row in (await matrix(shelf, status="disallowed"))["data"]] == ["Soft"]
    assert [row["text"] for row in (await matrix(shelf, status=["mandatory"], productQ="soap"))["data"]] == [
        "Contains oil",
        "Proven",
    ]
    # As a file, by the query or by Accept.
    file = await shelf.brand.viewer.get("/claim-matrix", market="GB", brandId=shelf.brand.id, format="csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(file.text)))
    assert lines[0] == ["text", "Balm", "Cream", "Soap"]
    assert lines[2] == ["Proven", "allowed", "allowed", "mandatory"]
    accepted = await shelf.brand.viewer.http.get(
        "/claim-matrix", params={"market": "GB", "brandId": shelf.brand.id}, headers={"Accept": "text/csv"}
    )
    assert accepted.text == file.text


async def test_markets_of_a_product(shelf: Shelf) -> None:
    claim = await shelf.claim("brand", text="Proven")
    await shelf.claim("product", "mandatory", "FR", text="Doux")
    body = {"masterClaimId": claim["id"], "productId": shelf.products["Soap"]["id"], "market": ALL}
    await made(shelf.brand.admin, "/market-overrides", body)
    exempt = body | {"market": "GB", "isBlocked": False, "force": True}
    await made(shelf.brand.admin, "/market-overrides", exempt)
    path = f"/products/{shelf.products['Soap']['id']}/claim-matrix"
    page = (await shelf.brand.viewer.get(path, market=["FR", "GB"])).json()
    assert [column["market"] for column in page["columns"]] == ["FR", "GB"]
    cells = {row["text"]: [cell["status"] for cell in row["cells"]] for row in page["data"]}
    assert cells == {"Doux": ["mandatory", "none"], "Proven": ["none", "allowed"]}
    (row,) = await shelf.stacked()
    assert (row["override"]["market"], row["reason"]["rule"]) == ("GB", "only")
    assert "exempts" in row["reason"]["sentence"]


async def test_a_time_and_a_language(shelf: Shelf) -> None:
    await shelf.claim(
        text="Soft",
        effectiveFrom="2026-01-01T00:00:00Z",
        effectiveTo="2026-02-01T00:00:00Z",
    )
    claim = {"text": {"original": "Kind", "de": "Sanft"}, "level": "brand", "status": "allowed"}
    await made(
        shelf.brand.admin,
        "/claims",
        claim | {"subjectIds": [shelf.claim_brand["id"]], "effectiveFrom": "2025-01-01T00:00:00Z"},
    )
    texts = {row["text"] for row in await shelf.stacked(at="2026-01-15T00:00:00Z")}
    assert texts == {"Soft", "Kind"}
    assert {row["text"] for row in await shelf.stacked(at="2026-02-01T00:00:00Z")} == {"Kind"}
    (german,) = await shelf.stacked(language="de")
    assert (german["text"], german["language"], german["originalText"]) == ("Sanft", "de", "Kind")
    assert (await matrix(shelf, language="de"))["data"][0]["text"] == "Sanft"


async def test_what_cannot_be_asked(shelf: Shelf, world: World) -> None:
    stranger = await world.brand()
    path = f"/products/{shelf.products['Soap']['id']}"
    for market in (ALL, "ZZ", "gb"):
        response = await shelf.brand.viewer.get(f"{path}/stacked-claims", market=market)
        assert_problem(response, 400, "VALIDATION_ERROR")
        response = await shelf.brand.viewer.get("/claim-matrix", market=market, brandId=shelf.brand.id)
        assert_problem(response, 400, "VALIDATION_ERROR")
    assert_problem(await shelf.brand.viewer.get("/claim-matrix", market="GB"), 400, "VALIDATION_ERROR")
    assert_problem(await stranger.admin.get(f"{path}/stacked-claims", market="GB"), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.get(f"{path}/claim-matrix", market="GB"), 404, "NOT_FOUND")
    for asked in ({"brandId": shelf.brand.id}, {"claimBrandId": shelf.claim_brand["id"]}):
        assert_problem(await stranger.admin.get("/claim-matrix", market="GB", **asked), 404, "NOT_FOUND")


async def test_levels_formats_and_sizes(shelf: Shelf, world: World) -> None:
    master = shelf.claim_brand["id"]
    page = await shelf.brand.viewer.get("/claim-matrix", market="GB", claimBrandId=master, level=["brand", "product"])
    assert (page.status_code, page.headers["Vary"]) == (200, "Accept")
    with world.database.transaction():
        world.rows(
            "insert into public.claims (text, level, status, master_claim_brand_id) "
            "select jsonb_build_object('original', 'T ' || n), 'brand', 'allowed', %s "
            "from generate_series(1, 2001) as n",
            master,
        )
    file = await shelf.brand.viewer.get("/claim-matrix", market="GB", claimBrandId=master, format="csv")
    problem = assert_problem(file, 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "format"
    some = await shelf.brand.viewer.get("/claim-matrix", market="GB", claimBrandId=master, format="csv", q="T 19")
    assert len(some.text.splitlines()) == 112
