"""Messages of SAML single logout, by the HTTP-Redirect binding, which signs the query (saml-bindings-2.0-os, 3.4.4.1).

A message without a valid signature is refused: anybody could end sessions with it.
"""

import base64
import binascii
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape, quoteattr

from lib.identity.single_sign_on import saml
from lib.identity.single_sign_on.documents import MAX_BYTES, DocumentRefused, check_document, parse_document
from lib.identity.single_sign_on.models import SsoConnection
from lib.identity.single_sign_on.outcomes import SignOnRefused
from lib.identity.single_sign_on.responses import (
    SAML,
    SAMLP,
    Subject,
    check_addressed,
    name_of,
)
from lib.identity.single_sign_on.signatures import valid_keys
from lib.identity.single_sign_on.times import SKEW_SECONDS, instant, is_current
from lib.identity.single_sign_on.urls import LOGOUT_PATH

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from lxml.etree import _Element

REFUSED: Final = "the message of the identity provider is not valid"
# How old a message may be. It is remembered for longer, so that it counts once.
MAX_AGE_SECONDS: Final = 300
# The kind of key and the digest of each algorithm.
_ALGORITHMS: Final = {
    f"http://www.w3.org/2001/04/xmldsig-more#{kind}-sha{bits}": (kind, f"SHA{bits}")
    for kind in ("rsa", "ecdsa")
    for bits in (256, 384, 512)
}
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"

