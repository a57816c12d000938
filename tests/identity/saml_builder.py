"""Builds SAML responses and messages as providers write them: signed, encrypted, early, late or wrong."""

import base64
import os
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml.etree import fromstring, tostring
from xmlsec import constants

NAMES: Final = "urn:oasis:names:tc:SAML:2.0"
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
EMAIL_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def instant(seconds: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def attribute(values: list[str], **names: str) -> str:
    """Returns an `Attribute` element. ``names``: `Name`, `FriendlyName`, `NameFormat`."""
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in names.items())
    inside = "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
    return f"<saml:Attribute {written}>{inside}</saml:Attribute>"


@dataclass
class Draft:
    """A response. Times are in seconds from now; None leaves the element or attribute out."""

    origin: str
    issuer: str = "urn:idp"
    name_id: str | None = "jane@a.test"
    name_format: str | None = EMAIL_FORMAT
    attributes: str = field(
        default_factory=lambda: attribute(["Jane"], Name="firstName") + attribute(["Doe"], Name="sn")
    )
    request_id: str | None = "_request"
    confirmed_for: str | None = ""
    """InResponseTo of the confirmation; empty: as the response."""
    begins: float | None = None
    ends: float | None = 300
    confirmed_until: float | None = 300
    confirmed_from: float | None = None
    session_until: float | None = None
    session_index: str | None = None
    audience: str | None = None
    recipient: str | None = None
    destination: str | None = None
    status: str = f'<samlp:StatusCode Value="{NAMES}:status:Success"/>'
    assertion_id: str = field(default_factory=lambda: f"_{os.urandom(8).hex()}")

    def _times(self, **offsets: float | None) -> str:
        return "".join(f' {name}="{instant(value)}"' for name, value in offsets.items() if value is not None)

    def assertion(self) -> str:
        origin = self.origin
        confirmed = self.request_id if self.confirmed_for == "" else self.confirmed_for
        answered = f' InResponseTo="{confirmed}"' if confirmed is not None else ""
        name = ""
        if self.name_id is not None:
            name_format = f' Format="{self.name_format}"' if self.name_format else ""
            name = f"<saml:NameID{name_format}>{self.name_id}</saml:NameID>"
        index = f" SessionIndex={quoteattr(self.session_index)}" if self.session_index else ""
        recipient = self.recipient or f"{origin}/api/v1/auth/saml/acs"
        return (
            f'<saml:Assertion xmlns:saml="{NAMES}:assertion" ID="{self.assertion_id}" Version="2.0" '
            f'IssueInstant="{instant()}"><saml:Issuer>{self.issuer}</saml:Issuer><saml:Subject>{name}'
            f'<saml:SubjectConfirmation Method="{NAMES}:cm:bearer"><saml:SubjectConfirmationData{answered} '
            f'Recipient="{recipient}"{self._times(NotBefore=self.confirmed_from, NotOnOrAfter=self.confirmed_until)}/>'
            "</saml:SubjectConfirmation></saml:Subject>"
            f"<saml:Conditions{self._times(NotBefore=self.begins, NotOnOrAfter=self.ends)}><saml:AudienceRestriction>"
            f"<saml:Audience>{self.audience or f'{origin}/api/v1/auth/saml/metadata'}</saml:Audience>"
            f'</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{instant()}"'
            f"{self._times(SessionNotOnOrAfter=self.session_until)}{index}><saml:AuthnContext>"
            "<saml:AuthnContextClassRef>urn:x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            + (f"<saml:AttributeStatement>{self.attributes}</saml:AttributeStatement>" if self.attributes else "")
            + "</saml:Assertion>"
        )

    def envelope(self, content: str) -> str:
        answered = f' InResponseTo="{self.request_id}"' if self.request_id is not None else ""
        destination = f' Destination="{self.destination}"' if self.destination else ""
        return (
            f'<samlp:Response xmlns:samlp="{NAMES}:protocol" xmlns:saml="{NAMES}:assertion" '
            f'ID="_r{os.urandom(8).hex()}" Version="2.0" IssueInstant="{instant()}"{answered}{destination}>'
            f"<saml:Issuer>{self.issuer}</saml:Issuer><samlp:Status>{self.status}</samlp:Status>{content}"
            "</samlp:Response>"
        )


def signed(element: str, key: Path, certificate: Path) -> str:
    """Signs an element with an `ID`, right after its issuer."""
    root = fromstring(element)
    xmlsec.tree.add_ids(root, ["ID"])
    signature = xmlsec.template.create(root, constants.TransformExclC14N, constants.TransformRsaSha256, ns="ds")
    root.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, constants.TransformSha256, uri=f"#{root.get('ID')}")
    xmlsec.template.add_transform(reference, constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(str(key), constants.KeyDataFormatPem)
    context.key.load_cert_from_file(str(certificate), constants.KeyDataFormatPem)
    context.sign(signature)
    return tostring(root).decode()


def sealed(content: bytes, algorithm: str, key: bytes) -> bytes:
    if algorithm.endswith("gcm"):
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, content, None)
    padding = 16 - len(content) % 16
    start = os.urandom(16)
    encryptor = Cipher(AES(key), CBC(start)).encryptor()
    return start + encryptor.update(content + os.urandom(padding - 1) + bytes([padding])) + encryptor.finalize()


