"""Which messages of single logout are accepted, by the key that signs them: without the platform."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from lib.identity.single_sign_on.logout import LogoutRequest, check_request, read_message
from lib.identity.single_sign_on.outcomes import SignOnRefused
from lib.identity.single_sign_on.urls import LOGOUT_PATH
from tests.identity.saml_builder import logout_message, private_key, redirected
from tests.identity.saml_checks import ORIGIN, Idp, certificate_of, connection, idp, saml_keys, settings

__all__ = ["idp", "saml_keys", "settings"]  # the fixtures

CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()]


def query_of(key: RSAPrivateKey | ec.EllipticCurvePrivateKey, algorithm: str, *, in_der: bool = True) -> str:
    document = logout_message(
        "LogoutRequest",
        issuer="urn:idp",
        destination=f"{ORIGIN}{LOGOUT_PATH}",
        content="<saml:NameID>jane@a.test</saml:NameID>",
    )
    return redirected("SAMLRequest", document, key, relay_state="theirs", algorithm=algorithm, in_der=in_der)


def checked(query: str, *certificates: str) -> LogoutRequest:
    return check_request(read_message(query), connection(*certificates))


def refused(query: str, *certificates: str) -> str:
    with pytest.raises(SignOnRefused) as problem:
        checked(query, *certificates)
    return str(problem.value.__cause__)


@pytest.mark.parametrize("in_der", [True, False], ids=["DER", "as in XML"])
@pytest.mark.parametrize("bits", [256, 384, 512])
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_providers_that_sign_with_elliptic_curves(curve: ec.EllipticCurve, bits: int, in_der: bool) -> None:
    key, other = ec.generate_private_key(curve), ec.generate_private_key(curve)
    query = query_of(key, f"ecdsa-sha{bits}", in_der=in_der)
    odd = certificate_of(ed25519.Ed25519PrivateKey.generate())
    assert checked(query, odd, certificate_of(other), certificate_of(key)).subject.name_id == "jane@a.test"
    assert "none of the connection's certificates" in refused(query, certificate_of(other))
    assert refused(query.replace("RelayState=theirs", "RelayState=others"), certificate_of(key))
    assert refused(query.replace(f"sha{bits}", f"sha{256 if bits == 512 else 512}"), certificate_of(key))


def test_an_algorithm_is_for_its_own_kind_of_key(idp: Idp) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for bits in (256, 384, 512):
        query = query_of(private_key(idp.key), f"rsa-sha{bits}")
        assert checked(query, certificate_of(key), idp.stored).subject.name_id == "jane@a.test"
        assert "none of the connection's" in refused(query.replace(f"rsa-sha{bits}", f"ecdsa-sha{bits}"), idp.stored)
    mixed = query_of(key, "ecdsa-sha256").replace("ecdsa-sha256", "rsa-sha256")
    assert "none of the connection's" in refused(mixed, certificate_of(key), idp.stored)
    assert "not allowed" in refused(query_of(key, "ecdsa-sha1"), certificate_of(key))
