"""Assertions that a provider encrypts for us: algorithms, our keys that are rolled over, and forgeries."""

import base64
import re
from collections.abc import Callable
from typing import Any, Final

import pytest

from lib.core.config import ConfigurationError
from lib.identity.single_sign_on import keys, saml
from tests.identity.saml_builder import NAMES, XENC, XENC11, Draft, encrypted, signed
from tests.identity.saml_checks import ORIGIN, Idp, check, idp, other, refused, saml_keys, settings

__all__ = ["idp", "other", "saml_keys", "settings"]  # the fixtures


def sealed_response(idp: Idp, certificate: str, **how: Any) -> str:
    draft = Draft(ORIGIN)
    return draft.envelope(encrypted(signed(draft.assertion(), idp.key, idp.certificate), certificate, **how))


def certificate_of(entry: str) -> str:
    return keys._read(entry).certificate  # pyright: ignore[reportPrivateUsage]


READ: Final = [f"{XENC}aes{bits}-cbc" for bits in (128, 192, 256)] + [
    f"{XENC11}aes{bits}-gcm" for bits in (128, 192, 256)
]


@pytest.mark.parametrize("algorithm", READ)
@pytest.mark.parametrize("is_beside", [False, True])
def test_encrypted_assertions(idp: Idp, saml_keys: list[str], algorithm: str, is_beside: bool) -> None:
    document = sealed_response(idp, certificate_of(saml_keys[0]), algorithm=algorithm, is_beside=is_beside)
    assert "jane" not in document
    assert check(document, idp.stored).email == "jane@a.test"


@pytest.mark.parametrize("transport", [f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"])
@pytest.mark.parametrize("digest", [None, f"{XENC}sha256"])
def test_transports_of_the_key(idp: Idp, saml_keys: list[str], transport: str, digest: str | None) -> None:
    document = sealed_response(idp, certificate_of(saml_keys[0]), transport=transport, digest=digest)
    assert check(document, idp.stored).email == "jane@a.test"


def test_our_key_is_rolled_over(idp: Idp, saml_keys: list[str], settings: Callable[..., None]) -> None:
    first, second, third = saml_keys
    document = sealed_response(idp, certificate_of(second), algorithm=READ[-1])
    assert check(document, idp.stored).email == "jane@a.test"  # by the older of two
    settings(third, first, second)
    assert check(document, idp.stored).email == "jane@a.test"
    shown = saml.metadata()
    assert [shown.index(certificate_of(entry)) for entry in (third, first, second)] == sorted(
        shown.index(certificate_of(entry)) for entry in saml_keys
    )
    assert shown.count('use="encryption"') == shown.count('use="signing"') == 3
    settings(third, first)
    assert "another key than ours" in refused(document, idp.stored)
    settings("")
    assert "no key" in refused(document, idp.stored)
    assert "KeyDescriptor" not in saml.metadata()


def test_keys_that_cannot_be_used(settings: Callable[..., None], saml_keys: list[str]) -> None:
    def blocks(entry: str) -> tuple[bytes, bytes]:
        text = base64.b64decode(entry)
        end = text.index(b"-----BEGIN CERTIFICATE")
        return text[:end], text[end:]

    mixed = base64.b64encode(blocks(saml_keys[0])[0] + blocks(saml_keys[1])[1]).decode()
    settings(mixed)
    with pytest.raises(ConfigurationError, match="SAML_KEYS"):
        keys.own_keys()
    for text in ("x", base64.b64encode(blocks(saml_keys[0])[1]).decode(), f"{saml_keys[0]},"):
        settings(text)
        with pytest.raises(ConfigurationError, match="SAML_KEYS"):
            keys.own_keys()


ENCRYPTED_WRONGLY: Final[dict[str, dict[str, Any]]] = {
    "RSA PKCS #1 v1.5": {"transport": f"{XENC}rsa-1_5"},
    "3DES": {"algorithm": f"{XENC}tripledes-cbc"},
    "an unknown algorithm": {"algorithm": "urn:x:cipher-256"},
}


@pytest.mark.parametrize("name", ENCRYPTED_WRONGLY)
def test_encryptions_that_are_refused(idp: Idp, saml_keys: list[str], name: str) -> None:
    document = sealed_response(idp, certificate_of(saml_keys[0]), **ENCRYPTED_WRONGLY[name])
    assert "not allowed" in refused(document, idp.stored)


@pytest.mark.parametrize("algorithm", [READ[2], READ[-1]])
def test_ciphertexts_that_were_changed(idp: Idp, saml_keys: list[str], algorithm: str) -> None:
    document = sealed_response(idp, certificate_of(saml_keys[0]), algorithm=algorithm)
    values = re.findall(r"<xenc:CipherValue>([^<]+)</xenc:CipherValue>", document)
    for value in values:
        content = bytearray(base64.b64decode(value))
        for place in (0, len(content) // 2, len(content) - 1):
            changed = bytearray(content)
            changed[place] ^= 1
            assert refused(document.replace(value, base64.b64encode(bytes(changed)).decode()), idp.stored)
        assert refused(document.replace(value, value[:24]), idp.stored)


def test_an_encrypted_assertion_must_be_signed_itself(idp: Idp, other: Idp, saml_keys: list[str]) -> None:
    draft, certificate = Draft(ORIGIN), certificate_of(saml_keys[0])
    # Anybody can encrypt for us.
    unsigned = draft.envelope(encrypted(draft.assertion(), certificate))
    assert "0 signatures" in refused(unsigned, idp.stored)
    assert "0 signatures" in refused(signed(unsigned, idp.key, idp.certificate), idp.stored)
    forged = draft.envelope(encrypted(signed(draft.assertion(), other.key, other.certificate), certificate))
    assert refused(forged, idp.stored)
    for content in (
        "",
        "no XML",
        "<a/>",
        f"{draft.assertion()}{draft.assertion()}",
        '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
    ):
        assert refused(draft.envelope(encrypted(content, certificate)), idp.stored)


def test_an_encrypted_name(idp: Idp, saml_keys: list[str]) -> None:
    draft = Draft(ORIGIN)
    name = f'<saml:NameID xmlns:saml="{NAMES}:assertion">jane@a.test</saml:NameID>'
    hidden = encrypted(name, certificate_of(saml_keys[0]), tag="EncryptedID")
    element = re.sub(r"<saml:NameID.*?</saml:NameID>", lambda _: hidden, draft.assertion())
    assert "jane" not in element
    assertion = check(draft.envelope(signed(element, idp.key, idp.certificate)), idp.stored)
    assert (assertion.email, assertion.subject.name_id) == ("jane@a.test", "jane@a.test")
