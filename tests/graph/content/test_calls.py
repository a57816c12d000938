"""Counts the calls of the data API that texts in lists of contents cause: one for each level, however many items."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.stack.client import RunningStack
from tests.support.graph import ask
from tests.support.recorder import DATA_API, Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio

LIST = """query($brand: ID!) { contents(filter: {brandId: $brand}) { nodes { id title status } } }"""
TEXTS = """query($brand: ID!) { contents(filter: {brandId: $brand}) { totalCount nodes { body fields metadata plainTexts
  provenance brand { name } scoreParts { score } comments { totalCount } history { totalCount } } } }"""
PEOPLE = """query($brand: ID!) { contents(filter: {brandId: $brand}) { nodes { people { firstName } } } }"""
VERSIONS = """query($id: ID!) { content(id: $id) { versions { nodes { version snapshot { body } } } } }"""


@pytest.fixture(scope="module")
def recorded(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    with recording(stack.environment) as (recorder, settings), functions_with(settings) as origin:
        recorder.delays["supabase"] = 0.0
        recorder.delays["kv"] = 0.0
        yield recorder, origin


async def test_texts_of_a_list_are_read_by_one_call(world: World, recorded: tuple[Recorder, str]) -> None:
    recorder, origin = recorded
    brand = await world.brand()
    reader = await world.signed_in(origin)
    world.join(reader, brand.id, "viewer")
    content, *_ = [await world.draft(brand, body=f"<p>{number}</p>") for number in range(4)]
    for version in (1, 2, 3):
        response = await brand.editor.patch(f"/contents/{content['id']}", version, {"body": f"<p>{version}</p>"})
        assert response.status_code == 200

    async def calls_of(document: str, **variables: Any) -> tuple[list[str], dict[str, Any]]:
        recorder.hops.clear()
        data = await ask(reader, document, **variables)
        return [hop.path for hop in recorder.hops if hop.path.startswith(DATA_API)], data

    await calls_of(LIST, brand=brand.id)  # what is read once of a session
    alone, _ = await calls_of(LIST, brand=brand.id)
    texts, data = await calls_of(TEXTS, brand=brand.id)
    assert len(data["contents"]["nodes"]) == 4
    assert len(texts) == len(alone) + 1, texts
    people, data = await calls_of(PEOPLE, brand=brand.id)
    assert len(people) == len(alone), people
    assert all(node["people"] == [{"firstName": "Test"}] for node in data["contents"]["nodes"])
    versions, data = await calls_of(VERSIONS, id=content["id"])
    assert [node["snapshot"]["body"] for node in data["content"]["versions"]["nodes"]] == [
        "<p>3</p>",
        "<p>2</p>",
        "<p>1</p>",
        "<p>0</p>",
    ]
    assert len(versions) == len(alone) + 2, versions


@pytest.mark.parametrize("field", ["content(id: $id)", "contents(filter: {brandId: $brand})"])
@pytest.mark.parametrize(
    ("fields", "levels"),
    [
        (("id name slug", "id name version contentType isActive __typename"), 1),
        (("... on Brand { name } ...Named", "name"), 1),
        (("name description", "name"), 2),
        (("name", "name category"), 2),
        (("subBrands { id }", "inputFields { id }"), 2),
    ],
)
async def test_brands_and_templates_come_with_their_contents(
    world: World, recorded: tuple[Recorder, str], field: str, fields: tuple[str, str], levels: int
) -> None:
    """They are read themselves only where more is asked for than contents embed, and are the same then."""
    recorder, origin = recorded
    brand_fields, template_fields = fields
    brand = await world.brand()
    reader = await world.signed_in(origin)
    world.join(reader, brand.id, "viewer")
    content = await world.draft(brand)
    selected = f"id brand {{ {brand_fields} }} template {{ {template_fields} }}"
    selected = selected if field.startswith("content(") else f"nodes {{ {selected} }}"
    declared = "$id: ID!" if "$id" in field else "$brand: ID!"
    fragment = "fragment Named on Brand { name __typename }" if "...Named" in selected else ""
    sent = {"id": content["id"]} if "$id" in field else {"brand": brand.id}
    recorder.hops.clear()
    found = await ask(reader, f"query({declared}) {{ {field} {{ {selected} }} }} {fragment}", **sent)
    assert len([hop for hop in recorder.hops if hop.path.startswith(DATA_API)]) == levels
    shown = found["content"] if "content" in found else found["contents"]["nodes"][0]
    alone = f"brand(id: $brand) {{ {brand_fields} }} template(id: $template) {{ {template_fields} }}"
    whole = await ask(
        reader,
        f"query($brand: ID!, $template: ID!) {{ {alone} }} {fragment}",
        brand=brand.id,
        template=content["templateId"],
    )
    assert shown == {"id": content["id"]} | whole
