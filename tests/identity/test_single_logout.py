"""Single logout, sign-ins that the provider begins, and encrypted assertions: with the platform."""

import asyncio
import base64
import re
import zlib
from threading import Event
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml.etree import fromstring

from lib.core.data.db import Db
from lib.core.http.heavy import MAX_PENDING_OF_CALLER, run_heavy
from lib.identity.settings import get_identity_settings
from local.demo.callers import own_address
from tests.identity.saml_builder import NAMES, Draft, instant, logout_message, private_key, redirected, signed
from tests.identity.test_saml import Company, company, impostor, me, provider, token_of
from tests.support.errors import assert_problem
from tests.support.world import World

__all__ = ["company", "impostor", "provider"]  # the fixtures
pytestmark = pytest.mark.anyio

ACS, SLO = "/api/v1/auth/saml/acs", "/api/v1/auth/saml/slo"
LOGOUT_URL: Final = "https://idp.test/slo?tenant=1"
EMAIL_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
SUCCESS: Final = f'<samlp:Status><samlp:StatusCode Value="{NAMES}:status:Success"/></samlp:Status>'


def allow(company: Company, **settings: Any) -> None:
    for name, value in settings.items():
        company.world.rows(f"update public.sso_connections set {name} = %s where id = %s", value, company.connection_id)


def draft(company: Company, name: str = "jane", **more: Any) -> Draft:
    origin = company.world.stack.urls["web"]
    values: dict[str, Any] = {"issuer": company.entity_id, "name_id": f"{name}@{company.domain}", "request_id": None}
    return Draft(origin, **(values | more))


def sealed(company: Company, made: Draft) -> str:
    document = made.envelope(signed(made.assertion(), company.provider.key, company.provider.pem))
    return base64.b64encode(document.encode()).decode()


async def unsolicited(company: Company, made: Draft, relay_state: str | None = None) -> httpx.Response:
    form = {"SAMLResponse": sealed(company, made)} | ({"RelayState": relay_state} if relay_state is not None else {})
    return await company.http.post(ACS, data=form)


async def is_signed_in(company: Company, token: str) -> bool:
    answer = await company.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def own_certificate(metadata: str) -> x509.Certificate:
    found = re.search(r'use="encryption">.*?<ds:X509Certificate>([^<]+)', metadata)
    assert found, metadata
    return x509.load_der_x509_certificate(base64.b64decode(found[1]))


def received(url: str, name: str, metadata: str) -> tuple[Any, str | None]:
    """Returns a message that we send to the provider, with its RelayState. Its signature is checked."""
    assert url.startswith("https://idp.test/slo?tenant=1&")
    query = urlsplit(url).query.removeprefix("tenant=1&")
    unsigned, _, _ = query.partition("&Signature=")
    fields = dict(parse_qsl(query))
    assert fields["SigAlg"].endswith("rsa-sha256")
    key = own_certificate(metadata).public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(base64.b64decode(fields["Signature"]), unsigned.encode(), PKCS1v15(), SHA256())
    return fromstring(zlib.decompress(base64.b64decode(fields[name]), -15)), fields.get("RelayState")


# Sign-ins that the provider begins


async def test_only_where_the_connection_allows_it(company: Company) -> None:
    assert_problem(await unsolicited(company, draft(company)), 401, "INVALID_TOKEN")
    allow(company, allows_unsolicited=True)
    landed = await unsolicited(company, draft(company), "/contents")
    assert (landed.status_code, landed.headers["location"]) == (303, "/contents"), landed.text
    assert (await me(company, token_of(landed)))["email"] == f"jane@{company.domain}"
    allow(company, is_active=False)
    assert_problem(await unsolicited(company, draft(company)), 401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "contents",
        "/a\n/b",
        "x" * 400,
    ],
)
async def test_no_open_redirect(company: Company, target: str | None) -> None:
    allow(company, allows_unsolicited=True)
    landed = await unsolicited(company, draft(company), target)
    assert (landed.status_code, landed.headers["location"]) == (303, "/"), landed.text


