"""Proves for each field of Query and Mutation, and each type, that GraphQL shows and changes nothing of another brand.

The documents are made from the schema. Each is asked by callers outside of the brand, and by members with few rights;
its verdict is that of the operation of REST which the field covers.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from graphql import GraphQLObjectType, TypeInfo, TypeInfoVisitor, Visitor, is_introspection_type, parse, visit

from lib.graph.engine.schema import get_schema
from tests.tenancy.graphql.callers import INSIDERS, OUTSIDERS, Clients
from tests.tenancy.graphql.proof import Document, Proof, Verdict

pytestmark = pytest.mark.anyio

SHARES: Final = 4
# Types that only a mutation returns, or that the other brand has none of.
NOT_REACHED: Final = {
    **dict.fromkeys(
        ("AIProgress", "ContentStatusUpdate", "TextDelta", "WorkflowUpdate"), "subscriptions have tests of their own"
    ),
}


def differences(document: Document, rest: Verdict | None, verdict: Verdict) -> list[str]:
    """A refusal of REST is one of GraphQL, with the same status; what REST did not let happen, GraphQL does not."""
    line = f"{document.path}: REST {rest.status if rest else '-'}, GraphQL {verdict.status}: {verdict.text[:300]}"
    if rest is not None and rest.is_refusal:
        return [line] if verdict.status != rest.status else []
    is_change = document.field.type_name == "Mutation"
    return [line] if is_change and not verdict.is_failure and (rest is None or rest.is_failure) else []


def share_of(documents: list[Document], share: int) -> list[Document]:
    return documents[share::SHARES]


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", OUTSIDERS)
async def test_mutations_of_outsiders(clients: Clients, proof: Proof, name: str, share: int) -> None:
    """Each is refused as in REST, tells nothing and changes nothing."""
    client = clients.client(name)
    before = proof.state()
    wrong: list[str] = []
    for document in share_of(proof.documents("Mutation"), share):
        rest = await proof.rest(client, document)
        verdict = await proof.verdict(client, document)
        wrong += differences(document, rest, verdict)
        if told := proof.told(client, verdict.text, document.variables):
            wrong.append(f"{document.path} tells {told}: {verdict.text[:300]}")
        after = proof.state()
        if changed := [table for table in after if after[table] != before[table]]:
            wrong.append(f"{document.path} changes {changed}: {verdict.text[:300]}")
            before = after
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", OUTSIDERS)
async def test_queries_of_outsiders(clients: Clients, proof: Proof, name: str) -> None:
    client = clients.client(name)
    wrong: list[str] = []
    for document in proof.documents("Query"):
        rest = await proof.rest(client, document)
        verdict = await proof.verdict(client, document)
        wrong += differences(document, rest, verdict)
        if told := proof.told(client, verdict.text, document.variables):
            wrong.append(f"{document.path} tells {told}: {verdict.text[:300]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", INSIDERS)
async def test_members_with_few_rights(clients: Clients, proof: Proof, name: str) -> None:
    """GraphQL refuses to them all that REST refuses, with the same status."""
    client = clients.client(name)
    wrong: list[str] = []
    for document in [*proof.documents("Query"), *proof.documents("Mutation")]:
        rest = await proof.rest(client, document)
        if rest is None or not rest.is_refusal:
            continue
        wrong += differences(document, rest, await proof.verdict(client, document))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["other", "other by a key"])
async def test_every_field_of_every_type(clients: Clients, proof: Proof, name: str) -> None:
    """From objects of their own brand, no field leads another brand's admin into the first one."""
    client = clients.client(name)
    wrong: list[str] = []
    own = str(proof.scene.other.brand_id)
    shown = 0
    for way in proof.ways():
        text, variables = proof.everything_at(way)
        response = await client.ask(text, variables)
        if response.status_code != 200:
            wrong.append(f"{way.type_name}: {response.text[:300]}")
        if told := proof.told(client, response.text, variables):
            wrong.append(f"{way.type_name} tells {told}: {response.text[:300]}")
        shown += own in response.text
    assert not wrong, "\n".join(wrong)
    assert shown > 10 or name != "other"


async def test_strangers(clients: Clients, proof: Proof) -> None:
    client = clients.client("anonymous")
    documents = [*proof.documents("Query"), *proof.documents("Mutation")]
    statuses = {
        document.path: (await client.ask(document.text, document.variables)).status_code for document in documents
    }
    assert {path for path, status in statuses.items() if status != 401} == set()


def test_every_type_is_reached(proof: Proof) -> None:
    """A type that no way leads to is asked for by none of these tests."""
    returned = {"Query", "Mutation", "Subscription"}
    by_mutations = {name for document in proof.documents("Mutation") for name in _types_in(document)}
    reached = {way.type_name for way in proof.ways()} | returned | by_mutations
    declared = {
        name
        for name, kind in get_schema().type_map.items()
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind)
    }
    assert sorted(declared - reached - NOT_REACHED.keys()) == []


def _types_in(document: Document) -> set[str]:
    """Returns the types of objects of which a document selects something."""
    names: set[str] = set()
    info = TypeInfo(get_schema())

    class Names(Visitor):
        def enter_selection_set(self, *_: Any) -> None:
            parent = info.get_parent_type()
            names.update([parent.name] if parent else [])

    visit(parse(document.text), TypeInfoVisitor(info, Names()))
    return names


def test_every_id_is_known(proof: Proof) -> None:
    """An id that nobody has would be refused to everyone."""
    for type_name in ("Query", "Mutation"):
        proof.documents(type_name)
    assert not proof.filler.unknown, "\n".join(sorted(proof.filler.unknown))


def test_count(proof: Proof, record_property: Callable[[str, object], None]) -> None:
    queries, mutations = len(proof.documents("Query")), len(proof.documents("Mutation"))
    record_property(
        "figure",
        f"GraphQL: {queries} queries and {mutations} mutations × {len(OUTSIDERS) + len(INSIDERS)} callers, "
        f"{len(proof.ways())} types × 2 callers",
    )
    assert queries > 60
    assert mutations > 120
