"""Connections to identity providers by GraphQL: for platform admins."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.likeness import assert_alike
from tests.identity.test_sso_connections import account, body, certificate, metadata
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio

PROBLEM = """problem { __typename
  ... on ValidationProblem { details { field } } ... on ConflictProblem { code } }"""
CREATE = f"""mutation($input: CreateSsoConnectionInput!) {{ createSsoConnection(input: $input) {{
  ssoConnection {{ id name logoutUrl isActive groupRoles {{ group role brandId brandName brand {{ id }} }} }}
  {PROBLEM} }} }}"""
UPDATE = f"""mutation($id: ID!, $input: UpdateSsoConnectionInput!) {{ updateSsoConnection(id: $id, input: $input) {{
  ssoConnection {{ name entityId logoutUrl isActive groupRoles {{ group }} }} {PROBLEM} }} }}"""
DELETE = f"mutation($id: ID!) {{ deleteSsoConnection(id: $id) {{ deletedId {PROBLEM} }} }}"
REPORT = f"report {{ isUsable findings {{ check severity message }} }} {PROBLEM}"
TEST = f"mutation($id: ID!) {{ testSsoConnection(id: $id) {{ {REPORT} }} }}"
TEST_DRAFT = f"mutation($input: SsoDraftInput!) {{ testSsoDraft(input: $input) {{ {REPORT} }} }}"
GET = "query($id: ID!) { ssoConnection(id: $id) { id name entityId } }"
LIST = """query($account: ID) { ssoConnections(accountId: $account) {
  nodes { id } totalCount pageInfo { hasNextPage } } }"""


def as_rest(report: dict[str, Any]) -> dict[str, Any]:
    findings = [
        each | {"check": each["check"].lower(), "severity": each["severity"].lower()} for each in report["findings"]
    ]
    return report | {"findings": findings}


async def test_from_creation_to_removal(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    made = account(world)
    world.rows("update public.brands set account_id = %s where id = %s", made, brand.id)
    given = body(made, groupRoles=[{"group": "Writers", "brandId": brand.id, "role": "EDITOR"}])
    created = (await ask(admin, CREATE, input=given))["createSsoConnection"]
    assert created["problem"] is None
    connection = created["ssoConnection"]
    assert (connection["logoutUrl"], connection["isActive"]) == (None, True)
    assert connection["groupRoles"] == [
        {
            "group": "Writers",
            "role": "EDITOR",
            "brandId": brand.id,
            "brandName": brand.name,
            "brand": {"id": brand.id},
        }
    ]
    connection_id = connection["id"]
    told = data(await admin.get(f"/sso-connections/{connection_id}"))
    assert told["domains"] == given["domains"]
    await assert_alike(admin, "ssoConnection(id: $id)", "IdentityProvider", told, declared="$id: ID!", id=connection_id)
    listed = data(await admin.get("/sso-connections", accountId=made))
    field = "ssoConnections(accountId: $id)"
    await assert_alike(admin, field, "IdentityProvider", listed, declared="$id: ID!", id=made)
    page = (await ask(admin, LIST, account=made))["ssoConnections"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (1, False)
    assert (await ask(admin, LIST, account=str(uuid4())))["ssoConnections"]["nodes"] == []

    changes = {"name": "Renamed", "isActive": False, "groupRoles": [], "logoutUrl": "https://idp.test/slo"}
    changed = (await ask(admin, UPDATE, id=connection_id, input=changes))["updateSsoConnection"]["ssoConnection"]
    assert changed == changes | {"entityId": given["entityId"]}
    cleared = await ask(admin, UPDATE, id=connection_id, input={"logoutUrl": None})
    assert cleared["updateSsoConnection"]["ssoConnection"] == changed | {"logoutUrl": None}

    assert (await ask(admin, DELETE, id=connection_id))["deleteSsoConnection"]["deletedId"] == connection_id
    for document in (GET, DELETE, TEST):
        assert (await refused(admin, document, id=connection_id))[0]["extensions"]["code"] == "NOT_FOUND"


async def test_problems(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    made = account(world)
    good = body(made)

    async def problem(given: dict[str, Any]) -> dict[str, Any]:
        found = (await ask(admin, CREATE, input=given))["createSsoConnection"]
        assert found["ssoConnection"] is None
        return found["problem"]

    for wrong, field in (
        ({"signOnUrl": "http://idp.test/sso"}, "input.signOnUrl"),
        ({"certificates": ["bm90IGEgY2VydGlmaWNhdGU="]}, "input.certificates.0"),
        ({"domains": []}, "input.domains"),
        ({"entityId": None}, "input.metadata"),
        ({"metadata": "no xml"}, "input.metadata"),
    ):
        assert await problem(good | wrong) == {"__typename": "ValidationProblem", "details": [{"field": field}]}
    (error,) = await refused(admin, CREATE, input=good | {"accountId": str(uuid4())})
    assert error["extensions"]["code"] == "NOT_FOUND"
    (error,) = await refused(admin, CREATE, input=body(account(world, "professional")))
    assert error["extensions"]["code"] == "PLAN_LIMIT_EXCEEDED"
    assert (await ask(admin, CREATE, input=good))["createSsoConnection"]["problem"] is None
    conflict = {"__typename": "ConflictProblem", "code": "CONFLICT"}
    assert await problem(body(made, domains=good["domains"])) == conflict
    assert await problem(body(made, entityId=good["entityId"])) == conflict | {"code": "ALREADY_EXISTS"}
    foreign = [{"group": "Writers", "brandId": brand.id, "role": "ADMIN"}]
    assert await problem(body(made, groupRoles=foreign)) == conflict


async def test_reports(world: World) -> None:
    admin = await world.platform_admin()
    given = body(account(world), metadata=metadata(f"urn:{uuid4()}", certificate()))
    connection_id = (await ask(admin, CREATE, input=given))["createSsoConnection"]["ssoConnection"]["id"]
    told = data(await admin.post(f"/sso-connections/{connection_id}/test"))
    report = (await ask(admin, TEST, id=connection_id))["testSsoConnection"]["report"]
    assert as_rest(report) == told
    assert report["isUsable"] is True
    for draft in ({"metadata": "no xml"}, {"oidcIssuer": "https://127.0.0.1"}, {"entityId": "urn:x"}):
        told = data(await admin.post("/sso-connections/test", draft))
        report = (await ask(admin, TEST_DRAFT, input=draft))["testSsoDraft"]["report"]
        assert as_rest(report) == told
        assert report["isUsable"] is False
    bad = (await ask(admin, TEST_DRAFT, input={"signOnUrl": "javascript:x"}))["testSsoDraft"]
    assert (bad["report"], bad["problem"]["details"]) == (None, [{"field": "input.signOnUrl"}])


async def test_nobody_else(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    made = account(world)
    world.rows("update public.brands set account_id = %s where id = %s", made, brand.id)
    connection_id = (await ask(admin, CREATE, input=body(made)))["createSsoConnection"]["ssoConnection"]["id"]
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        (LIST, {"account": made}),
        (GET, {"id": connection_id}),
        (CREATE, {"input": body(made)}),
        (UPDATE, {"id": connection_id, "input": {"name": "Mine"}}),
        (DELETE, {"id": connection_id}),
        (TEST, {"id": connection_id}),
        (TEST_DRAFT, {"input": {"oidcIssuer": "https://idp.test"}}),
    )
    for person in (brand.admin, brand.viewer):
        for document, variables in asked:
            (error,) = await refused(person, document, **variables)
            assert error["extensions"]["code"] == "FORBIDDEN", document


async def test_an_old_proof_changes_nothing(world: World) -> None:
    admin = await world.platform_admin()
    made = account(world)
    connection_id = (await ask(admin, CREATE, input=body(made)))["createSsoConnection"]["ssoConnection"]["id"]
    world.rows(
        "update public.user_sessions set authenticated_at = now() - interval '1 hour' where user_id = %s",
        world.id_of(admin),
    )
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        (CREATE, {"input": body(made)}),
        (UPDATE, {"id": connection_id, "input": {"name": "Later"}}),
        (DELETE, {"id": connection_id}),
    )
    for document, variables in changes:
        (error,) = await refused(admin, document, **variables)
        assert error["extensions"]["code"] == "REAUTHENTICATION_REQUIRED", document
    assert (await ask(admin, GET, id=connection_id))["ssoConnection"]["name"] == "Directory"
