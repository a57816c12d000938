"""SAML against a real identity provider: people sign in, and invalid responses are refused."""

import asyncio
import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from local.demo.callers import own_address
from local.stack.settings import ROOT
from tests.identity.support import sees
from tests.support.errors import assert_problem
from tests.support.servers import free_port
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

STATE, ACCESS = "__Host-mixerai-sso", "__Host-mixerai-access"


def key_pair(folder: Path, name: str) -> tuple[Path, Path, str]:
    """Returns files of a key and its certificate, and the certificate as a connection stores it."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / f"{name}.key", folder / f"{name}.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    certificate_file.write_bytes(pem)
    return key_file, certificate_file, "".join(pem.decode().splitlines()[1:-1])


@dataclass
class Provider:
    url: str
    certificate: str
    key: Path
    pem: Path


def run_provider(folder: Path, name: str) -> Iterator[Provider]:
    key, pem, certificate = key_pair(folder, name)
    port = free_port()
    # Node looks for modules from the place of the script, so it runs where they are installed.
    script = ROOT / "local" / "node_modules" / f".identity_provider_{name}.mjs"
    shutil.copyfile(ROOT / "tests" / "identity" / "identity_provider.mjs", script)
    process = subprocess.Popen(
        ["node", str(script), str(port), str(key), str(pem)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.TransportError:
                assert process.poll() is None, "the identity provider did not start"
                import time

                time.sleep(0.05)
        yield Provider(url, certificate, key, pem)
    finally:
        process.terminate()
        process.wait()
        script.unlink()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    yield from run_provider(tmp_path_factory.mktemp("idp"), f"idp-{uuid4().hex[:8]}")


@pytest.fixture(scope="module")
def impostor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """Runs a provider that claims to be the other one, and signs with another key."""
    yield from run_provider(tmp_path_factory.mktemp("impostor"), f"impostor-{uuid4().hex[:8]}")


@dataclass
class Company:
    """A customer with an identity provider, and a brand in which its groups have roles."""

    world: World
    provider: Provider
    brand: Brand
    connection_id: str
    domain: str
    entity_id: str
    http: httpx.AsyncClient = field(repr=False)

    @property
    def acs(self) -> str:
        return f"{self.world.stack.urls['web']}/api/v1/auth/saml/acs"

    def user(self, name: str = "jane", *groups: str) -> dict[str, Any]:
        return {"email": f"{name}@{self.domain}", "firstName": "Jane", "lastName": "Doe", "groups": list(groups)}

    async def begin(self, return_to: str = "/contents") -> tuple[dict[str, str], str]:
        """Returns the request as the provider gets it, and the cookie of the browser."""
        path = f"/api/v1/auth/saml/{self.connection_id}/login"
        response = await self.http.get(path, params={"returnTo": return_to})
        assert response.status_code == 303, response.text
        location = response.headers["location"]
        assert location.startswith("https://idp.test/sso?")
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        cookie = re.search(rf"{STATE}=([^;]+)", response.headers["set-cookie"])
        assert cookie
        return query, cookie[1]

    async def answer(self, query: dict[str, str], *, by: Provider | None = None, **wanted: Any) -> str:
        """Returns the provider's response, in base64."""
        wanted = {"issuer": self.entity_id, "acs": self.acs, "user": self.user()} | wanted
        response = await self.http.get(
            f"{(by or self.provider).url}/sso", params=query | {"wanted": json.dumps(wanted)}
        )
        assert response.status_code == 200, response.text
        return response.text

    async def post(self, response: str, query: dict[str, str], cookie: str | None) -> httpx.Response:
        headers = {"Cookie": f"{STATE}={cookie}"} if cookie else {}
        form = {"SAMLResponse": response, "RelayState": query["RelayState"]}
        return await self.http.post("/api/v1/auth/saml/acs", data=form, headers=headers)

    async def sign_in(self, **wanted: Any) -> httpx.Response:
        query, cookie = await self.begin()
        return await self.post(await self.answer(query, **wanted), query, cookie)


