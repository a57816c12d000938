"""Proves that no mutation brings objects of another brand into the caller's own, or tells of them.

An admin changes objects of their own brand, and names objects of the other brand wherever a field takes an id.
"""

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.support.sql import Database
from tests.tenancy.graphql.callers import Clients
from tests.tenancy.graphql.proof import Proof
from tests.tenancy.scene import build_scene

pytestmark = pytest.mark.anyio


@pytest.mark.timeout(300)
async def test_ids_of_another_brand_in_mutations(
    stack: RunningStack, database: psycopg.Connection, origin: str
) -> None:
    scene = build_scene(database)
    proof, clients = Proof(Database(database), scene), Clients(stack, database, origin, scene)
    client = clients.client("other")
    # An id comes back as it was sent: as text of a form, or in a message.
    texts = [each for each in proof.secrets if each.count("-") != 4]
    before = proof.state()
    wrong: list[str] = []
    refused = 0
    for document in proof.planted():
        verdict = await proof.verdict(client, document)
        refused += verdict.is_failure
        if told := [each for each in texts if each in verdict.text]:
            wrong.append(f"{document.path} tells {told}: {verdict.text[:300]}")
        after = proof.state()
        if changed := [table for table in after if after[table] != before[table]]:
            wrong.append(f"{document.path} changes {changed}: {verdict.text[:300]}")
            before = after
    await clients.close()
    assert not wrong, "\n".join(wrong)
    assert refused > 0
