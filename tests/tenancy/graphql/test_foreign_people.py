"""Proves that no field names a person of another brand with which the reader's shares a catalogue of claims."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.support.sql import Database
from tests.tenancy.graphql.callers import Clients
from tests.tenancy.graphql.proof import Proof
from tests.tenancy.scene import Scene
from tests.tenancy.shared_catalogue import Neighbours, build_neighbours

pytestmark = pytest.mark.anyio

FOREIGN = ("writer", "apart", "platform")


@pytest.fixture(scope="module")
def neighbours(database: psycopg.Connection) -> Neighbours:
    return build_neighbours(database)


@pytest.fixture
def proof(database: psycopg.Connection, neighbours: Neighbours) -> Proof:
    """Returns the proof of the reader's own objects, with the catalogue of the writer."""
    scene = Scene(neighbours.writer, neighbours.reader, neighbours.platform, {}, {})
    made = Proof(Database(database), scene)
    shared = ("claimId", "claimBrandId", "masterClaimBrandId", "masterId", "productId", "overrideId", "evidenceId")
    made.own.ids |= {name: made.filler.ids[name] for name in shared}
    return made


@pytest.fixture
async def readers(
    stack: RunningStack, database: psycopg.Connection, origin: str, proof: Proof
) -> AsyncIterator[Clients]:
    made = Clients(stack, database, origin, proof.scene)
    yield made
    await made.close()


@pytest.mark.parametrize("role", ["viewer", "admin"])
async def test_every_field_of_every_type(readers: Clients, proof: Proof, neighbours: Neighbours, role: str) -> None:
    client = readers.client_of(role, neighbours.reader.people[role])
    wrong: list[str] = []
    own = 0
    for way in proof.ways():
        text, variables = proof.everything_at(way)
        response = await client.ask(text, variables)
        assert response.status_code == 200, f"{way.type_name}: {response.text[:300]}"
        if found := neighbours.found(response.text, *FOREIGN):
            wrong.append(f"{way.type_name} names {found}: {response.text[:300]}")
        own += bool(neighbours.found(response.text, "reader"))
    assert not wrong, "\n".join(wrong)
    assert own > 10
