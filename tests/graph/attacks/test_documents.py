"""Sends documents that are made to keep the API busy: each is refused before anything is executed."""

import json
from typing import Any, Final

import pytest
from graphql import get_introspection_query

from lib.core.memory import Memory
from lib.graph.engine import documents
from lib.graph.engine.documents import Asked, Document, find_document
from tests.support.graph import ask, send
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODYS: Final = '"00000000-0000-7000-8000-000000000000"'
CONTENT: Final = f"content(id: {NOBODYS})"


def bomb(levels: int) -> str:
    fragments = (
        f"fragment F{n} on Content {{ brand {{ contents {{ nodes {{ ...F{n + 1} }} }} }} "
        f"... {{ brand {{ contents {{ edges {{ node {{ ...F{n + 1} }} }} }} }} }} }}"
        for n in range(levels)
    )
    return f"{{ {CONTENT} {{ ...F0 }} }} " + " ".join(fragments) + f" fragment F{levels} on Content {{ id }}"


DEEP: Final = "brand { contents { nodes { " * 4
PAGE: Final = "contents(first: 100) { nodes { brand { contents(first: 100) { nodes { id } } } } }"
TOO_COMPLEX: Final = {
    "aliases": "{ " + " ".join(f"a{n}: {CONTENT} {{ id }}" for n in range(500)) + " }",
    "aliases of fragments": "{ " + "...F " * 3 + "}" + "fragment F on Query { " + "a: __typename " * 6 + "}",
    "fragments": bomb(12),
    "depth": f"{{ {CONTENT} {{ {DEEP} id {'} } } ' * 4} }} }}",
    "a tower of braces": "{" + "brand {" * 900 + "id" + "}" * 901,
    "a tower of inline fragments": "{" + "... {" * 600 + "__typename" + "}" * 601,
    "a tower of lists": "{ content(id: " + "[" * 900 + "]" * 900 + ") { id } }",
    "names of types": "{ " + "__typename " * 1_990 + "}",
    "directives": "{ __typename " + "@skip(if: false) " * 390 + "}",
    "directives that do not exist": "{ __typename " + "@a " * 900 + "}",
    "fields that are merged": "{ " + f"{CONTENT} {{ id }} " * 220 + "}",
    "nested fields that are merged": "{ " + f"{CONTENT} {{ brand {{ id }} }} " * 160 + "}",
    "text": "{ __typename }" + " " * 20_000,
    "comments": "#\n" * 2_100 + "{ __typename }",
    "a name": "{ " + "a" * 25_000 + " }",
    "operations": "query A { __typename } query B { __typename }",
    "pages within pages": f"{{ {PAGE} }}",
    "introspection of fields of fields": "{ __schema { types { fields { type { fields { name } } } } } }",
    "introspection three times": "{ " + " ".join(f"{name}: __schema {{ description }}" for name in "abc") + " }",
}
INVALID: Final = {
    "a cycle of fragments": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a fragment of itself": "{ ...A } fragment A on Query { node(id: 1) { ... on Content { brand { ...B } } } } "
    "fragment B on Brand { contents { nodes { brand { ...B } } } }",
    "two fragments of one name": "{ ...A } fragment A on Query { __typename } fragment A on Query { b: __typename }",
    "arguments twice": f"{{ content(id: {NOBODYS}, id: {NOBODYS}) {{ id }} }}",
    "variables twice": "query($a: ID!, $a: ID!) { content(id: $a) { id } }",
    "keys twice": "{ contents(pagination: {pageSize: 1, pageSize: 100}) { nodes { id } } }",
    "fields that conflict": "{ a: __typename a: content(id: 1) { id } }",
    "a schema": "extend type Query { secret: String }",
    "nothing": " ",
}


async def refusal_of(world: World, document: str) -> list[dict[str, Any]]:
    person = await world.signed_in()
    response = await send(person, {"query": document}, Accept="application/graphql-response+json")
    assert response.status_code == 400, response.text
    assert "data" not in response.json()
    assert len(response.text) < 20_000, "the refusal is an attack itself"
    return response.json()["errors"]


@pytest.mark.parametrize("name", TOO_COMPLEX)
async def test_too_complex(world: World, name: str) -> None:
    errors = await refusal_of(world, TOO_COMPLEX[name])
    assert {error["extensions"]["code"] for error in errors} == {"DOCUMENT_TOO_COMPLEX"}


@pytest.mark.parametrize("name", INVALID)
async def test_invalid(world: World, name: str) -> None:
    errors = await refusal_of(world, INVALID[name])
    assert errors[0]["extensions"]["code"] in ("GRAPHQL_VALIDATION_FAILED", "VALIDATION_ERROR")


async def test_hundreds_of_mistakes_are_answered_with_a_few(world: World) -> None:
    errors = await refusal_of(world, "{ " + " ".join(f"unknown{n}" for n in range(600)) + " }")
    assert len(errors) <= 21


ONE_PAGE: Final = "query($n: Int) { contents(first: $n) { nodes { id } } }"
SIZED: Final = "query($n: Int) { contents(first: $n) { nodes { brand { contents(first: $n) { nodes { id } } } } } }"
PAGED: Final = SIZED.replace("$n: Int", "$n: Pagination").replace("first: $n", "pagination: $n")


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (SIZED, {"n": 100}),
        (SIZED, {"n": 60}),
        (SIZED, {"n": -1}),
        (SIZED, {"n": 2**31 - 1}),
        (SIZED.replace("$n: Int", "$n: Int = 100"), {}),
        (PAGED, {"n": {"pageSize": 100}}),
        (PAGED.replace("$n: Pagination", "$n: Pagination = {pageSize: 100}"), {}),
        (PAGED.replace("$n: Pagination", "$n: Pagination = {pageSize: 100}"), {"m": {"pageSize": 1}}),
        (PAGED, {"n": {"page": 1, "pageSize": -100}}),
    ],
)
async def test_variables_do_not_hide_what_a_document_costs(
    world: World, document: str, variables: dict[str, Any]
) -> None:
    person = await world.signed_in()
    answer = (await send(person, {"query": document, "variables": variables})).json()
    assert answer["errors"][0]["extensions"]["code"] == "DOCUMENT_TOO_COMPLEX", answer
    assert "data" not in answer


