"""A provider that signs responses by itself, and the checks of our service provider, without the platform."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from lib.core.config import get_settings
from lib.identity.settings import get_identity_settings
from lib.identity.single_sign_on import saml
from lib.identity.single_sign_on.models import SsoConnection
from lib.identity.single_sign_on.outcomes import SignOnRefused
from lib.identity.single_sign_on.responses import Assertion
from local.stack.saml_keys import new_key
from tests.identity.saml_builder import Draft, signed
from tests.identity.test_saml import key_pair
from tools.package import ENVIRONMENT

ORIGIN: Final = ENVIRONMENT["APP_URL"]


@dataclass(frozen=True)
class Idp:
    """A provider: files of its key and certificate, and the certificate as a connection stores it."""

    key: Path
    certificate: Path
    stored: str

    def sign(self, draft: Draft) -> str:
        return draft.envelope(signed(draft.assertion(), self.key, self.certificate))


def certificate_of(key: Ed25519PrivateKey | DSAPrivateKey | EllipticCurvePrivateKey) -> str:
    """Returns a certificate of a key, valid now, as a connection stores it."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    digest = None if isinstance(key, Ed25519PrivateKey) else hashes.SHA256()
    made = builder.not_valid_after(now + timedelta(days=1)).sign(key, digest)
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


@pytest.fixture(scope="module")
def idp(tmp_path_factory: pytest.TempPathFactory) -> Idp:
    return Idp(*key_pair(tmp_path_factory.mktemp("idp"), "idp"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Idp:
    return Idp(*key_pair(tmp_path_factory.mktemp("other"), "other"))


@pytest.fixture(scope="module")
def saml_keys() -> list[str]:
    return [new_key("first"), new_key("second"), new_key("third")]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, saml_keys: list[str]) -> Iterator[Callable[..., None]]:
    """Sets our keys: by default the first two, the first of them being the newest."""

    def use(*chosen: str) -> None:
        monkeypatch.setenv("SAML_KEYS", ",".join(chosen))
        get_identity_settings.cache_clear()

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    use(*saml_keys[:2])
    yield use
    get_settings.cache_clear()
    get_identity_settings.cache_clear()


def connection(*certificates: str) -> SsoConnection:
    return SsoConnection(UUID(int=1), "c", "urn:idp", "https://idp.test/sso", list(certificates), ["a.test"], "groups")


def check(document: str, *certificates: str, request_id: str | None = "_request") -> Assertion:
    text = base64.b64encode(document.encode()).decode()
    return saml.check_response(connection(*certificates), text, request_id)


def refused(document: str, *certificates: str, request_id: str | None = "_request") -> str:
    """Returns why a response is refused, as the log has it."""
    with pytest.raises(SignOnRefused) as problem:
        check(document, *certificates, request_id=request_id)
    assert problem.value.message in (saml.REFUSED, "the identity provider did not sign you in")
    return str(problem.value.__cause__)
