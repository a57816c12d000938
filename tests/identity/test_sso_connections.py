"""Tests that platform admins, and no other users, connect, test, change and remove identity providers of accounts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lib.identity.single_sign_on.connections.checks import read_discovery
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/sso-connections"


def certificate(*, begins: timedelta = timedelta(days=-1), ends: timedelta = timedelta(days=365)) -> str:
    """A certificate in PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.test")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    made = builder.not_valid_before(now + begins).not_valid_after(now + ends).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def bare(pem: str) -> str:
    return "".join(pem.splitlines()[1:-1])


def metadata(entity_id: str, pem: str, url: str = "https://idp.test/sso") -> str:
    return (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
        f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}">'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{bare(pem)}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        f'<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{url}"/>'
        "</IDPSSODescriptor></EntityDescriptor>"
    )


def account(world: World, plan: str = "enterprise") -> str:
    query = "insert into public.accounts (name, plan) values (%s, %s) returning id::text"
    return world.rows(query, uuid4().hex, plan)[0]["id"]


def body(account_id: str, **more: Any) -> dict[str, Any]:
    made = {"accountId": account_id, "name": "Directory", "domains": [f"{uuid4().hex}.test"]}
    provider = {"entityId": f"urn:{uuid4()}", "signOnUrl": "https://idp.test/sso", "certificates": [certificate()]}
    return made | ({} if "metadata" in more else provider) | more


