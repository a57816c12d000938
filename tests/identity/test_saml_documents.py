"""Tests that a SAML document is refused for its form before anything is computed from it."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import xmlsec
from lxml.etree import fromstring, tostring
from xmlsec import constants

from lib.core.config import get_settings
from lib.core.http.errors import Unauthorized, ValidationFailed
from lib.identity.single_sign_on import saml
from lib.identity.single_sign_on.connections.metadata import read_metadata
from lib.identity.single_sign_on.documents import MAX_BYTES, DocumentRefused, check_document, decode_document
from lib.identity.single_sign_on.models import SsoConnection
from lib.identity.single_sign_on.saml import Assertion
from tests.identity.test_saml import key_pair
from tests.support.growth import growth, seconds_of
from tools.package import ENVIRONMENT

# python3-saml calls it.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

DS, EXCLUSIVE = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/10/xml-exc-c14n#"
# Minutes, if it were run: so many loops over all elements, each in the other.
XSLT = (
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">'
    + "".join('<xsl:for-each select="//*">' for _ in range(5))
    + "<a/>"
    + "</xsl:for-each>" * 5
    + "</xsl:template></xsl:stylesheet>"
)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, SsoConnection]:
    """Returns a signed response, which is valid in form, and the connection of its provider."""
    key, certificate, text = key_pair(tmp_path_factory.mktemp("idp"), "idp")
    return sign(response(), key, certificate), connection(text)


def instant(**later: int) -> str:
    return (datetime.now(UTC) + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%SZ")


def response() -> str:
    """Returns an answer of the provider to our request, to be signed."""
    origin, names = ENVIRONMENT["APP_URL"], "urn:oasis:names:tc:SAML:2.0"
    values = "".join(f"<saml:AttributeValue>group {n}</saml:AttributeValue>" for n in range(20))
    return (
        f'<samlp:Response xmlns:samlp="{names}:protocol" ID="_r" Version="2.0" IssueInstant="{instant()}" '
        f'InResponseTo="_request"><samlp:Status><samlp:StatusCode Value="{names}:status:Success"/></samlp:Status>'
        f'<saml:Assertion xmlns:saml="{names}:assertion" ID="_a" Version="2.0" IssueInstant="{instant()}">'
        "<saml:Issuer>urn:idp</saml:Issuer>"
        "<saml:Subject><saml:NameID>jane@a.test</saml:NameID>"
        f'<saml:SubjectConfirmation Method="{names}:cm:bearer"><saml:SubjectConfirmationData '
        f'InResponseTo="_request" Recipient="{origin}{saml.ACS_PATH}" NotOnOrAfter="{instant(hours=1)}"/>'
        f'</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotOnOrAfter="{instant(hours=1)}">'
        f"<saml:AudienceRestriction><saml:Audience>{origin}{saml.METADATA_PATH}</saml:Audience>"
        f'</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{instant()}">'
        "<saml:AuthnContext><saml:AuthnContextClassRef>urn:x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f'<saml:AttributeStatement><saml:Attribute Name="groups">{values}</saml:Attribute></saml:AttributeStatement>'
        "</saml:Assertion></samlp:Response>"
    )


def sign(document: str, key: Path, certificate: Path) -> str:
    root = fromstring(document)
    assertion = root[-1]
    xmlsec.tree.add_ids(root, ["ID"])
    signature = xmlsec.template.create(assertion, constants.TransformExclC14N, constants.TransformRsaSha256, ns="ds")
    assertion.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, constants.TransformSha256, uri="#_a")
    xmlsec.template.add_transform(reference, constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(str(key), constants.KeyDataFormatPem)
    context.key.load_cert_from_file(str(certificate), constants.KeyDataFormatPem)
    context.sign(signature)
    return tostring(root).decode()


def connection(certificate: str) -> SsoConnection:
    return SsoConnection(UUID(int=1), "c", "urn:idp", "https://idp.test/sso", [certificate], ["a.test"], "groups")


def transform(algorithm: str, inner: str = "") -> Callable[[str], str]:
    """Replaces the second transform of the signature."""

    def change(document: str) -> str:
        former = f'<ds:Transform Algorithm="{EXCLUSIVE}"/>'
        assert former in document
        return document.replace(former, f'<ds:Transform Algorithm="{algorithm}">{inner}</ds:Transform>')

    return change


def signature(document: str) -> str:
    return document[document.index("<ds:Signature ") : document.index("</ds:Signature>")] + "</ds:Signature>"


def replaced(former: str, by: str, count: int = -1) -> Callable[[str], str]:
    def change(document: str) -> str:
        assert former in document
        return document.replace(former, by, count)

    return change


HOSTILE: dict[str, Callable[[str], str]] = {
    "XSLT": transform("http://www.w3.org/TR/1999/REC-xslt-19991116", XSLT),
    "XPath": transform("http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>//*[//*[//*]]</ds:XPath>"),
    "XPath filter": transform("http://www.w3.org/2002/06/xmldsig-filter2"),
    "base64": transform(f"{DS}base64"),
    "inclusive": transform("http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
    "no algorithm": replaced(f'<ds:Transform Algorithm="{EXCLUSIVE}"/>', "<ds:Transform/>"),
    "a transform within the list of prefixes": transform(EXCLUSIVE, "<ds:Transform Algorithm='x'/>"),
    "long list of prefixes": transform(
        EXCLUSIVE, f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="{"a " * 60}"/>'
    ),
    "three transforms": replaced("</ds:Transforms>", f'<ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>'),
    "not enveloped": replaced(f'<ds:Transform Algorithm="{DS}enveloped-signature"/>', ""),
    "another canonicalization": replaced(
        f'CanonicalizationMethod Algorithm="{EXCLUSIVE}"',
        'CanonicalizationMethod Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"',
    ),
    "HMAC": replaced("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
    "RSA-SHA1": replaced("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", f"{DS}rsa-sha1"),
    "SHA-1": replaced("http://www.w3.org/2001/04/xmlenc#sha256", f"{DS}sha1"),
    "two references": replaced(
        "</ds:SignedInfo>", '<ds:Reference URI="#_r"><ds:DigestValue>x</ds:DigestValue></ds:Reference></ds:SignedInfo>'
    ),
    "another element": replaced('URI="#_a"', 'URI="#_r"'),
    "the whole document": replaced('URI="#_a"', 'URI=""'),
    "another file": replaced('URI="#_a"', 'URI="file:///etc/passwd"'),
    "an object": replaced("</ds:Signature>", "<ds:Object><ds:Manifest/></ds:Object></ds:Signature>"),
    "a key elsewhere": replaced("<ds:KeyInfo>", '<ds:KeyInfo><ds:RetrievalMethod URI="https://evil.test"/>'),
    "a transform without a signature": replaced(
        "<saml:Issuer>", f'<ds:Transforms xmlns:ds="{DS}"><ds:Transform Algorithm="x"/></ds:Transforms><saml:Issuer>'
    ),
    "document type": lambda document: f"<!DOCTYPE samlp:Response>{document}",
    "entities": lambda document: f'<!DOCTYPE a [<!ENTITY b "{"c" * 1000}">]>{document}'.replace("urn:idp", "&b;" * 99),
    "instruction": lambda document: f'<?xml-stylesheet href="a"?>{document}',
    "another encoding": lambda document: f'<?xml version="1.0" encoding="UTF-7"?>{document}',
    "deep": replaced("urn:idp", "<a>" * 60 + "</a>" * 60),
    "many elements": replaced("urn:idp", "<a/>" * 6000),
    "many attributes": replaced("<saml:Issuer>", f"<saml:Issuer {' '.join(f'a{n}="b"' for n in range(60))}>"),
    "many namespaces": replaced("<saml:Issuer>", f"<saml:Issuer {' '.join(f'xmlns:a{n}="b"' for n in range(600))}>"),
    "large": replaced("urn:idp", "x" * MAX_BYTES),
    "three signatures": lambda document: document.replace(signature(document), signature(document) * 3),
}  # fmt: skip


def accepted(document: str, connection: SsoConnection) -> Assertion:
    return saml.check_response(connection, base64.b64encode(document.encode()).decode(), "_request")


def reason(document: str, connection: SsoConnection) -> str:
    with pytest.raises(Unauthorized) as refused:
        saml.check_response(connection, base64.b64encode(document.encode()).decode(), "_request")
    assert refused.value.code == "INVALID_TOKEN"
    return str(refused.value.__cause__)


def test_a_response_of_the_usual_form(signed: tuple[str, SsoConnection]) -> None:
    assertion = accepted(*signed)
    assert (assertion.email, len(assertion.groups)) == ("jane@a.test", 20)


@pytest.mark.parametrize("algorithm", [EXCLUSIVE, f"{EXCLUSIVE}WithComments"])
def test_the_transforms_of_the_profile(signed: tuple[str, SsoConnection], algorithm: str) -> None:
    prefixes = f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="xs xsi"/>'
    for inner in ("", prefixes, "<!-- a comment -->"):
        check_document(transform(algorithm, inner)(signed[0]).encode())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_at_once(signed: tuple[str, SsoConnection], name: str) -> None:
    document, provider = signed
    accepted(document, provider)  # imports the library
    usual = min(seconds_of(lambda: accepted(document, provider)) for _ in range(3))
    hostile = HOSTILE[name](document)
    with pytest.raises(DocumentRefused):
        check_document(hostile.encode())
    began = time.thread_time()
    reason(hostile, provider)
    assert time.thread_time() - began < max(usual * 3, 0.02)


@pytest.mark.parametrize("text", ["", "%", "PGE+", "é", "A" * 400_000])
def test_texts_that_are_no_document(signed: tuple[str, SsoConnection], text: str) -> None:
    with pytest.raises(Unauthorized):
        saml.check_response(signed[1], text, "_request")


def test_base64_may_have_line_breaks() -> None:
    assert decode_document("PGE+\r\nPC9h Pg==") == b"<a></a>"


def test_the_time_grows_with_the_size(signed: tuple[str, SsoConnection]) -> None:
    def check(count: int) -> Callable[[], None]:
        document = signed[0].replace("urn:idp", f'<a xmlns:b{count}="c" b{count}:d="e"/>' * count).encode()
        return lambda: check_document(document)

    assert growth(check, 100, 400) < 2.6**2


@pytest.mark.parametrize("name", ["XSLT", "entities", "deep", "many elements", "a key elsewhere"])
async def test_metadata_are_checked_alike(signed: tuple[str, SsoConnection], name: str) -> None:
    hostile: Any = HOSTILE[name](signed[0])
    with pytest.raises(ValidationFailed):
        await read_metadata(hostile)