def encrypted(
    element: str,
    certificate: str,
    *,
    algorithm: str = f"{XENC}aes256-cbc",
    transport: str = f"{XENC}rsa-oaep-mgf1p",
    digest: str | None = None,
    is_beside: bool = False,
    tag: str = "EncryptedAssertion",
) -> str:
    """Encrypts an element for the holder of a certificate (base64 DER)."""
    public = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(public, RSAPublicKey)
    size = int("".join(letter for letter in algorithm.rpartition("#")[2] if letter.isdigit()) or 256) // 8
    key = os.urandom(24 if "tripledes" in algorithm else size)
    how = hashes.SHA256() if digest else hashes.SHA1()
    padding: Any = PKCS1v15() if transport.endswith("rsa-1_5") else OAEP(MGF1(hashes.SHA1()), how, None)
    method = f'<ds:DigestMethod Algorithm="{digest}"/>' if digest else ""
    data = os.urandom(64) if "tripledes" in algorithm else sealed(element.encode(), algorithm, key)
    wrapped = (
        f'<xenc:EncryptedKey Id="_key"><xenc:EncryptionMethod Algorithm="{transport}">{method}</xenc:EncryptionMethod>'
        f"<xenc:CipherData><xenc:CipherValue>{base64.b64encode(public.encrypt(key, padding)).decode()}"
        "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )
    pointer = f'<ds:RetrievalMethod Type="{XENC}EncryptedKey" URI="#_key"/>'
    return (
        f'<saml:{tag} xmlns:saml="{NAMES}:assertion"><xenc:EncryptedData xmlns:xenc="{XENC}" '
        f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Type="{XENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}"/><ds:KeyInfo>{pointer if is_beside else wrapped}</ds:KeyInfo>'
        f"<xenc:CipherData><xenc:CipherValue>{base64.b64encode(data).decode()}</xenc:CipherValue></xenc:CipherData>"
        "</xenc:EncryptedData>"
        + (
            wrapped.replace(
                "<xenc:EncryptedKey",
                f'<xenc:EncryptedKey xmlns:xenc="{XENC}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
            )
            if is_beside
            else ""
        )
        + f"</saml:{tag}>"
    )


def private_key(file: Path) -> RSAPrivateKey:
    key = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def logout_message(kind: str, *, issuer: str, destination: str, content: str, **more: str) -> str:
    """Returns a `LogoutRequest` or `LogoutResponse`. ``more`` replaces its attributes."""
    attributes = {"ID": f"_{os.urandom(8).hex()}", "Version": "2.0", "IssueInstant": instant()}
    written = " ".join(
        f"{name}={quoteattr(value)}" for name, value in (attributes | {"Destination": destination} | more).items()
    )
    return (
        f'<samlp:{kind} xmlns:samlp="{NAMES}:protocol" xmlns:saml="{NAMES}:assertion" {written}>'
        f"<saml:Issuer>{issuer}</saml:Issuer>{content}</samlp:{kind}>"
    )


def redirected(
    name: str,
    document: str,
    key: RSAPrivateKey | EllipticCurvePrivateKey | None,
    *,
    relay_state: str | None = None,
    algorithm: str = "rsa-sha256",
    in_der: bool = True,
) -> str:
    """Returns the query that carries a message by the HTTP-Redirect binding, signed if there is a key.

    ``in_der``: how a signature by ECDSA is written, else as XML has it.
    """
    compressor = zlib.compressobj(wbits=-15)
    deflated = compressor.compress(document.encode()) + compressor.flush()
    query = {name: base64.b64encode(deflated).decode()} | ({"RelayState": relay_state} if relay_state else {})
    if key is None:
        return urlencode(query)
    space = "2000/09/xmldsig#" if algorithm.endswith("sha1") else "2001/04/xmldsig-more#"
    query["SigAlg"] = f"http://www.w3.org/{space}{algorithm}"
    digest = getattr(hashes, algorithm.rpartition("-")[2].upper())()
    signed_part = urlencode(query).encode()
    if isinstance(key, RSAPrivateKey):
        signature = key.sign(signed_part, PKCS1v15(), digest)
    else:
        signature = key.sign(signed_part, ECDSA(digest))
        if not in_der:
            size = (key.key_size + 7) // 8
            signature = b"".join(number.to_bytes(size) for number in decode_dss_signature(signature))
    return f"{urlencode(query)}&{urlencode({'Signature': base64.b64encode(signature).decode()})}"
