"""The documents of our own applications: asked for by their ids, they answer as their texts do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.stack.settings import ROOT
from tests.claims.office import open_shelf
from tests.support.graph import send
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

FOLDER = ROOT / "lib" / "graph" / "documents"
IDS: dict[str, str] = {path: digest for digest, path in json.loads((FOLDER / "ids.json").read_text()).items()}
OWN = sorted(path for path in IDS if "/" not in path)


async def _variables(world: World, brand: Brand, path: str) -> dict[str, Any]:
    content = await world.draft(brand)
    named: dict[str, Callable[[], dict[str, Any]]] = {
        "ai-usage.graphql": lambda: {"brandId": brand.id},
        "brand-home.graphql": lambda: {"id": brand.id},
        "brand-people.graphql": lambda: {"id": brand.id},
        "content-editor.graphql": lambda: {"id": content["id"]},
        "task-list.graphql": lambda: {"brandId": brand.id},
        "template-editor.graphql": lambda: {"id": brand.template_id},
    }
    return named.get(path, dict)()


@pytest.mark.parametrize("path", OWN)
async def test_a_document_answers_by_its_id(world: World, path: str) -> None:
    if path == "product-claims.graphql":
        shelf = await open_shelf(world)
        brand, variables = shelf.brand, {"id": (await shelf.product("Soap"))["id"]}
    else:
        brand = await world.brand()
        variables = await _variables(world, brand, path)
    by_id = await send(brand.admin, {"id": IDS[path], "variables": variables})
    assert by_id.status_code == 200, by_id.text
    answer = by_id.json()
    assert "errors" not in answer, answer["errors"]
    assert all(value is not None for value in answer["data"].values())
    expected = _without_news(answer["data"])
    by_text = await send(brand.admin, {"query": (FOLDER / path).read_text(), "variables": variables})
    assert _without_news(by_text.json()["data"]) == expected
    by_hash = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": IDS[path]}}, "variables": variables}
    assert _without_news((await send(brand.admin, by_hash)).json()["data"]) == expected


def _without_news(data: dict[str, Any]) -> dict[str, Any]:
    """Returns data without what may arrive between two requests: the news of the brand that was just made."""
    return {name: value for name, value in data.items() if not name.startswith(("unread", "notification"))}


async def test_an_unknown_id_is_told(world: World) -> None:
    brand = await world.brand()
    refused = await send(brand.viewer, {"id": "0" * 64}, Accept="application/graphql-response+json")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


def test_there_are_ten_screens() -> None:
    assert len(OWN) == 10
