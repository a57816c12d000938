"""Claim brands, products and ingredients over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from tests.claims.office import Shelf, made, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def test_valid(shelf: Shelf) -> None:
    viewer, platform = shelf.brand.viewer, shelf.platform
    await shelf.claim()
    read = (await viewer.get(f"/claim-brands/{shelf.claim_brand['id']}")).json()["data"]
    assert [brand["id"] for brand in read["brands"]] == [shelf.brand.id]
    assert (read["uses"], read["allowedActions"]) == ({"products": 1, "claims": 0}, ["read"])
    product = (await viewer.get(f"/products/{shelf.products['Soap']['id']}")).json()["data"]
    assert [item["id"] for item in product["ingredients"]] == [shelf.ingredients["Oil"]["id"]]
    assert product["uses"] == {"claims": 1, "overrides": 0}
    ingredient = (await viewer.get(f"/ingredients/{shelf.ingredients['Oil']['id']}")).json()["data"]
    assert ingredient["uses"] == {"products": 1, "claims": 0}
    path = f"/products/{product['id']}"
    changed = await platform.patch(path, product["version"], {"name": "Soap bar"})
    assert (changed.status_code, changed.json()["data"]["name"]) == (200, "Soap bar")
    assert_problem(await platform.patch(path, product["version"], {"name": "Soap"}), 412, "CONFLICT")
    for query, names in (({"q": "BAR"}, ["Soap bar"]), ({"q": "nothing"}, []), ({"archived": "true"}, [])):
        listed = (await viewer.get("/products", brandId=shelf.brand.id, **query)).json()
        assert [item["name"] for item in listed["data"]] == names
        assert listed["pagination"]["totalItems"] == len(names)


async def test_lists_are_sorted_and_paged(shelf: Shelf) -> None:
    for name in ("Balm", "Cream", "Foam"):
        await shelf.product(name)
    viewer, at = shelf.brand.viewer, {"claimBrandId": shelf.claim_brand["id"]}
    assert [item["name"] for item in (await viewer.get("/products", **at)).json()["data"]] == [
        "Balm",
        "Cream",
        "Foam",
        "Soap",
    ]
    newest = (await viewer.get("/products", **at, sort="createdAt", pageSize=2)).json()
    assert [item["name"] for item in newest["data"]] == ["Foam", "Cream"]
    assert (newest["pagination"]["totalItems"], newest["pagination"]["totalPages"]) == (4, 2)


@pytest.mark.parametrize("path", ["/claim-brands", "/products", "/ingredients"])
async def test_only_platform_admins_write(shelf: Shelf, world: World, path: str) -> None:
    items = {
        "/claim-brands": (shelf.claim_brand, {"name": uuid4().hex}),
        "/products": (shelf.products["Soap"], {"name": uuid4().hex, "claimBrandId": shelf.claim_brand["id"]}),
        "/ingredients": (shelf.ingredients["Oil"], {"name": uuid4().hex}),
    }
    item, body = items[path]
    one = f"{path}/{item['id']}"
    for person in (shelf.brand.admin, shelf.brand.viewer):
        assert_problem(await person.post(path, body), 403, "FORBIDDEN")
        assert_problem(await person.patch(one, item["version"], {"name": "x"}), 403, "FORBIDDEN")
        assert_problem(await person.post(f"{one}/archive", {"force": True}), 403, "FORBIDDEN")
        assert (await person.get(one)).status_code == 200
    stranger = await world.brand()
    assert_problem(await stranger.admin.get(one), 404, "NOT_FOUND")
    assert item["id"] not in {each["id"] for each in (await stranger.admin.get(path, pageSize=100)).json()["data"]}
    made_item = await made(shelf.platform, path, body)
    assert_problem(await shelf.platform.post(path, body), 409, "ALREADY_EXISTS")
    assert made_item["allowedActions"] == ["archive", "read", "update"]
    for wrong in ({"name": " "}, {"name": "x" * 256}, {"name": "a\nb"}, {}):
        assert_problem(await shelf.platform.post(path, body | {"name": None} | wrong), 400, "VALIDATION_ERROR")


async def test_an_unlinked_brand_reads_nothing(shelf: Shelf) -> None:
    link = f"/claim-brands/{shelf.claim_brand['id']}/brands/{shelf.brand.id}"
    assert_problem(await shelf.brand.admin.delete(link), 403, "FORBIDDEN")
    assert (await shelf.platform.delete(link)).status_code == 204
    assert_problem(await shelf.brand.admin.get(f"/products/{shelf.products['Soap']['id']}"), 404, "NOT_FOUND")
    assert (await shelf.platform.put(link)).status_code == 204
    assert (await shelf.brand.viewer.get(f"/products/{shelf.products['Soap']['id']}")).status_code == 200
    assert_problem(await shelf.platform.put(f"/claim-brands/{uuid4()}/brands/{shelf.brand.id}"), 404, "NOT_FOUND")


async def test_what_is_archived_resolves_to_nothing_and_cannot_be_chosen(shelf: Shelf) -> None:
    await shelf.claim("ingredient", text="Rich in oil")
    await shelf.claim("product", text="Soft")
    await shelf.claim("brand", text="Proven")

    async def texts() -> set[str]:
        return {row["text"] for row in await shelf.stacked()}

    async def archive(path: str, item: dict[str, Any], uses: set[str]) -> None:
        problem = assert_problem(await shelf.platform.post(f"{path}/{item['id']}/archive"), 409, "CONFLICT")
        assert {detail["field"] for detail in problem["details"]} == uses
        forced = await shelf.platform.post(f"{path}/{item['id']}/archive", {"force": True})
        assert forced.status_code == 200, forced.text
        assert forced.json()["data"]["allowedActions"] == ["read", "restore", "update"]

    assert await texts() == {"Rich in oil", "Soft", "Proven"}
    oil, soap = shelf.ingredients["Oil"], shelf.products["Soap"]
    await archive("/ingredients", oil, {"claims", "products"})
    assert await texts() == {"Soft", "Proven"}
    fresh = await made(shelf.platform, "/products", {"claimBrandId": shelf.claim_brand["id"], "name": "Fresh"})
    response = await shelf.platform.http.put(
        f"/products/{fresh['id']}/ingredients", json={"ingredientIds": [oil["id"]]}, headers={"If-Match": '"1"'}
    )
    assert_problem(response, 400, "VALIDATION_ERROR")
    await shelf.platform.post(f"/ingredients/{oil['id']}/restore")
    assert await texts() == {"Rich in oil", "Soft", "Proven"}

    await archive("/products", soap, {"claims"})
    path = f"/products/{soap['id']}"
    assert_problem(await shelf.brand.viewer.get(f"{path}/stacked-claims", market="GB"), 409, "CONFLICT")
    body = {"text": {"original": "x"}, "level": "product", "status": "allowed", "subjectIds": [soap["id"]]}
    assert_problem(await shelf.brand.admin.post("/claims", body), 400, "VALIDATION_ERROR")
    await shelf.platform.post(f"{path}/restore")

    await archive("/claim-brands", shelf.claim_brand, {"claims", "products"})
    assert_problem(await shelf.brand.viewer.get(f"{path}/stacked-claims", market="GB"), 409, "CONFLICT")
    matrix = (await shelf.brand.viewer.get("/claim-matrix", market="GB", brandId=shelf.brand.id)).json()
    assert (matrix["data"], matrix["columns"]) == ([], [])
    product = {"claimBrandId": shelf.claim_brand["id"], "name": "Late"}
    assert_problem(await shelf.platform.post("/products", product), 400, "VALIDATION_ERROR")


async def test_an_archive_of_another_version_is_refused(shelf: Shelf) -> None:
    soap = shelf.products["Soap"]
    path = f"/products/{soap['id']}"
    first = await shelf.platform.get(path)
    again = await shelf.platform.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    changed = await shelf.platform.patch(path, soap["version"], {"description": "x"})
    assert changed.status_code == 200, changed.text
    late = await shelf.platform.http.post(f"{path}/archive", headers={"If-Match": f'"{soap["version"]}"'})
    assert_problem(late, 412, "CONFLICT")
    done = await shelf.platform.http.post(f"{path}/archive", headers={"If-Match": changed.headers["ETag"]})
    assert (done.status_code, done.headers["ETag"]) == (200, f'"{done.json()["data"]["version"]}"')
    claim = await made(
        shelf.brand.admin,
        "/claims",
        {"text": {"original": "X"}, "level": "brand", "status": "allowed", "subjectIds": [shelf.claim_brand["id"]]},
    )
    late = await shelf.brand.admin.http.post(f"/claims/{claim['id']}/archive", headers={"If-Match": '"9"'})
    assert_problem(late, 412, "CONFLICT")