@pytest.fixture
async def company(world: World, provider: Provider) -> Any:
    brand = await world.brand()
    domain, entity_id = f"{uuid4().hex[:12]}.test", f"urn:test:{uuid4().hex}"
    account = world.rows(
        "insert into public.accounts (name, plan) values (%s, 'enterprise') returning id::text", domain
    )
    world.rows("update public.brands set account_id = %s where id = %s", account[0]["id"], brand.id)
    connection = world.rows(
        "insert into public.sso_connections (account_id, name, entity_id, sign_on_url, certificates, domains) "
        "values (%s, 'Directory', %s, 'https://idp.test/sso', array[%s], array[%s]) returning id::text",
        account[0]["id"],
        entity_id,
        provider.certificate,
        domain,
    )[0]["id"]
    for group, role in (("Writers", "editor"), ("Readers", "viewer")):
        world.rows(
            "insert into public.sso_group_roles (connection_id, group_name, brand_id, role) values (%s, %s, %s, %s)",
            connection,
            group,
            brand.id,
            role,
        )
    origin = world.stack.urls["web"]

    def transport() -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(local_address=own_address())

    async with httpx.AsyncClient(base_url=origin, transport=transport(), timeout=30) as http:
        yield Company(world, provider, brand, connection, domain, entity_id, http)


def token_of(response: httpx.Response) -> str:
    found = re.search(rf"{ACCESS}=([^;]+)", ",".join(response.headers.get_list("set-cookie")))
    assert found, response.headers
    return found[1]


async def me(company: Company, token: str) -> dict[str, Any]:
    answer = await company.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_discovery_by_domain(company: Company) -> None:
    found = await company.http.post("/api/v1/auth/sso/discover", json={"email": f"nobody@{company.domain.upper()}"})
    target = found.json()["data"]["target"]
    assert target["url"] == f"/api/v1/auth/saml/{company.connection_id}/login"
    other = await company.http.post("/api/v1/auth/sso/discover", json={"email": "a@elsewhere.test"})
    assert other.json()["data"] == {"method": "password", "target": None}


async def test_the_metadata(company: Company) -> None:
    answer = await company.http.get("/api/v1/auth/saml/metadata")
    assert answer.headers["content-type"].startswith("application/samlmetadata+xml")
    assert f'Location="{company.acs}"' in answer.text
    assert 'WantAssertionsSigned="true"' in answer.text


async def test_the_first_sign_on_creates_an_account_with_a_role(company: Company) -> None:
    landed = await company.sign_in(user=company.user("jane", "Writers", "Unknown"))
    assert landed.status_code == 303, landed.text
    assert landed.headers["location"] == "/contents"
    token = token_of(landed)
    person = await me(company, token)
    assert (person["email"], person["firstName"], person["lastName"]) == (f"jane@{company.domain}", "Jane", "Doe")
    assert [(item["brandId"], item["role"]) for item in person["memberships"]] == [(company.brand.id, "editor")]
    assert await sees(company.world, token, company.brand.id) == 1
    # The person leaves a group: the role follows at the next sign-in, and ends with the last group.
    moved = token_of(await company.sign_in(user=company.user("jane", "Readers")))
    assert (await me(company, moved))["memberships"][0]["role"] == "viewer"
    gone = token_of(await company.sign_in(user=company.user("jane")))
    assert (await me(company, gone))["memberships"] == []
    assert await sees(company.world, token, company.brand.id) == 0
    # The account has no password, and cannot set one.
    answer = await company.http.post("/api/v1/auth/password/forgot", json={"email": person["email"]})
    assert answer.status_code == 202
    assert company.world.rows("select * from private.identity_tokens where user_id = %s", person["id"]) == []


async def test_a_role_that_a_person_gave_stays(company: Company) -> None:
    person = await me(company, token_of(await company.sign_in()))
    company.world.rows(
        "insert into public.brand_members (user_id, brand_id, role) values (%s, %s, 'admin')",
        person["id"],
        company.brand.id,
    )
    token = token_of(await company.sign_in(user=company.user("jane", "Readers")))
    assert (await me(company, token))["memberships"][0]["role"] == "admin"


async def test_a_response_signed_as_a_whole_as_well(company: Company) -> None:
    assert (await company.sign_in(signResponse=True)).status_code == 303


REFUSED: dict[str, dict[str, Any]] = {
    "unsigned": {"signAssertion": False},
    "only the response signed": {"signAssertion": False, "signResponse": True},
    "expired": {"lifetime": -3600},
    "another audience": {"audience": "https://other.test/metadata"},
    "another recipient": {"recipient": "https://other.test/acs"},
    "another destination": {"destination": "https://other.test/acs"},
    "another issuer": {"issuer": "urn:somebody-else"},
    "SHA-1": {"signatureAlgorithm": "rsa-sha1", "digestAlgorithm": "sha1"},
    "another request": {"inResponseTo": "_another-request"},
}


