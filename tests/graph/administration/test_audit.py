"""Audit logs by GraphQL: for auditors of the brand, and for platform admins."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from local.demo.callers import Person
from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.waiting import until
from tests.support.world import Brand, World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio

LOG = """query($id: ID!, $filter: AuditFilter, $first: Int, $after: String) {
  auditLog(brandId: $id, filter: $filter, first: $first, after: $after) {
    nodes { action details actor { id } } edges { cursor node { id } } totalCount
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
PLATFORM = "query($filter: AuditFilter) { platformAuditLog(filter: $filter) { nodes { action details } } }"


def record(world: World, brand: Brand | None, action: str, person: Person | None = None, **details: Any) -> None:
    world.rows(
        "select private.audit_as(%s, null, %s, %s, 'test', null, %s)",
        world.id_of(person) if person else None,
        brand.id if brand else None,
        action,
        Jsonb(details),
    )


async def test_the_log_of_a_brand(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}/members/{world.id_of(brand.viewer)}"
    assert (await brand.admin.put(path, {"role": "editor"})).status_code == 200
    record(world, brand, "test.mailed", brand.editor, email="somebody@aurora.test")
    told = data(await brand.admin.get(f"/brands/{brand.id}/audit-log"))
    assert {each["action"] for each in told} >= {"membership.update", "test.mailed"}
    declared = "$id: ID!"
    await assert_alike(brand.admin, "auditLog(brandId: $id)", "AuditEntry", told, declared=declared, id=brand.id)
    of_brand = """{ me { memberships { brand { id auditLog(filter: {action: ["test.mailed"]}) {
      nodes { details outcome actorType actor { id } } } } } } }"""
    ((membership,),) = (await ask(brand.admin, of_brand))["me"].values()
    assert membership["brand"]["auditLog"]["nodes"] == [
        {
            "details": {"email": "s•••@aurora.test"},
            "outcome": "SUCCESS",
            "actorType": "USER",
            "actor": {"id": world.id_of(brand.editor)},
        }
    ]
    (error,) = await refused(brand.viewer, of_brand)
    assert (error["path"][-1], error["extensions"]["code"]) == ("auditLog", "FORBIDDEN")


async def test_pages_and_filters(world: World) -> None:
    brand = await world.brand()
    for number in range(3):
        record(world, brand, "test.numbered", brand.admin, number=number)
    record(world, brand, "test.other", brand.editor)
    given: dict[str, Any] = {"id": brand.id, "filter": {"action": ["test.numbered"]}, "first": 2}
    first = (await ask(brand.admin, LOG, **given))["auditLog"]
    second = (await ask(brand.admin, LOG, **given, after=first["pageInfo"]["endCursor"]))["auditLog"]
    assert [each["details"]["number"] for each in first["nodes"] + second["nodes"]] == [2, 1, 0]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert (second["pageInfo"]["hasPreviousPage"], first["totalCount"]) == (True, None)
    behind = [
        (await ask(brand.admin, LOG, **given, after=edge["cursor"]))["auditLog"]["nodes"]
        for edge in first["edges"] + second["edges"]
    ]
    assert [[each["details"]["number"] for each in nodes] for nodes in behind] == [[1, 0], [0], []]
    for given_filter in (
        {"actor": world.id_of(brand.editor), "action": ["test.other"]},
        {"action": ["test.other"], "from": "2026-01-01T00:00:00Z", "to": "2999-01-01T00:00:00+01:00"},
    ):
        found = (await ask(brand.admin, LOG, id=brand.id, filter=given_filter))["auditLog"]
        assert [each["action"] for each in found["nodes"]] == ["test.other"]
    for wrong, field in (({"action": ["No action"]}, "filter.action.0"), ({"from": "yesterday"}, "filter.from")):
        (error,) = await refused(brand.admin, LOG, id=brand.id, filter=wrong)
        assert error["extensions"]["code"] == "VALIDATION_ERROR"
        assert error["extensions"]["details"][0]["field"] == field
    (error,) = await refused(brand.admin, LOG, id=brand.id, after="bm90aGluZw")
    assert error["extensions"]["code"] == "VALIDATION_ERROR"
    later = "query($id: ID!) { auditLog(brandId: $id, pagination: {page: 2}) { nodes { id } } }"
    (error,) = await refused(brand.admin, later, id=brand.id)
    assert error["extensions"]["details"][0]["field"] == "pagination.page"


async def test_who_reads_the_log_of_a_brand(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    for person, code in ((brand.editor, "FORBIDDEN"), (brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        (error,) = await refused(person, LOG, id=brand.id)
        assert error["extensions"]["code"] == code
    (error,) = await refused(brand.admin, PLATFORM)
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_the_log_of_the_platform(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    record(world, None, "test.platform", brand.viewer, number=1)
    actor = world.id_of(brand.viewer)
    told = data(await admin.get("/audit-log", actor=actor, action="test.platform"))
    assert len(told) == 1
    field = 'platformAuditLog(filter: {actor: $actor, action: ["test.platform"]})'
    await assert_alike(admin, field, "AuditEntry", told, declared="$actor: ID!", actor=actor)


async def test_a_denied_field_is_recorded(world: World) -> None:
    brand = await world.brand()
    document = "query($id: ID!) { log: auditLog(brandId: $id) { nodes { id } } mailSettings(brandId: $id) { version } }"
    assert len(await refused(brand.viewer, document, id=brand.id)) == 2
    query = "select details from public.audit_log where actor_id = %s and action = 'authz.denied'"
    await until(lambda: len(world.rows(query, world.id_of(brand.viewer))) == 2)
    recorded = world.rows(query, world.id_of(brand.viewer))
    told = {(each["details"]["path"], each["details"]["code"]) for each in recorded}
    assert told == {("/api/v1/graphql#auditLog", "FORBIDDEN"), ("/api/v1/graphql#mailSettings", "FORBIDDEN")}