async def test_from_creation_to_removal(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    made = account(world)
    world.rows("update public.brands set account_id = %s where id = %s", made, brand.id)
    wanted = body(made, groupRoles=[{"group": "Writers", "brandId": brand.id, "role": "editor"}])
    created = await admin.post(PATH, wanted)
    assert created.status_code == 201, created.text
    connection = created.json()["data"]
    path = f"{PATH}/{connection['id']}"
    assert created.headers["Location"] == f"/api/v1{path}"
    assert connection["account"]["id"] == made
    assert connection["groupRoles"] == [
        {"group": "Writers", "brand": {"id": brand.id, "name": brand.name}, "role": "editor"}
    ]
    (described,) = connection["certificates"]
    assert (described["subject"], described["isValid"]) == ("CN=idp.test", True)
    stored = world.rows("select certificates from public.sso_connections where id = %s", connection["id"])
    assert stored[0]["certificates"] == [bare(wanted["certificates"][0])]

    assert (await admin.get(path)).json()["data"] == connection
    page = (await admin.get(PATH, accountId=made)).json()
    assert ([each["id"] for each in page["data"]], page["pagination"]["totalItems"]) == ([connection["id"]], 1)
    for name, link in connection["_links"].items():
        method = "POST" if name == "test" else "GET"
        answer = await admin.http.request(method, link.removeprefix("/api/v1"))
        assert answer.status_code in (200, 303), f"{name}: {answer.text}"

    changed = await admin.http.patch(path, json={"name": "Renamed", "isActive": False, "groupRoles": []})
    assert changed.status_code == 200, changed.text
    data = changed.json()["data"]
    assert (data["name"], data["isActive"], data["groupRoles"]) == ("Renamed", False, [])
    assert data["entityId"] == connection["entityId"]
    assert "signIn" not in data["_links"]

    assert (await admin.delete(path)).status_code == 204
    assert_problem(await admin.get(path), 404, "NOT_FOUND")
    assert_problem(await admin.delete(path), 404, "NOT_FOUND")


async def test_by_metadata(world: World) -> None:
    admin = await world.platform_admin()
    entity, pem = f"https://idp.test/{uuid4()}", certificate()
    created = await admin.post(PATH, body(account(world), metadata=metadata(entity, pem)))
    assert created.status_code == 201, created.text
    data = created.json()["data"]
    assert (data["entityId"], data["signOnUrl"]) == (entity, "https://idp.test/sso")
    renewed = await admin.http.patch(
        f"{PATH}/{data['id']}", json={"metadata": metadata(entity, certificate(), "https://idp.test/new")}
    )
    assert renewed.json()["data"]["signOnUrl"] == "https://idp.test/new"
    assert renewed.json()["data"]["certificates"] != data["certificates"]


async def test_single_logout_and_sign_ins_that_the_provider_begins(world: World) -> None:
    """Off unless they are asked for; the metadata give the address for logout."""
    admin = await world.platform_admin()
    made = await admin.post(PATH, body(account(world)))
    assert (made.json()["data"]["logoutUrl"], made.json()["data"]["allowsUnsolicited"]) == (None, False)
    path = f"{PATH}/{made.json()['data']['id']}"
    wanted = {"logoutUrl": "https://idp.test/slo", "allowsUnsolicited": True}
    changed = await admin.http.patch(path, json=wanted)
    assert {name: changed.json()["data"][name] for name in wanted} == wanted
    assert (await admin.http.patch(path, json={"logoutUrl": None})).json()["data"]["logoutUrl"] is None
    for wrong in ({"logoutUrl": "http://idp.test/slo"}, {"allowsUnsolicited": None}, {"logoutUrl": "javascript:x"}):
        assert_problem(await admin.http.patch(path, json=wrong), 400, "VALIDATION_ERROR")
    binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    logout = f'<SingleLogoutService Binding="{binding}" Location="https://idp.test/out"/><SingleSignOnService'
    document = metadata(f"urn:{uuid4()}", certificate()).replace("<SingleSignOnService", logout)
    read = await admin.post(PATH, body(account(world), metadata=document))
    assert read.json()["data"]["logoutUrl"] == "https://idp.test/out"
    without = metadata(f"urn:{uuid4()}", certificate()).replace("<SingleSignOnService", logout)
    own = await admin.post(PATH, body(account(world), metadata=without, logoutUrl=None))
    assert own.json()["data"]["logoutUrl"] is None


@pytest.mark.parametrize(
    "text",
    [
        "no xml",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        metadata("urn:x", certificate(), "http://idp.test/sso"),
        metadata("urn:x", "-\nAAAA\n-"),
    ],
)
async def test_metadata_that_cannot_be_used(world: World, text: str) -> None:
    admin = await world.platform_admin()
    refused = await admin.post(PATH, body(account(world), metadata=text))
    assert_problem(refused, 400, "VALIDATION_ERROR")
    assert "root:" not in refused.text


async def test_what_a_connection_must_have(world: World) -> None:
    admin = await world.platform_admin()
    good = body(account(world))
    for wrong in (
        {"signOnUrl": "http://idp.test/sso"},
        {"certificates": ["bm90IGEgY2VydGlmaWNhdGU="]},
        {"domains": []},
        {"domains": ["no domain"]},
        {"entityId": None},
    ):
        assert_problem(await admin.post(PATH, good | wrong), 400, "VALIDATION_ERROR")
    assert_problem(await admin.post(PATH, good | {"accountId": str(uuid4())}), 404, "NOT_FOUND")


async def test_what_others_have_and_what_the_plan_lacks(world: World) -> None:
    admin, brand = await world.platform_admin(), await world.brand()
    made = account(world)
    good = body(made)
    assert (await admin.post(PATH, good)).status_code == 201
    assert_problem(await admin.post(PATH, body(made, domains=good["domains"])), 409, "CONFLICT")
    assert_problem(await admin.post(PATH, body(made, entityId=good["entityId"])), 409, "ALREADY_EXISTS")
    small = body(account(world, "professional"))
    assert_problem(await admin.post(PATH, small), 403, "PLAN_LIMIT_EXCEEDED")
    foreign = body(made, groupRoles=[{"group": "Writers", "brandId": brand.id, "role": "admin"}])
    assert_problem(await admin.post(PATH, foreign), 409, "CONFLICT")


async def test_a_report(world: World) -> None:
    admin = await world.platform_admin()
    old, soon = certificate(ends=timedelta(hours=-1)), certificate(ends=timedelta(days=10))
    created = await admin.post(PATH, body(account(world), certificates=[old, soon]))
    report = (await admin.post(f"{PATH}/{created.json()['data']['id']}/test")).json()["data"]
    found = [(each["check"], each["severity"]) for each in report["findings"] if each["check"] != "sign_on_url"]
    assert found == [("entity_id", "ok"), ("certificate", "warning"), ("certificate", "warning")]
    assert report["isUsable"] is True

    draft = {"entityId": "urn:x", "signOnUrl": "https://127.0.0.1/sso", "certificates": [old]}
    report = (await admin.post(f"{PATH}/test", draft)).json()["data"]
    assert report["isUsable"] is False
    assert [(each["check"], each["severity"]) for each in report["findings"]] == [
        ("entity_id", "ok"),
        ("sign_on_url", "warning"),
        ("certificate", "error"),
    ]
    report = (await admin.post(f"{PATH}/test", {"metadata": "no xml"})).json()["data"]
    assert {each["severity"] for each in report["findings"]} == {"error"}


async def test_an_issuer_that_lies_behind_our_walls(world: World) -> None:
    admin = await world.platform_admin()
    report = (await admin.post(f"{PATH}/test", {"oidcIssuer": "https://127.0.0.1"})).json()["data"]
    (finding,) = report["findings"]
    assert (finding["check"], finding["severity"]) == ("discovery", "error")
    assert finding["message"] == "the discovery document: the host of the URL cannot be fetched from"


def test_discovery_documents() -> None:
    good = {
        "issuer": "https://idp.test",
        "authorization_endpoint": "https://idp.test/a",
        "token_endpoint": "https://idp.test/t",
        "jwks_uri": "https://idp.test/k",
        "code_challenge_methods_supported": ["S256"],
    }

    def severities(**changes: Any) -> list[str]:
        return [each.severity for each in read_discovery(good | changes, "https://idp.test/")]

    assert severities() == ["ok", "ok", "ok"]
    assert severities(issuer="https://other.test")[0] == "error"
    assert severities(token_endpoint="http://idp.test/t")[1] == "error"
    assert severities(code_challenge_methods_supported=None)[2] == "warning"


async def test_nobody_else(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    made = account(world)
    world.rows("update public.brands set account_id = %s where id = %s", made, brand.id)
    path = f"{PATH}/{(await admin.post(PATH, body(made))).json()['data']['id']}"
    for person in (brand.admin, await world.signed_in()):
        for answer in (
            await person.get(PATH),
            await person.post(PATH, body(made)),
            await person.get(path),
            await person.http.patch(path, json={"name": "Mine"}),
            await person.delete(path),
            await person.post(f"{path}/test"),
            await person.post(f"{PATH}/test", {"oidcIssuer": "https://idp.test"}),
        ):
            assert_problem(answer, 403, "FORBIDDEN")
    assert_problem(await (await world.person()).get(PATH), 401, "UNAUTHORIZED")


async def test_an_old_proof_changes_nothing(world: World) -> None:
    admin = await world.platform_admin()
    made = account(world)
    path = f"{PATH}/{(await admin.post(PATH, body(made))).json()['data']['id']}"
    world.rows(
        "update public.user_sessions set authenticated_at = now() - interval '1 hour' where user_id = %s",
        world.id_of(admin),
    )
    for answer in (
        await admin.post(PATH, body(made)),
        await admin.http.patch(path, json={"name": "Later"}),
        await admin.delete(path),
    ):
        assert_problem(answer, 403, "REAUTHENTICATION_REQUIRED")
    assert (await admin.get(path)).status_code == 200
