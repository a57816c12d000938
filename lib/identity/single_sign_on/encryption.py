"""Opens elements that a provider has encrypted for us (XML Encryption 1.1): assertions and names.

Our own reader, and not the one of xmlsec: a document must not decide where keys are looked for, nor with which
algorithm. RSA PKCS #1 v1.5 is refused, because refusals of its padding tell the key (Bleichenbacher). CBC is read,
since it is what most providers send; the signature inside is checked afterwards, and all refusals are alike.
"""

import base64
import binascii
from typing import TYPE_CHECKING, Final

from lib.identity.single_sign_on.documents import MAX_BYTES, DocumentRefused
from lib.identity.single_sign_on.keys import OwnKey, own_keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm
    from lxml.etree import _Element

XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
# The algorithm, and the bytes of its key.
_GCM: Final = {f"{XENC11}aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)}
_CBC: Final = {f"{XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_OAEP: Final = frozenset({f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"})
_BLOCK: Final = 16
_NONCE: Final = 12
MAX_RECIPIENTS: Final = 10


def decrypt(encrypted: "_Element") -> bytes:
    """Returns the content of an `EncryptedAssertion` or `EncryptedID`. Raises DocumentRefused."""
    keys = own_keys()
    if not keys:
        raise DocumentRefused("encrypted, and this deployment has no key: see SAML_KEYS")
    data = encrypted.findall(f"{{{XENC}}}EncryptedData")
    if len(data) != 1:
        raise DocumentRefused(f"{len(data)} of xenc:EncryptedData")
    algorithm = _algorithm(data[0])
    size = _GCM.get(algorithm) or _CBC.get(algorithm)
    if size is None:
        raise DocumentRefused(f"an encryption that is not allowed: {algorithm}"[:200])
    sealed = _cipher_value(data[0])
    # Inside of the data, or beside them: both are usual.
    wrapped = list(encrypted.iter(f"{{{XENC}}}EncryptedKey"))
    if not 1 <= len(wrapped) <= MAX_RECIPIENTS:
        raise DocumentRefused(f"{len(wrapped)} of xenc:EncryptedKey")
    for each in wrapped:
        for key in keys:
            opened = _unwrap(each, key)
            if opened is not None and len(opened) == size:
                return _open(sealed, opened, is_gcm=algorithm in _GCM)
    raise DocumentRefused("encrypted for another key than ours")


def _algorithm(element: "_Element") -> str:
    methods = element.findall(f"{{{XENC}}}EncryptionMethod")
    if len(methods) != 1:
        raise DocumentRefused(f"{len(methods)} of xenc:EncryptionMethod")
    return methods[0].get("Algorithm") or ""


def _cipher_value(element: "_Element") -> bytes:
    # A reference to the data somewhere else is refused with everything that is no value.
    values = element.findall(f"{{{XENC}}}CipherData/{{{XENC}}}CipherValue")
    if len(values) != 1:
        raise DocumentRefused(f"{len(values)} of xenc:CipherValue")
    try:
        sealed = base64.b64decode("".join((values[0].text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentRefused("an encrypted value that is not base64") from error
    if len(sealed) > MAX_BYTES:
        raise DocumentRefused("too large")
    return sealed


def _hash(element: "_Element", path: str, default: str) -> "HashAlgorithm":
    from cryptography.hazmat.primitives import hashes

    found = element.find(path)
    name = default if found is None else (found.get("Algorithm") or "").rpartition("#")[2].removeprefix("mgf1")
    known = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
    if name not in known:
        raise DocumentRefused(f"a digest that is not allowed: {name}"[:200])
    # SHA-1 is the default of OAEP: what it needs of its digest, SHA-1 still has (RFC 8017, section 7.1).
    return known[name]()


def _unwrap(wrapped: "_Element", key: OwnKey) -> bytes | None:
    """Returns the key of the data; None if it is not for this key of ours."""
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP

    algorithm = _algorithm(wrapped)
    if algorithm not in _OAEP:
        raise DocumentRefused(f"a transport of keys that is not allowed: {algorithm}"[:200])
    method = f"{{{XENC}}}EncryptionMethod"
    digest = _hash(wrapped, f"{method}/{{http://www.w3.org/2000/09/xmldsig#}}DigestMethod", "sha1")
    mask = _hash(wrapped, f"{method}/{{{XENC11}}}MGF", "sha1")
    try:
        return key.private.decrypt(_cipher_value(wrapped), OAEP(MGF1(mask), digest, None))
    except ValueError:
        return None


def _open(sealed: bytes, key: bytes, *, is_gcm: bool) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    try:
        if is_gcm:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        decryptor = Cipher(AES(key), CBC(sealed[:_BLOCK])).decryptor()
        padded = decryptor.update(sealed[_BLOCK:]) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise DocumentRefused("cannot be decrypted") from error
    # The last byte says how many are padding; the others of them are arbitrary (XML Encryption, section 5.2).
    if not padded or not 1 <= padded[-1] <= _BLOCK:
        raise DocumentRefused("cannot be decrypted")
    return padded[: -padded[-1]]