async def test_the_answer_tells_what_a_document_costs(world: World) -> None:
    brand = await world.brand()
    for size, points in ((1, 1), (20, 1), (100, 3)):
        answer = (await send(brand.editor, {"query": ONE_PAGE, "variables": {"n": size}})).json()
        assert answer["extensions"]["cost"] == {"cost": 1 + size, "points": points}, answer


@pytest.mark.parametrize(
    "body",
    [
        [],
        [{"query": "{ __typename }"}, {"query": "{ __typename }"}],
        [{"query": "mutation { __typename }"}] * 100,
        {"query": ["{ __typename }"]},
        {"query": {"query": "{ __typename }"}},
        {"query": "{ __typename }", "variables": [{"n": 1}]},
        {"query": "{ __typename }", "variables": '{"n": 1}'},
        {"query": "{ __typename }", "operationName": ["A", "B"]},
        {"query": "{ __typename }", "extensions": []},
        {"batch": [{"query": "{ __typename }"}]},
        None,
        "{ __typename }",
        0,
    ],
)
async def test_only_one_operation_comes_in_one_request(world: World, body: Any) -> None:
    person = await world.signed_in()
    response = await send(person, body, Accept="application/graphql-response+json")
    assert response.status_code == 400, response.text
    assert "data" not in response.json()


async def test_of_a_key_that_comes_twice_one_is_weighed_and_executed(world: World) -> None:
    """JSON leaves open which of them counts: the one that is weighed must be the one that is executed."""
    person = await world.signed_in()
    texts = ("{ first: __typename }", "{ second: __typename }")
    body = "{" + ", ".join(f'"query": {json.dumps(text)}' for text in texts) + "}"
    response = await person.http.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert response.json()["data"] == {"second": "Query"}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ('{"query": "{ __typename }", "variables": ' + "[" * 100_000 + "]" * 100_000 + "}", 413),
        ('{"query": "{ __typename }", "variables": {"n": ' + '{"n": ' * 5_000 + "1" + "}" * 5_001 + "}", 400),
        ('{"query": "{ __typename }", "variables": {"n": ' + "9" * 10_000 + "}}", 400),
        ('{"query": "{ __typename }", "variables": {"n": 1e5000}}', 200),
        ('{"query": "{ __typename }", "variables": {' + ",".join(f'"v{n}": {n}' for n in range(50_000)) + "}}", 413),
        ('{"query": "{ __typename }", "variables": {' + ",".join(f'"v{n}": {n}' for n in range(20_000)) + "}}", 200),
        ('{"query": "{ __typename }", "variables": {"n": "' + "x" * 5_000_000 + '"}}', 413),
        ('{"query": "\\ud800"}', 400),
        ("{", 400),
        ("", 400),
    ],
)
async def test_variables_of_any_size(world: World, content: str, status: int) -> None:
    person = await world.signed_in()
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    response = await person.http.post("/graphql", content=content.encode(), headers=headers)
    assert response.status_code == status, response.text[:500]


async def test_the_query_of_tools_is_answered(world: World) -> None:
    person = await world.signed_in()
    data = await ask(person, get_introspection_query(input_value_deprecation=True))
    assert data["__schema"]["queryType"]["name"] == "Query"


async def test_an_answer_is_not_larger_than_the_platform_sends(world: World) -> None:
    """Aliases repeat what was read once: one page of texts fifteen times would fill the memory of all callers."""
    brand = await world.brand()
    for _ in range(2):
        content = await world.draft(brand)
        world.rows("update public.contents set body = repeat('cold ', 90000) where id = %s returning id", content["id"])
    page = "contents(filter: {brandId: $id}) { nodes { body } }"
    aliases = " ".join(f"a{number}: {page}" for number in range(14))
    body = {"query": f"query($id: ID!) {{ {aliases} }}", "variables": {"id": brand.id}}
    answer = await send(brand.viewer, body)
    assert answer.status_code == 413, answer.text[:500]
    assert answer.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"
    assert "data" not in answer.json()
    one = await ask(brand.viewer, f"query($id: ID!) {{ {page} totalled: __typename }}", id=brand.id)
    assert len(one["contents"]["nodes"]) == 2


async def test_documents_of_callers_have_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request may bring another large one; parsed, a thousand characters take up to 300 kB."""
    kept, own = Memory[str, Document](documents._KEPT), Memory[str, Document](100)
    monkeypatch.setattr(documents, "_documents", kept)
    monkeypatch.setattr(documents, "_own_documents", own)
    hashes = list(documents.own_texts())
    ours = await find_document(Asked(None, hashes[0], None, {}))
    for number in range(30):
        text = f"{{ a{number}: __typename {'contents { nodes { id title } } ' * 100} }}"
        await find_document(Asked(text + " " * (19_000 - len(text)), None, None, {}))
    assert len(kept) == documents._KEPT // 19_000 < 30
    assert await find_document(Asked(None, hashes[0], None, {})) is ours