async def test_an_unsolicited_response_counts_once(company: Company) -> None:
    allow(company, allows_unsolicited=True)
    form = {"SAMLResponse": sealed(company, draft(company))}
    answers = await asyncio.gather(*(company.http.post(ACS, data=form) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [303, 401, 401]
    assert_problem(await company.http.post(ACS, data=form), 401, "INVALID_TOKEN")
    # Nor as the response to a request.
    query, cookie = await company.begin()
    assert_problem(await company.post(form["SAMLResponse"], query, cookie), 401, "INVALID_TOKEN")


async def test_a_response_to_a_request_is_not_unsolicited(company: Company) -> None:
    """Stolen on its way, and used in the browser of another user."""
    allow(company, allows_unsolicited=True)
    query, _ = await company.begin()
    stolen = await company.answer(query)
    for form in ({"SAMLResponse": stolen}, {"SAMLResponse": stolen, "RelayState": query["RelayState"]}):
        assert_problem(await company.http.post(ACS, data=form), 401, "INVALID_TOKEN")
    envelope = base64.b64decode(await company.answer((await company.begin())[0])).decode()
    lifted = re.sub(r'(<samlp:Response[^>]*?) InResponseTo="[^"]*"', r"\1", envelope, count=1)
    form = {"SAMLResponse": base64.b64encode(lifted.encode()).decode()}
    assert_problem(await company.http.post(ACS, data=form), 401, "INVALID_TOKEN")


# Assertions that another implementation has encrypted


async def test_an_assertion_that_the_provider_encrypts(company: Company) -> None:
    certificate = own_certificate((await company.http.get("/api/v1/auth/saml/metadata")).text)
    public = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    pem = certificate.public_bytes(Encoding.PEM).decode()
    query, cookie = await company.begin()
    response = await company.answer(query, encryptionCert=pem, encryptionPublicKey=public)
    assert b"EncryptedAssertion" in base64.b64decode(response)
    assert b"jane" not in base64.b64decode(response)
    landed = await company.post(response, query, cookie)
    assert landed.status_code == 303, landed.text
    assert (await me(company, token_of(landed)))["email"] == f"jane@{company.domain}"


async def test_our_requests_are_signed(company: Company) -> None:
    path = f"/api/v1/auth/saml/{company.connection_id}/login"
    location = (await company.http.get(path)).headers["location"]
    unsigned, _, signature = urlsplit(location).query.partition("&Signature=")
    key = own_certificate((await company.http.get("/api/v1/auth/saml/metadata")).text).public_key()
    assert isinstance(key, RSAPublicKey)
    value = base64.b64decode(dict(parse_qsl(f"Signature={signature}"))["Signature"])
    key.verify(value, unsigned.encode(), PKCS1v15(), SHA256())


# Single logout


async def signed_in(company: Company, name: str = "jane", index: str | None = "_s1", **more: Any) -> str:
    allow(company, allows_unsolicited=True, logout_url=LOGOUT_URL)
    landed = await unsolicited(company, draft(company, name, session_index=index, **more))
    assert landed.status_code == 303, landed.text
    return token_of(landed)


def logout_query(company: Company, content: str, *, relay_state: str | None = "their state", **how: Any) -> str:
    destination = f"{company.world.stack.urls['web']}{SLO}"
    values = {"issuer": company.entity_id, "destination": destination} | how.pop("values", {})
    key = how.pop("key", private_key(company.provider.key))
    document = logout_message("LogoutRequest", content=content, **values)
    return redirected("SAMLRequest", document, key, relay_state=relay_state, **how)


def named(company: Company, name: str = "jane", *indexes: str) -> str:
    inside = "".join(f"<samlp:SessionIndex>{index}</samlp:SessionIndex>" for index in indexes)
    return f"<saml:NameID>{name}@{company.domain}</saml:NameID>{inside}"


async def test_a_person_signs_out_here(company: Company) -> None:
    metadata = (await company.http.get("/api/v1/auth/saml/metadata")).text
    token = await signed_in(company, index="_s&1")
    headers = {"Authorization": f"Bearer {token}"}
    left = await company.http.post("/api/v1/auth/saml/logout?returnTo=/contents", headers=headers)
    assert left.status_code == 200, left.text
    assert not await is_signed_in(company, token)
    request, state = received(left.json()["data"]["url"], "SAMLRequest", metadata)
    space = {"saml": f"{NAMES}:assertion", "samlp": f"{NAMES}:protocol"}
    assert request.get("Destination") == LOGOUT_URL
    assert request.xpath("string(saml:NameID)", namespaces=space) == f"jane@{company.domain}"
    assert request.xpath("string(saml:NameID/@Format)", namespaces=space) == EMAIL_FORMAT
    assert request.xpath("string(samlp:SessionIndex)", namespaces=space) == "_s&1"
    # The provider answers, and the browser comes back to the app.
    key = private_key(company.provider.key)
    destination = f"{company.world.stack.urls['web']}{SLO}"

    def answer(**more: str) -> str:
        values = {"issuer": company.entity_id, "destination": destination, "InResponseTo": request.get("ID")} | more
        return redirected(
            "SAMLResponse", logout_message("LogoutResponse", content=SUCCESS, **values), key, relay_state=state
        )

    back = await company.http.get(f"{SLO}?{answer()}")
    assert (back.status_code, back.headers["location"]) == (303, "/contents"), back.text
    assert_problem(await company.http.get(f"{SLO}?{answer()}"), 401, "INVALID_TOKEN")  # once


async def test_sessions_without_a_provider_to_ask(company: Company, world: World) -> None:
    token = await signed_in(company)
    allow(company, logout_url=None)
    left = await company.http.post("/api/v1/auth/saml/logout", headers={"Authorization": f"Bearer {token}"})
    assert left.json()["data"] == {"url": None}
    assert not await is_signed_in(company, token)
    world.signs_in_by_password = True
    person = await world.signed_in()
    assert (await person.post("/auth/saml/logout")).json()["data"] == {"url": None}
    assert (await person.get("/users/me")).status_code == 401
    outside = await company.http.post("/api/v1/auth/saml/logout?returnTo=//evil.test")
    assert outside.status_code == 401


@pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning")
async def test_the_session_ends_also_where_the_provider_cannot_be_told(company: Company, service: Db) -> None:
    """As while more messages for the provider are made than one company may have made at once."""
    from api.identity import app

    assert service is not None  # its settings
    first, token, goes_on = await signed_in(company), await signed_in(company), Event()
    work: list[asyncio.Task[bool]] = []
    transport = httpx.ASGITransport(app=app, client=(own_address(), 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://function") as http:

        async def sign_out(who: str) -> str | None:
            left = await http.post("/api/v1/auth/saml/logout", headers={"Authorization": f"Bearer {who}"})
            assert left.status_code == 200, left.text
            assert not await is_signed_in(company, who)
            return left.json()["data"]["url"]

        assert (await sign_out(first) or "").startswith(LOGOUT_URL)
        for _ in range(MAX_PENDING_OF_CALLER):
            waiting = run_heavy(goes_on.wait, 30, seconds=30, caller=f"sso:{company.connection_id}")
            work.append(asyncio.create_task(waiting))
        await asyncio.sleep(0)
        try:
            assert await sign_out(token) is None
        finally:
            goes_on.set()
            await asyncio.gather(*work)


@pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning")
async def test_without_keys_there_is_no_single_logout(
    company: Company, service: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our answer could not be signed."""
    from api.identity import app

    assert service is not None  # its settings
    token = await signed_in(company)
    monkeypatch.setenv("SAML_KEYS", "")
    get_identity_settings.cache_clear()
    transport = httpx.ASGITransport(app=app, client=(own_address(), 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://function") as http:
        assert_problem(await http.get(f"{SLO}?{logout_query(company, named(company))}"), 401, "INVALID_TOKEN")
    assert await is_signed_in(company, token)


async def test_the_provider_signs_a_person_out(company: Company) -> None:
    metadata = (await company.http.get("/api/v1/auth/saml/metadata")).text
    first, second = await signed_in(company, index="_s1"), await signed_in(company, index="_s2")
    other = await signed_in(company, "john", index="_s1")
    query = logout_query(company, named(company, "jane", "_s1"))
    answered = await company.http.get(f"{SLO}?{query}")
    assert answered.status_code == 303, answered.text
    response, state = received(answered.headers["location"], "SAMLResponse", metadata)
    assert state == "their state"
    assert (
        response.get("InResponseTo")
        in zlib.decompress(base64.b64decode(dict(parse_qsl(query))["SAMLRequest"]), -15).decode()
    )
    assert [await is_signed_in(company, token) for token in (first, second, other)] == [False, True, True]
    ended = company.world.rows(
        "select end_reason from public.user_sessions where sso_connection_id = %s and ended_at is not null",
        company.connection_id,
    )
    assert ended == [{"end_reason": "signed_out"}]
    assert_problem(await company.http.get(f"{SLO}?{query}"), 401, "INVALID_TOKEN")  # once
    # Without an index, all sessions of the person.
    assert (await company.http.get(f"{SLO}?{logout_query(company, named(company))}")).status_code == 303
    assert [await is_signed_in(company, token) for token in (second, other)] == [False, True]
    nobody = await company.http.get(f"{SLO}?{logout_query(company, named(company, 'nobody'))}")
    assert nobody.status_code == 303  # tells nothing


WRONG: Final[dict[str, Any]] = {
    "unsigned": {"key": None},
    "SHA-1": {"algorithm": "rsa-sha1"},
    "another issuer": {"values": {"issuer": "urn:somebody"}},
    "another destination": {"values": {"destination": "https://other.test/slo"}},
    "a destination that begins alike": {"values": {"destination": "{ours}/x"}},
    "issued an hour ago": {"values": {"IssueInstant": instant(-3600)}},
    "issued in an hour": {"values": {"IssueInstant": instant(3600)}},
    "over": {"values": {"NotOnOrAfter": instant(-600)}},
    "another version": {"values": {"Version": "1.1"}},
}


@pytest.mark.parametrize("name", WRONG)
async def test_messages_that_are_refused(company: Company, name: str) -> None:
    token = await signed_in(company)
    how: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in WRONG[name].items()}
    if "{ours}" in str(how):
        how["values"] = {"destination": f"{company.world.stack.urls['web']}{SLO}/x"}
    answer = await company.http.get(f"{SLO}?{logout_query(company, named(company), **how)}")
    assert_problem(answer, 401, "INVALID_TOKEN")
    assert await is_signed_in(company, token)


async def test_messages_that_somebody_else_signs_or_changes(company: Company, impostor: Any) -> None:
    token = await signed_in(company)
    forged = logout_query(company, named(company), key=private_key(impostor.key))
    good = logout_query(company, named(company))
    fields = dict(parse_qsl(good))
    other = dict(parse_qsl(logout_query(company, named(company, "john"))))
    document = zlib.compressobj(wbits=-15)
    bomb = document.compress(b"<a>" + b" " * 30_000_000) + document.flush()
    queries = [
        forged,
        urlencode(fields | {"SAMLRequest": other["SAMLRequest"]}),
        urlencode(fields | {"RelayState": "another"}),
        f"{good}&SAMLRequest=x",
        f"SAMLResponse=x&{good}",
        urlencode(fields | {"SAMLRequest": base64.b64encode(bomb).decode()}),
        urlencode(fields | {"SAMLRequest": base64.b64encode(b"<a/>").decode()}),
        urlencode(fields | {"SAMLRequest": "%%%"}),
        urlencode({name: value for name, value in fields.items() if name != "SigAlg"}),
        "", "SAMLRequest=", "a&b=&=c",
    ]  # fmt: skip
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(base_url=company.world.stack.urls["web"], transport=transport, timeout=30) as http:
        for number, query in enumerate(queries):
            client = http if number % 2 else company.http  # ten requests of an address in fifteen minutes
            assert_problem(await client.get(f"{SLO}?{query}"), 401, "INVALID_TOKEN")
    assert await is_signed_in(company, token)


async def test_a_provider_signs_out_its_own_people_only(company: Company) -> None:
    """Another tenant's provider, with the same name for a person."""
    token = await signed_in(company)
    (other,) = company.world.rows(
        "insert into public.sso_connections "
        "(account_id, name, entity_id, sign_on_url, logout_url, certificates, domains) "
        "select account_id, 'Other', %s, sign_on_url, logout_url, certificates, array[%s] from public.sso_connections "
        "where id = %s returning entity_id",
        f"urn:test:{uuid4().hex}",
        f"{uuid4().hex[:12]}.test",
        company.connection_id,
    )
    query = logout_query(company, named(company), values={"issuer": other["entity_id"]})
    assert (await company.http.get(f"{SLO}?{query}")).status_code == 303
    assert await is_signed_in(company, token)


async def test_what_is_kept_of_a_session_is_encrypted(company: Company) -> None:
    await signed_in(company)
    kept = company.world.rows(
        "select subject, subject_digest, index_digest from private.sso_sessions where connection_id = %s",
        company.connection_id,
    )
    assert len(kept) == 1
    assert "jane" not in str(kept)
    assert kept[0]["subject"].startswith("v1.")


async def test_a_role_stays_when_the_provider_does_not_say_the_groups(company: Company) -> None:
    from tests.identity.saml_builder import attribute

    people = attribute(["Jane"], Name="firstName") + attribute(["Doe"], Name="lastName")
    token = await signed_in(
        company, attributes=people + attribute(["Writers"], Name="Role") + attribute(["x"], Name="Role")
    )
    assert [item["role"] for item in (await me(company, token))["memberships"]] == ["editor"]
    link = attribute(["https://graph.test"], Name="http://schemas.microsoft.com/claims/groups.link")
    token = await signed_in(company, attributes=people + link)
    assert [item["role"] for item in (await me(company, token))["memberships"]] == ["editor"]
    token = await signed_in(company, attributes=people)
    assert (await me(company, token))["memberships"] == []
