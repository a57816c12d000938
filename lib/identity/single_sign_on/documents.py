"""Bounds of SAML documents, checked before any other code reads them.

Anybody may post a response, so its cost must not depend on what it says. A signature tells the verifier which
transforms to run before it is known to be valid, and XSLT and XPath are programs: 12 kB of XSLT took 16 seconds. Only
the algorithms that the SAML profile names are let through (saml-core-2.0-os, section 5.4).
"""

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 40
MAX_ELEMENTS: Final = 5_000
MAX_ATTRIBUTES: Final = 40
# All namespace declarations of a document: canonicalization takes time by elements × namespaces.
MAX_NAMESPACES: Final = 500
MAX_SIGNATURES: Final = 2
MAX_KEYS: Final = 20
MAX_PREFIXES: Final = 50

_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_PREFIX_LIST: Final = f"{{{_EXCLUSIVE}}}InclusiveNamespaces"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL: Final = frozenset({_EXCLUSIVE, f"{_EXCLUSIVE}WithComments"})
_DIGESTS: Final = frozenset({
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
})  # fmt: skip
_SIGNATURES: Final = frozenset(
    f"http://www.w3.org/2001/04/xmldsig-more#{key}-sha{bits}" for key in ("rsa", "ecdsa") for bits in (256, 384, 512)
)
# Where parts of a signature may stand; None is nowhere.
_PLACES: Final = {
    "SignedInfo": f"{_DS}Signature",
    "Reference": f"{_DS}SignedInfo",
    "Transforms": f"{_DS}Reference",
    "Transform": f"{_DS}Transforms",
    "RetrievalMethod": None,
    "Object": None,
    "Manifest": None,
}
_KEY_PARTS: Final = frozenset(f"{_DS}{name}" for name in ("X509Data", "KeyName", "KeyValue"))
_XENC: Final = "{http://www.w3.org/2001/04/xmlenc#}"
_ENCRYPTION_KEY_PARTS: Final = _KEY_PARTS | {f"{_XENC}EncryptedKey", f"{_DS}RetrievalMethod"}


class DocumentRefused(ValueError):
    """A document that is too large, or says what this platform does not take. The message has the reason."""


def decode_document(text: str) -> bytes:
    """Decodes a document in base64, with or without line breaks. Raises DocumentRefused."""
    if len(text) > MAX_BYTES * 3 // 2:
        raise DocumentRefused("too large")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentRefused("not base64") from error


def check_document(document: bytes) -> None:
    """Checks size, encoding, structure and signatures of a document. Takes milliseconds, whatever it holds.

    Raises DocumentRefused.
    """
    if len(document) > MAX_BYTES:
        raise DocumentRefused("too large")
    try:
        document.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentRefused("not UTF-8") from error
    # In any place: a parser must never see one.
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise DocumentRefused("a document type")
    _Bounds().check(document)
    _check_signatures(document)


class _Bounds:
    """Reads a document as a stream and stops at the first bound that is exceeded."""

    def __init__(self) -> None:
        self._depth = self._elements = self._namespaces = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.XmlDeclHandler = self._head
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartDoctypeDeclHandler = self._doctype

    def check(self, document: bytes) -> None:
        try:
            self._parser.Parse(document, True)  # noqa: FBT003 - takes no names
        except expat.ExpatError as error:
            raise DocumentRefused("not XML") from error

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise DocumentRefused("too deep")
        if self._elements > MAX_ELEMENTS:
            raise DocumentRefused("too many elements")
        if len(attributes) > MAX_ATTRIBUTES:
            raise DocumentRefused(f"too many attributes of {name[:100]}")

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self._namespaces += 1
        if self._namespaces > MAX_NAMESPACES:
            raise DocumentRefused(f"too many namespaces, at {prefix}={uri}"[:200])

    def _head(self, version: str, encoding: str | None, standalone: int) -> None:
        # Another encoding could be read in one way here and in another by the next parser.
        if encoding is not None and encoding.lower() != "utf-8":
            raise DocumentRefused("not UTF-8")

    def _instruction(self, target: str, data: str) -> None:
        raise DocumentRefused("a processing instruction")

    def _doctype(self, *_: Any) -> None:
        raise DocumentRefused("a document type")


