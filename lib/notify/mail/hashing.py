"""Keyed hashes of mail that outlive the rotation of the encryption keys: of suppressed addresses and of links.

They are made with ``MAIL_HASH_KEY``, which stays. A deployment without it uses its encryption keys: then the links to
unsubscribe, and the suppressions, of a key end when it leaves the ring. Both are looked up under all of them.
"""

from functools import lru_cache
from typing import Final

from lib.core.config import ConfigurationError
from lib.core.security.crypto import KeyRing, key_ring, read_ring
from lib.notify.settings import get_mail_settings

# The purpose under which identity finds addresses, too.
ADDRESS: Final = "email"
# Encryption keys begin at 1.
_VERSION: Final = "v9999"


@lru_cache(maxsize=1)
def _lasting(key: str) -> KeyRing:
    try:
        return read_ring(f"{_VERSION}:{key}")
    except ValueError as error:
        raise ConfigurationError("MAIL_HASH_KEY: must be 32 bytes in base64") from error


def _rings() -> list[KeyRing]:
    key = get_mail_settings().mail_hash_key
    return [*([_lasting(key)] if key else []), key_ring()]


def address_indexes(address: str) -> list[str]:
    """Returns the hashes under which an address may be suppressed. New ones get the first."""
    return [index for ring in _rings() for index in ring.blind_indexes(address.strip().lower(), ADDRESS)]


def digests(text: str, purpose: str) -> list[str]:
    """Returns the hashes of a text in hex. New ones get the first, and all are valid."""
    return [digest for ring in _rings() for digest in ring.digests(text, purpose)]
