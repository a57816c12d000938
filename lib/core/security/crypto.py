"""Encryption of single values, and keyed hashes to find them by, under a ring of versioned keys.

A value is encrypted with the newest key and names its version, so that older values stay readable until
``python -m tools.rotate_keys`` has re-encrypted them. The owner of a value (table, column and row) is authenticated
with it: a value that was moved to another row cannot be read. Each purpose has a key of its own, derived by HKDF.
"""

import base64
import hashlib
import hmac
import os
import re
from functools import lru_cache
from typing import Final

from lib.core.config import ConfigurationError, get_settings

NONCE_BYTES: Final = 12
_CIPHERTEXT: Final = re.compile(r"v([0-9]{1,4})\.([A-Za-z0-9_-]{38,})")


class DecryptionFailed(Exception):
    """The value was not encrypted here, belongs to another row, or is under a key that is not in the ring."""


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class KeyRing:
    """The encryption keys of a deployment, by version."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        """``keys``: 32 bytes by version."""
        self._keys = keys
        self._derived: dict[tuple[int, str], bytes] = {}

    @property
    def newest(self) -> int:
        """The version that new values are encrypted with."""
        return max(self._keys)

    @property
    def versions(self) -> list[int]:
        """All versions, the newest first."""
        return sorted(self._keys, reverse=True)

    def _key(self, version: int, purpose: str) -> bytes:
        found = self._derived.get((version, purpose))
        if found is None:
            from cryptography.hazmat.primitives.hashes import SHA256
            from cryptography.hazmat.primitives.kdf.hkdf import HKDF

            found = HKDF(SHA256(), 32, None, f"mixerai/{purpose}".encode()).derive(self._keys[version])
            self._derived[version, purpose] = found
        return found

    def encrypt(self, text: str, owner: str) -> str:
        """Encrypts a value with the newest key. ``owner``: the value's place, as ``profiles.phone:<id>``."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key(self.newest, "encrypt")).encrypt(nonce, text.encode(), owner.encode())
        return f"v{self.newest}.{_unpadded(nonce + sealed)}"

    def decrypt(self, ciphertext: str, owner: str) -> str:
        """Decrypts a value of this owner. Raises DecryptionFailed."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        found = _CIPHERTEXT.fullmatch(ciphertext)
        version = int(found[1]) if found else 0
        if found is None or version not in self._keys:
            raise DecryptionFailed(f"no key for {ciphertext.split('.', maxsplit=1)[0][:8]}")
        try:
            sealed = _bytes(found[2])
            cipher = AESGCM(self._key(version, "encrypt"))
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise DecryptionFailed("the value was not encrypted for this") from error

    def _digest(self, version: int, purpose: str, value: str) -> str:
        return hmac.new(self._key(version, purpose), value.encode(), hashlib.sha256).hexdigest()

    def digests(self, value: str, purpose: str) -> list[str]:
        """Returns the HMAC-SHA-256 under each key, the newest first. Store the first, and search for all of them."""
        return [self._digest(version, purpose, value) for version in self.versions]

    def blind_indexes(self, value: str, purpose: str) -> list[str]:
        """Returns the digests with their versions, as the column type ``private.blind_index`` requires."""
        return [f"v{version}.{self._digest(version, purpose, value)}" for version in self.versions]


def read_ring(text: str) -> KeyRing:
    """Reads a key ring of the form ``v1:<base64 of 32 bytes>,v2:…``. Raises ValueError."""
    keys: dict[int, bytes] = {}
    for entry in text.split(","):
        version, _, encoded = entry.strip().partition(":")
        key = _bytes(encoded.rstrip("=").replace("+", "-").replace("/", "_"))
        if not re.fullmatch(r"v[1-9][0-9]{0,3}", version) or len(key) != 32:
            raise ValueError("each key is v<number>:<base64 of 32 bytes>")
        keys[int(version[1:])] = key
    return KeyRing(keys)


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    """Returns the key ring of the deployment. Raises ConfigurationError where it has none."""
    text = get_settings().encryption_keys
    if text is None:
        raise ConfigurationError("ENCRYPTION_KEYS: needed to read and write encrypted values")
    return read_ring(text)


def token_digest(token: str) -> str:
    """Returns the SHA-256 of a random token of 32 bytes. Such a token cannot be guessed, so no key is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