@pytest.mark.parametrize("name", REFUSED)
async def test_invalid_responses_are_refused(company: Company, name: str) -> None:
    answer = await company.sign_in(**REFUSED[name])
    problem = assert_problem(answer, 401, "INVALID_TOKEN")
    assert problem["message"].startswith("the response of the identity provider is not valid")
    assert company.world.rows("select * from auth.users where email = %s", f"jane@{company.domain}") == []


async def test_a_response_signed_with_another_key(company: Company, impostor: Provider) -> None:
    assert_problem(await company.sign_in(by=impostor), 401, "INVALID_TOKEN")


async def test_a_response_is_accepted_once(company: Company) -> None:
    query, cookie = await company.begin()
    response = await company.answer(query)
    answers = await asyncio.gather(*(company.post(response, query, cookie) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [303, 401, 401]
    # Nor as the response to the attacker's own request.
    query, cookie = await company.begin()
    assert_problem(await company.post(response, query, cookie), 401, "INVALID_TOKEN")


async def test_a_response_to_another_request(company: Company) -> None:
    """Stolen before it arrived, with InResponseTo removed from the envelope, which is not signed."""
    theirs, _ = await company.begin()
    lifted = base64.b64decode(await company.answer(theirs)).decode()
    envelope = re.sub(r'(<samlp:Response[^>]*?) InResponseTo="[^"]*"', r"\1", lifted, count=1)
    mine, cookie = await company.begin()
    for document in (lifted, envelope):
        forged = base64.b64encode(document.encode()).decode()
        answer = await company.post(forged, mine, cookie)
        assert_problem(answer, 401, "INVALID_TOKEN")
        mine, cookie = await company.begin()


async def test_a_response_in_another_browser(company: Company) -> None:
    query, _ = await company.begin()
    _, another = await company.begin()
    response = await company.answer(query)
    for cookie in (None, another):
        assert_problem(await company.post(response, query, cookie), 401, "INVALID_TOKEN")


async def test_an_unknown_relay_state(company: Company) -> None:
    query, cookie = await company.begin()
    response = await company.answer(query)
    forged = query | {"RelayState": "https://evil.test"}
    assert_problem(await company.post(response, forged, cookie), 401, "INVALID_TOKEN")


@pytest.mark.parametrize("path", ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\n/b"])
async def test_return_paths_outside_the_app_are_refused(company: Company, path: str) -> None:
    address = f"/api/v1/auth/saml/{company.connection_id}/login"
    assert_problem(await company.http.get(address, params={"returnTo": path}), 400, "VALIDATION_ERROR")


def wrapped(document: str, how: str) -> str:
    """Moves the signed assertion, and puts the attacker's own in its place (signature wrapping, XSW)."""
    signed = re.search(r"<saml:Assertion.*</saml:Assertion>", document, re.DOTALL)
    assert signed
    original = signed[0]
    evil = re.sub(r"<(ds:)?Signature .*?</(ds:)?Signature>", "", original, flags=re.DOTALL)
    evil = evil.replace("jane@", "admin@")
    renamed = re.sub(r'ID="[^"]+"', 'ID="_evil"', evil, count=1)
    match how:
        case "before":
            return document.replace(original, renamed + original)
        case "after":
            return document.replace(original, original + renamed)
        case "inside":
            return document.replace(original, renamed.replace("</saml:Assertion>", f"{original}</saml:Assertion>"))
        case "extensions":
            return document.replace(original, f"<samlp:Extensions>{original}</samlp:Extensions>{renamed}")
        case "same id":
            return document.replace(original, evil + original)
        case _:
            return document.replace(original, original.replace("jane@", "admin@"))


@pytest.mark.parametrize("how", ["before", "after", "inside", "extensions", "same id", "edited"])
async def test_signature_wrapping(company: Company, how: str) -> None:
    query, cookie = await company.begin()
    document = base64.b64decode(await company.answer(query)).decode()
    assert "jane@" in document
    forged = wrapped(document, how)
    assert forged != document
    answer = await company.post(base64.b64encode(forged.encode()).decode(), query, cookie)
    assert_problem(answer, 401, "INVALID_TOKEN")
    assert company.world.rows("select * from auth.users where email like %s", f"%@{company.domain}") == []


async def test_a_comment_does_not_shorten_an_address(company: Company) -> None:
    """Parsers differ on text around a comment (CVE-2017-11427), which canonicalisation drops from the signature."""
    query, cookie = await company.begin()
    document = base64.b64decode(await company.answer(query, user=company.user("jane.evil", "Writers"))).decode()
    forged = document.replace("jane.evil@", "jane<!-- -->.evil@")
    answer = await company.post(base64.b64encode(forged.encode()).decode(), query, cookie)
    if answer.status_code == 303:
        assert (await me(company, token_of(answer)))["email"] == f"jane.evil@{company.domain}"
    else:
        assert_problem(answer, 401, "INVALID_TOKEN")


async def test_a_provider_vouches_for_its_own_domains_only(company: Company) -> None:
    victim = await company.world.person()
    user = company.user() | {"email": victim.email}
    assert_problem(await company.sign_in(user=user), 403, "FORBIDDEN")
    for email in (f"x@evil.test@{company.domain}", f"a@{company.domain}.evil.test", "nobody"):
        assert_problem(await company.sign_in(user=company.user() | {"email": email}), 403, "FORBIDDEN")


async def test_a_provider_does_not_vouch_for_platform_admins(company: Company) -> None:
    person = await me(company, token_of(await company.sign_in()))
    company.world.rows("insert into private.platform_admins (user_id) values (%s)", person["id"])
    assert_problem(await company.sign_in(), 403, "FORBIDDEN")


async def test_a_deactivated_person_stays_out(company: Company) -> None:
    person = await me(company, token_of(await company.sign_in(user=company.user("jane", "Writers"))))
    company.world.rows("update public.profiles set is_active = false where id = %s", person["id"])
    assert_problem(await company.sign_in(user=company.user("jane", "Writers")), 403, "FORBIDDEN")


async def test_a_banned_person_stays_out(company: Company) -> None:
    person = await me(company, token_of(await company.sign_in()))
    company.world.rows("update auth.users set banned_until = now() + interval '1 hour' where id = %s", person["id"])
    assert_problem(await company.sign_in(), 401, "INVALID_TOKEN")


async def test_a_person_whom_another_connection_takes_over(company: Company) -> None:
    person = await me(company, token_of(await company.sign_in()))
    (other,) = company.world.rows(
        "insert into public.sso_connections (account_id, name, entity_id, sign_on_url, certificates, domains) "
        "select account_id, 'Other', %s, sign_on_url, certificates, array[%s] from public.sso_connections "
        "where id = %s returning id::text",
        f"urn:test:{uuid4().hex}",
        f"{uuid4().hex[:12]}.test",
        company.connection_id,
    )
    company.world.rows(
        "update auth.users set raw_app_meta_data = raw_app_meta_data || jsonb_build_object('sso_connection', %s::text) "
        "where id = %s",
        other["id"],
        person["id"],
    )
    company.world.rows("delete from public.sso_connections where id = %s", company.connection_id)
    known = "select connection_id::text as id from private.sso_people where user_id = %s"
    assert company.world.rows(known, person["id"]) == [other]


async def test_a_connection_that_was_switched_off(company: Company) -> None:
    query, cookie = await company.begin()
    response = await company.answer(query)
    company.world.rows("update public.sso_connections set is_active = false where id = %s", company.connection_id)
    assert_problem(await company.post(response, query, cookie), 401, "INVALID_TOKEN")
    assert_problem(await company.http.get(f"/api/v1/auth/saml/{company.connection_id}/login"), 404, "NOT_FOUND")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize("document", ["", "x", "<x/>", "<samlp:Response/>", BOMB, ENTITY, "\x00", "é" * 1000])
async def test_texts_that_are_no_response(company: Company, document: str) -> None:
    query, cookie = await company.begin()
    answer = await company.post(base64.b64encode(document.encode()).decode() or "%%%", query, cookie)
    assert_problem(answer, 401, "INVALID_TOKEN")


async def test_malformed_forms(company: Company) -> None:
    for form in ({}, {"RelayState": "x"}, {"SAMLResponse": "", "RelayState": ""}):
        assert_problem(await company.http.post("/api/v1/auth/saml/acs", data=form), 400, "VALIDATION_ERROR")
    unsolicited = await company.http.post("/api/v1/auth/saml/acs", data={"SAMLResponse": "x"})
    assert_problem(unsolicited, 401, "INVALID_TOKEN")
