"""Our own keys as a SAML service provider: they sign our requests, and open assertions that were encrypted for us.

`SAML_KEYS` holds them, the newest first. The newest signs. The metadata show all, so that a provider may still use an
older one: a key is replaced by putting the new one before it, and taking the old one out when all providers have read
the metadata again.
"""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lib.core.config import ConfigurationError
from lib.identity.settings import get_identity_settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

MIN_BITS: Final = 2048
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A private key with its certificate."""

    private: "RSAPrivateKey"
    certificate: str
    """Base64 DER."""


def _read(entry: str) -> OwnKey:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    blocks = {found[1].decode(): found[0] for found in _BLOCK.finditer(base64.b64decode(entry))}
    private = load_pem_private_key(next(blocks[kind] for kind in blocks if kind.endswith("PRIVATE KEY")), None)
    certificate = x509.load_pem_x509_certificate(blocks["CERTIFICATE"])
    if not isinstance(private, RSAPrivateKey) or private.key_size < MIN_BITS:
        raise ValueError("not an RSA key of 2,048 bits or more")
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if certificate.public_key().public_bytes(*form) != private.public_key().public_bytes(*form):
        raise ValueError("the certificate is of another key")
    return OwnKey(private, base64.b64encode(certificate.public_bytes(Encoding.DER)).decode())


@lru_cache(maxsize=1)
def _read_all(text: str) -> tuple[OwnKey, ...]:
    try:
        return tuple(_read(entry) for entry in text.split(","))
    except (ValueError, TypeError, KeyError, StopIteration) as error:
        raise ConfigurationError("SAML_KEYS: must be RSA keys with certificates, in PEM and base64") from error


def own_keys() -> tuple[OwnKey, ...]:
    """Returns our keys, the newest first; none if the deployment has none. Raises ConfigurationError."""
    text = get_identity_settings().saml_keys
    return _read_all(text) if text else ()