type Kind = Literal["SAMLRequest", "SAMLResponse"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a provider, of which only the form was checked."""

    kind: Kind
    root: "_Element"
    relay_state: str | None
    signed: bytes
    """The part of the query that the signature is of, as it was sent."""
    algorithm: str
    signature: bytes

    @property
    def issuer(self) -> str:
        """The entity id of the provider that the message claims to be from."""
        found = self.root.find(f"{SAML}Issuer")
        return "".join(found.itertext()).strip() if found is not None else ""

    @property
    def id(self) -> str:
        """The id of the message; empty if it has none."""
        return self.root.get("ID") or ""


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """A provider's request to sign a person out."""

    id: str
    subject: Subject
    session_indexes: tuple[str, ...]
    """Its names of the sessions; none for all sessions of the person."""


def _inflate(text: str) -> bytes:
    try:
        reader = zlib.decompressobj(-15)
        document = reader.decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise DocumentRefused("not a compressed message") from error
    if len(document) > MAX_BYTES or not reader.eof:
        raise DocumentRefused("too large, or cut off")
    return document


def read_message(query: str) -> Message:
    """Reads a message from the query of a request, as it was sent. Raises SignOnRefused."""
    from lxml.etree import LxmlError

    try:
        parts: dict[str, str] = {}
        for part in query.split("&"):
            name, _, value = part.partition("=")
            if name in parts:
                raise DocumentRefused(f"{name[:50]} occurs twice")
            parts[name] = value
        kinds: list[Kind] = [kind for kind in ("SAMLRequest", "SAMLResponse") if kind in parts]
        if len(kinds) != 1 or "Signature" not in parts or "SigAlg" not in parts:
            raise DocumentRefused("no message, or no signature")
        document = _inflate(unquote_plus(parts[kinds[0]]))
        check_document(document)
        names = [name for name in (kinds[0], "RelayState", "SigAlg") if name in parts]
        return Message(
            kind=kinds[0],
            root=parse_document(document),
            relay_state=unquote_plus(parts["RelayState"]) if "RelayState" in parts else None,
            signed="&".join(f"{name}={parts[name]}" for name in names).encode(),
            algorithm=unquote_plus(parts["SigAlg"]),
            signature=base64.b64decode(unquote_plus(parts["Signature"])),
        )
    except (LxmlError, ValueError) as error:
        raise SignOnRefused(REFUSED) from error


def _der(signature: bytes, key: "EllipticCurvePublicKey") -> bytes:
    """Returns a signature by ECDSA in DER. XML has the two numbers one after the other, each as long as the key
    (RFC 6931, section 2.3.6), and most providers write DER."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    size = (key.key_size + 7) // 8
    if len(signature) != 2 * size:
        return signature
    return encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))


def _is_signed_by(pem: bytes, message: Message, kind: str, digest: str) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    made: hashes.HashAlgorithm = getattr(hashes, digest)()
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
        if kind == "rsa" and isinstance(key, RSAPublicKey):
            key.verify(message.signature, message.signed, PKCS1v15(), made)
            return True
        if kind == "ecdsa" and isinstance(key, EllipticCurvePublicKey):
            signature = _der(message.signature, key)
            key.verify(signature, message.signed, ECDSA(made))
            return True
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return False


def _verify(message: Message, connection: SsoConnection) -> None:
    known = _ALGORITHMS.get(message.algorithm)
    if known is None:
        raise DocumentRefused(f"an algorithm that is not allowed: {message.algorithm}"[:200])
    if any(_is_signed_by(pem, message, *known) for pem in valid_keys(connection.certificates)):
        return
    raise DocumentRefused("the signature is of none of the connection's certificates that are valid now")


def _check(message: Message, connection: SsoConnection, tag: str) -> None:
    _verify(message, connection)
    root, now = message.root, time.time()
    if root.tag != f"{SAMLP}{tag}" or root.get("Version") != "2.0" or not message.id:
        raise DocumentRefused(f"{root.tag} of version {root.get('Version')}"[:200])
    if message.issuer != connection.entity_id or root.get("Destination") is None:
        raise DocumentRefused("another issuer, or no destination")
    check_addressed(root, connection, LOGOUT_PATH)
    issued_at = instant(root.get("IssueInstant"))
    if issued_at is None or not -MAX_AGE_SECONDS - SKEW_SECONDS <= issued_at - now <= SKEW_SECONDS:
        raise DocumentRefused("not issued just now")
    if not is_current(root, now=now):
        raise DocumentRefused("over")


def check_request(message: Message, connection: SsoConnection) -> LogoutRequest:
    """Checks a request of a provider to sign a person out. Raises SignOnRefused, with the reason as its cause."""
    try:
        _check(message, connection, "LogoutRequest")
        subject = name_of(message.root)
        if not subject.name_id:
            raise DocumentRefused("nobody is named")
        indexes = ("".join(each.itertext()).strip() for each in message.root.iterfind(f"{SAMLP}SessionIndex"))
        return LogoutRequest(message.id, subject, tuple(index for index in indexes if index)[:100])
    except (ValueError, TypeError) as error:
        raise SignOnRefused(REFUSED) from error


def check_answer(message: Message, connection: SsoConnection, request_id: str) -> bool:
    """Checks the answer to our request. Returns whether the provider signed the person out everywhere.

    Raises SignOnRefused, with the reason as its cause.
    """
    try:
        _check(message, connection, "LogoutResponse")
        if message.root.get("InResponseTo") != request_id:
            raise DocumentRefused("the answer to another request")
        codes = [code.get("Value") for code in message.root.iterfind(f"{SAMLP}Status//{SAMLP}StatusCode")]
    except (ValueError, TypeError) as error:
        raise SignOnRefused(REFUSED) from error
    return codes == [_SUCCESS]


def request_url(connection: SsoConnection, subject: Subject, relay_state: str) -> tuple[str, str]:
    """Returns the URL of the provider with our request to sign a person out, and the request's id."""
    named = {
        "Format": subject.format,
        "NameQualifier": subject.name_qualifier,
        "SPNameQualifier": subject.sp_name_qualifier,
    }
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in named.items() if value)
    content = f"<saml:NameID{attributes}>{escape(subject.name_id)}</saml:NameID>"
    if subject.session_index:
        content += f"<samlp:SessionIndex>{escape(subject.session_index)}</samlp:SessionIndex>"
    url = connection.logout_url or ""
    document, request_id = saml.message("LogoutRequest", url, content)
    return saml.redirect_url(url, "SAMLRequest", document, relay_state), request_id


def answer_url(connection: SsoConnection, request_id: str, relay_state: str | None) -> str:
    """Returns the URL of the provider with our answer that its request was carried out."""
    url = connection.logout_url or ""
    content = f'<samlp:Status><samlp:StatusCode Value="{_SUCCESS}"/></samlp:Status>'
    document, _ = saml.message("LogoutResponse", url, content, InResponseTo=request_id)
    return saml.redirect_url(url, "SAMLResponse", document, relay_state)
