"""Signatures of SAML documents, verified by xmlsec. Their form was checked before (documents.py)."""

import time
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lib.identity.single_sign_on.documents import DocumentRefused, parse_document
from lib.identity.single_sign_on.times import SKEW_SECONDS

if TYPE_CHECKING:
    from lxml.etree import _Element

DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"


def _canonical(element: "_Element") -> bytes:
    from lxml.etree import tostring

    return tostring(element, method="c14n", exclusive=True, with_comments=False)


def signed_content(element: "_Element", certificates: list[str]) -> "_Element":
    """Returns a copy of a signed element, as it was signed. Raises DocumentRefused if no certificate fits."""
    verify(element, certificates)
    copy = deepcopy(element)
    for signature in copy.findall(f"{DS}Signature"):
        signature.tail = None
        copy.remove(signature)
    return parse_document(_canonical(copy))


def valid_keys(certificates: list[str]) -> Iterator[bytes]:
    """Yields the certificates that are valid now, clocks apart, in PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from lib.identity.single_sign_on.connections.certificates import load_certificate

    now = time.time()
    for text in certificates:
        certificate = load_certificate(text)
        begins, ends = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
        if begins - SKEW_SECONDS <= now < ends + SKEW_SECONDS:
            yield certificate.public_bytes(Encoding.PEM)


def verify(element: "_Element", certificates: list[str]) -> None:
    """Verifies the signature of an element by any of the certificates that are valid now. Raises DocumentRefused."""
    import xmlsec
    from xmlsec import constants

    signatures = element.findall(f"{DS}Signature")
    if len(signatures) != 1:
        raise DocumentRefused(f"{len(signatures)} signatures of {element.tag}")
    keys = list(valid_keys(certificates))
    if not keys:
        raise DocumentRefused("all certificates of the connection have expired, or are not valid yet")
    # In its document, because the namespaces around it may belong to what was signed. No ID occurs twice there.
    xmlsec.tree.add_ids(element.getroottree().getroot(), ["ID"])
    for key in keys:
        context = xmlsec.SignatureContext()
        try:
            # It takes no key of a kind that signs no XML: such a certificate does no harm beside others.
            context.key = xmlsec.Key.from_memory(key, constants.KeyDataFormatCertPem, None)
            context.set_enabled_key_data([constants.KeyDataX509])
            context.verify(signatures[0])
        except xmlsec.Error:
            continue
        return
    raise DocumentRefused("the signature is of none of the connection's certificates that are valid now")
