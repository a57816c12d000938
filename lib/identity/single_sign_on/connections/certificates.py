"""X.509 certificates of identity providers."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from lib.core.http.models import ResponseModel
from lib.core.http.times import Instant

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class CertificateInfo(ResponseModel):
    """A certificate that a provider signs with. The values are null where it cannot be read."""

    subject: str | None = Field(examples=["CN=idp.aurora.test"])
    """The name in the certificate."""
    fingerprint: str | None = Field(examples=["5f:0c:…"])
    """The SHA-256 fingerprint: hexadecimal, in pairs."""
    not_before: Instant | None
    """When it begins to be valid."""
    not_after: Instant | None
    """When it expires."""
    is_valid: bool
    """Whether it can be read and is valid now."""


def load_certificate(text: str) -> "Certificate":
    """Reads a certificate from base64 DER. Raises ValueError for anything else."""
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not an X.509 certificate in base64") from error


def normalised(text: str) -> str:
    """Returns a certificate as base64 DER without frame and line breaks.

    Raises ValueError where it is none, and where its key signs no SAML: other kinds than RSA and elliptic curves.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    bare = re.sub(r"-----(BEGIN|END) CERTIFICATE-----|\s", "", text)
    certificate = load_certificate(bare)
    try:
        is_usable = isinstance(certificate.public_key(), RSAPublicKey | EllipticCurvePublicKey)
    except (UnsupportedAlgorithm, ValueError):
        is_usable = False
    if not is_usable:
        raise ValueError("must have a key of RSA or of an elliptic curve")
    return bare


def describe_certificate(text: str) -> CertificateInfo:
    """Describes a certificate as it is stored."""
    from cryptography.hazmat.primitives import hashes

    try:
        certificate = load_certificate(text)
    except ValueError:
        return CertificateInfo(subject=None, fingerprint=None, not_before=None, not_after=None, is_valid=False)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return CertificateInfo(
        subject=certificate.subject.rfc4514_string(),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(":"),
        not_before=begins,
        not_after=ends,
        is_valid=begins <= datetime.now(UTC) < ends,
    )