def parse_document(document: bytes) -> "_Element":
    """Parses a document that ``check_document`` let through, or a part of one. Raises DocumentRefused."""
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    parser = XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return fromstring(document, parser)
    except XMLSyntaxError as error:
        raise DocumentRefused("not XML") from error


def _check_signatures(document: bytes) -> None:
    root = parse_document(document)
    signatures = list(root.iter(f"{_DS}Signature"))
    if len(signatures) > MAX_SIGNATURES:
        raise DocumentRefused("too many signatures")
    for signature in signatures:
        _check_signature(signature)
    for number, keys in enumerate(root.iter(f"{_DS}KeyInfo")):
        if number >= MAX_KEYS or len(keys) > MAX_KEYS:
            raise DocumentRefused("too many keys")
        # RetrievalMethod names a place from which to fetch the key, and has transforms of its own.
        _take(keys, _ENCRYPTION_KEY_PARTS if _is_of_encryption(keys) else _KEY_PARTS)
    # Parts of a signature outside of one, where a verifier might still find them.
    for name, place in _PLACES.items():
        for part in root.iter(f"{_DS}{name}"):
            parent = part.getparent()
            if name == "RetrievalMethod" and parent is not None and _is_of_encryption(parent) and not len(part):
                continue  # nobody follows it: encrypted keys are looked for beside the data
            if parent is None or parent.tag != place:
                raise DocumentRefused(f"ds:{name} in a place where it must not be")


def _is_of_encryption(keys: "_Element") -> bool:
    parent = keys.getparent()
    return parent is not None and parent.tag in (f"{_XENC}EncryptedData", f"{_XENC}EncryptedKey")


def _check_signature(signature: "_Element") -> None:
    """Lets one form through: a reference to the parent, enveloped, canonicalized exclusively."""
    parts = _take(signature, {f"{_DS}SignedInfo", f"{_DS}SignatureValue", f"{_DS}KeyInfo"})
    signed = _one(parts, "SignedInfo")
    _one(parts, "SignatureValue")
    methods = _take(signed, {f"{_DS}{name}" for name in ("CanonicalizationMethod", "SignatureMethod", "Reference")})
    _check_canonicalization(_one(methods, "CanonicalizationMethod"))
    _check_algorithm(_one(methods, "SignatureMethod"), _SIGNATURES)
    reference = _one(methods, "Reference")
    parent = signature.getparent()
    if parent is None or not parent.get("ID") or reference.get("URI") != f"#{parent.get('ID')}":
        raise DocumentRefused("a signature of something else than its parent")
    inside = _take(reference, {f"{_DS}{name}" for name in ("Transforms", "DigestMethod", "DigestValue")})
    _check_algorithm(_one(inside, "DigestMethod"), _DIGESTS)
    transforms = _take(_one(inside, "Transforms"), {f"{_DS}Transform"})
    if len(transforms) not in (1, 2) or transforms[0].get("Algorithm") != _ENVELOPED or len(transforms[0]):
        raise DocumentRefused("a transform that is not allowed")
    for transform in transforms[1:]:
        _check_canonicalization(transform)


def _take(element: "_Element", allowed: frozenset[str] | set[str]) -> "list[_Element]":
    """Returns the children of an element. Refuses any that are not allowed; comments count as nothing."""
    children = [child for child in element if isinstance(child.tag, str)]
    for child in children:
        if child.tag not in allowed:
            raise DocumentRefused(f"{child.tag} in {element.tag}"[:200])
    return children


def _one(parts: "list[_Element]", name: str) -> "_Element":
    found = [part for part in parts if part.tag == f"{_DS}{name}"]
    if len(found) != 1:
        raise DocumentRefused(f"{len(found)} of ds:{name}")
    return found[0]


def _check_algorithm(method: "_Element", allowed: frozenset[str]) -> None:
    if method.get("Algorithm") not in allowed or _take(method, set()):
        raise DocumentRefused(f"an algorithm that is not allowed: {method.get('Algorithm')}"[:200])


def _check_canonicalization(method: "_Element") -> None:
    if method.get("Algorithm") not in _CANONICAL:
        raise DocumentRefused(f"a transform that is not allowed: {method.get('Algorithm')}"[:200])
    lists = _take(method, {_PREFIX_LIST})
    if len(lists) > 1 or any(len((each.get("PrefixList") or "").split()) > MAX_PREFIXES for each in lists):
        raise DocumentRefused("too many namespaces to include")
