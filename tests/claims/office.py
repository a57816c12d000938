"""A claim brand with products and ingredients, made over HTTP by a platform admin and linked to a brand."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from local.demo.callers import Person
from tests.support.world import Brand, World

GLOBAL, ALL = "__GLOBAL__", "__ALL_COUNTRIES__"


async def made(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await person.post(path, body)
    assert response.status_code == 201, response.text
    return response.json()["data"]


def if_match(item: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{item["version"]}"'}


@dataclass
class Shelf:
    """The subjects of one test's claims, under short names."""

    world: World
    brand: Brand
    platform: Person
    claim_brand: dict[str, Any]
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    ingredients: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def product(self, name: str, *ingredients: str) -> dict[str, Any]:
        product = await made(self.platform, "/products", {"claimBrandId": self.claim_brand["id"], "name": name})
        for each in ingredients:
            if each not in self.ingredients:
                self.ingredients[each] = await made(self.platform, "/ingredients", {"name": f"{each} {uuid4().hex}"})
        if ingredients:
            response = await self.platform.http.put(
                f"/products/{product['id']}/ingredients",
                json={"ingredientIds": [self.ingredients[each]["id"] for each in ingredients]},
                headers=if_match(product),
            )
            assert response.status_code == 200, response.text
            product = response.json()["data"]
        self.products[name] = product
        return product

    def subject(self, level: str, name: str | None = None) -> str:
        if level == "brand":
            return self.claim_brand["id"]
        return (self.products if level == "product" else self.ingredients)[name or "Soap"]["id"]

    async def claim(
        self,
        level: str = "product",
        status: str = "allowed",
        *countries: str,
        text: str = "X",
        subject: str | None = None,
        by: Person | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        body = {
            "text": {"original": text},
            "level": level,
            "status": status,
            "countries": list(countries),
            "subjectIds": [self.subject(level, subject or ("Oil" if level == "ingredient" else None))],
        }
        writer = by or (self.platform if level == "ingredient" else self.brand.admin)
        return await made(writer, "/claims", body | more)

    async def set_steps(
        self, steps: list[dict[str, str]], by: Person | None = None, version: int | None = None
    ) -> httpx.Response:
        """Replaces the approval steps of the claim brand, by its present version unless another is named."""
        path = f"/claim-brands/{self.claim_brand['id']}/approval-steps"
        person = by or self.brand.admin
        seen = (await self.brand.viewer.get(path)).headers["ETag"] if version is None else f'"{version}"'
        return await person.http.put(path, json={"steps": steps}, headers={"If-Match": seen})

    async def stacked(self, product: str = "Soap", market: str = "GB", **query: Any) -> list[dict[str, Any]]:
        path = f"/products/{self.products[product]['id']}/stacked-claims"
        response = await self.brand.viewer.get(path, market=market, **query)
        assert response.status_code == 200, response.text
        return response.json()["data"]


async def open_shelf(world: World) -> Shelf:
    brand, platform = await world.brand(), await world.platform_admin()
    claim_brand = await made(platform, "/claim-brands", {"name": f"Master {uuid4().hex}"})
    response = await platform.put(f"/claim-brands/{claim_brand['id']}/brands/{brand.id}")
    assert response.status_code == 204, response.text
    return Shelf(world, brand, platform, claim_brand)
