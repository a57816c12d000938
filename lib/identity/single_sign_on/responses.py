"""Checks SAML responses (saml-profiles-2.0-os, section 4.1.4.3). Signatures are verified by xmlsec.

Only the signed bytes are read: the assertion is written out as its signature was computed, without comments,
and parsed again by itself. Neither a second assertion, a moved one nor a comment inside of a name is there any more
(https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/somorovsky, CVE-2017-11427).

All functions compute for more than 20 ms, the first time with the import of the libraries, so they run in a thread
(lib/core/http/heavy.py).
"""

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lib.identity.single_sign_on.attributes import Attributes
from lib.identity.single_sign_on.documents import DocumentRefused, check_document, decode_document, parse_document
from lib.identity.single_sign_on.encryption import decrypt
from lib.identity.single_sign_on.models import SsoConnection
from lib.identity.single_sign_on.outcomes import SignOnRefused, reason_of_status
from lib.identity.single_sign_on.signatures import DS, signed_content, verify
from lib.identity.single_sign_on.times import SKEW_SECONDS, instant, is_current
from lib.identity.single_sign_on.urls import ACS_PATH, entity_id, own_url

if TYPE_CHECKING:
    from lxml.etree import _Element

REFUSED: Final = "the response of the identity provider is not valid: sign in again"
MAX_NAME: Final = 2_000
SAML: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP: Final = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"


@dataclass(frozen=True, slots=True)
class Subject:
    """The names of a person and their session at a provider. They are sent back when the session ends."""

    name_id: str = field(repr=False)
    format: str | None = None
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None
    session_index: str | None = None


@dataclass(frozen=True, slots=True)
class Assertion:
    """The person whom a provider vouches for."""

    id: str
    email: str
    """Address in lower case."""
    first_name: str
    last_name: str
    groups: tuple[str, ...] | None
    """None if the provider does not say: the roles stay as they are."""
    not_on_or_after: int
    """Unix time in seconds: until then the assertion must not be accepted again, clocks apart."""
    subject: Subject


def check_response(connection: SsoConnection, response: str, request_id: str | None) -> Assertion:
    """Checks a response and returns its assertion. ``request_id`` is None for a sign-in that the provider began.

    Raises SignOnRefused for any response that is not valid. The cause of the error has the reason, for the log.
    """
    from lxml.etree import LxmlError

    try:
        document = decode_document(response)
        check_document(document)
        return _check(connection, document, request_id)
    except (LxmlError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise SignOnRefused(REFUSED) from error


def issuer_of(response: str) -> str | None:
    """Returns the provider that a response names, before anything is verified; None for an answer to a request.

    Raises SignOnRefused for a document that cannot be read.
    """
    from lxml.etree import LxmlError

    try:
        document = decode_document(response)
        check_document(document)
        root = parse_document(document)
    except (LxmlError, ValueError) as error:
        raise SignOnRefused(REFUSED) from error
    if root.get("InResponseTo") is not None:
        return None
    # The issuer of the response is optional, and its assertion may be encrypted.
    for path in (f"{SAML}Issuer", f"{SAML}Assertion/{SAML}Issuer"):
        found = root.find(path)
        if found is not None:
            return "".join(found.itertext()).strip()
    return None


def _check(connection: SsoConnection, document: bytes, request_id: str | None) -> Assertion:
    root = parse_document(document)
    _check_schema(root)
    if root.tag != f"{SAMLP}Response" or root.get("Version") != "2.0":
        raise DocumentRefused(f"{root.tag} of version {root.get('Version')}"[:200])
    _check_status(root)
    _check_ids(root)
    if root.find(f"{DS}Signature") is not None:
        verify(root, connection.certificates)
    assertion = signed_content(_assertion(root), connection.certificates)
    _check_envelope(root, connection, request_id)
    return _read(assertion, connection, request_id)


def _check_schema(element: "_Element") -> None:
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

    if isinstance(OneLogin_Saml2_XML.validate_xml(element, "saml-schema-protocol-2.0.xsd"), str):
        raise DocumentRefused("does not match the schema of SAML")


def _check_status(root: "_Element") -> None:
    codes = [str(code.get("Value")) for code in root.iterfind(f"{SAMLP}Status//{SAMLP}StatusCode")]
    if codes[:1] != [_SUCCESS]:
        message = "".join(root.itertext(f"{SAMLP}StatusMessage"))[:200]
        reason = reason_of_status(codes)
        cause = ValueError(f"the provider answers {', '.join(codes)[:200]}: {message}")
        raise SignOnRefused("the identity provider did not sign you in", reason=reason) from cause


def _check_ids(root: "_Element") -> None:
    ids = [value for element in root.iter() for name in ("ID", "Id", "id") if (value := element.get(name)) is not None]
    if len(set(ids)) < len(ids):
        raise DocumentRefused("an ID that occurs twice")


def _assertion(root: "_Element") -> "_Element":
    """Returns the only assertion of a response, decrypted if it was encrypted."""
    every = [*root.iter(f"{SAML}Assertion"), *root.iter(f"{SAML}EncryptedAssertion")]
    if len(every) != 1 or every[0].getparent() is not root:
        raise DocumentRefused(f"{len(every)} assertions, or one in a place where it must not be")
    if every[0].tag == f"{SAML}Assertion":
        return every[0]
    return _decrypted(every[0], f"{SAML}Assertion")


def _decrypted(encrypted: "_Element", tag: str) -> "_Element":
    """Returns the element in an encrypted one. It is checked as a document of its own."""
    from xml.sax.saxutils import quoteattr

    content = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", decrypt(encrypted))
    # It may use namespaces that were declared around it. Exclusive canonicalization leaves out those that it does not.
    outside = " ".join(
        f"xmlns{':' if prefix else ''}{prefix or ''}={quoteattr(uri)}" for prefix, uri in encrypted.nsmap.items()
    )
    document = f"<around {outside}>".encode() + content + b"</around>"
    check_document(document)
    children = [child for child in parse_document(document) if isinstance(child.tag, str)]
    if len(children) != 1 or children[0].tag != tag:
        raise DocumentRefused(f"an encrypted element that is no {tag}")
    _check_ids(children[0])
    return children[0]


def _same_url(one: str, other: str) -> bool:
    """Whether two URLs are the same: scheme and host are written in any case."""
    first, second = urlsplit(one.strip()), urlsplit(other)
    return (first.scheme.lower(), first.netloc.lower(), first.path, first.query) == (
        second.scheme.lower(),
        second.netloc.lower(),
        second.path,
        second.query,
    )


def check_addressed(root: "_Element", connection: SsoConnection, path: str) -> None:
    """Checks issuer and destination of a message, which may be absent. Raises DocumentRefused."""
    issuer = root.find(f"{SAML}Issuer")
    if issuer is not None and "".join(issuer.itertext()).strip() != connection.entity_id:
        raise DocumentRefused("another issuer")
    destination = root.get("Destination")
    if destination is not None and not _same_url(destination, own_url(path)):
        raise DocumentRefused(f"for {destination}"[:200])


def _check_envelope(root: "_Element", connection: SsoConnection, request_id: str | None) -> None:
    check_addressed(root, connection, ACS_PATH)
    # An unsolicited response has none: one that answers a request must be used by the browser that made it.
    if root.get("InResponseTo") != request_id:
        raise DocumentRefused("made for another request")


def _read(assertion: "_Element", connection: SsoConnection, request_id: str | None) -> Assertion:
    now = time.time()
    check_addressed(assertion, connection, ACS_PATH)
    if assertion.find(f"{SAML}Issuer") is None:
        raise DocumentRefused("an assertion without issuer")
    conditions = assertion.findall(f"{SAML}Conditions")
    if len(conditions) != 1 or not is_current(conditions[0], now=now):
        raise DocumentRefused("conditions that are not met now")
    restrictions = conditions[0].findall(f"{SAML}AudienceRestriction")
    if not restrictions or not all(_is_for_us(each) for each in restrictions):
        raise DocumentRefused("for another audience")
    statements = assertion.findall(f"{SAML}AuthnStatement")
    if not statements or not all(is_current(each, now=now, ends="SessionNotOnOrAfter") for each in statements):
        raise DocumentRefused("no current statement of a sign-in")
    attributes = Attributes(assertion)
    subject = _subject(assertion, statements[0].get("SessionIndex"))
    first_name, last_name = attributes.names()
    return Assertion(
        id=assertion.get("ID") or "",
        email=attributes.email(connection.domains, subject.name_id),
        first_name=first_name,
        last_name=last_name,
        groups=attributes.groups(connection.group_attribute),
        not_on_or_after=int(_confirmed_until(assertion, request_id, now=now)) + SKEW_SECONDS,
        subject=subject,
    )


def _is_for_us(restriction: "_Element") -> bool:
    return any("".join(each.itertext()).strip() == entity_id() for each in restriction.iterfind(f"{SAML}Audience"))


def _confirmed_until(assertion: "_Element", request_id: str | None, *, now: float) -> float:
    """Returns until when the bearer of an assertion is confirmed, for us and for this request.

    One of several confirmations must be current, and the latest end counts: until then the assertion may come again,
    also with those that begin later.
    """
    ends: list[float] = []
    is_confirmed = False
    for confirmation in assertion.iterfind(f"{SAML}Subject/{SAML}SubjectConfirmation"):
        data = confirmation.find(f"{SAML}SubjectConfirmationData")
        if confirmation.get("Method") != _BEARER or data is None:
            continue
        ends_at = instant(data.get("NotOnOrAfter"))
        is_ours = _same_url(data.get("Recipient") or "", own_url(ACS_PATH))
        if ends_at is not None and is_ours and data.get("InResponseTo") == request_id:
            ends.append(ends_at)
            is_confirmed = is_confirmed or is_current(data, now=now)
    if not is_confirmed:
        raise DocumentRefused("confirmed for another request, recipient or time")
    return max(ends)


def name_of(parent: "_Element", session_index: str | None = None) -> Subject:
    """Returns the NameID in an element, decrypted if it was encrypted; an empty one if it has none."""
    names: list[Any] = parent.findall(f"{SAML}NameID")
    names += [_decrypted(each, f"{SAML}NameID") for each in parent.iterfind(f"{SAML}EncryptedID")]
    if len(names) > 1:
        raise DocumentRefused("several names of a person")
    name = names[0] if names else None
    text = "" if name is None else "".join(name.itertext()).strip()
    if len(text) > MAX_NAME or len(session_index or "") > MAX_NAME:
        raise DocumentRefused("too long a name")
    if name is None:
        return Subject("")
    return Subject(
        name_id=text,
        format=name.get("Format"),
        name_qualifier=name.get("NameQualifier"),
        sp_name_qualifier=name.get("SPNameQualifier"),
        session_index=session_index,
    )


def _subject(assertion: "_Element", session_index: str | None) -> Subject:
    subject = assertion.find(f"{SAML}Subject")
    if subject is None:
        raise DocumentRefused("nobody is named")
    return name_of(subject, session_index)
