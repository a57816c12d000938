"""Which SAML responses are accepted: clocks apart, certificates that are rolled over, and forgeries."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.x509.oid import NameOID

from lib.identity.single_sign_on.connections.certificates import normalised
from lib.identity.single_sign_on.outcomes import SignOnRefused
from lib.identity.single_sign_on.responses import issuer_of
from lib.identity.single_sign_on.times import SKEW_SECONDS
from tests.identity.saml_builder import NAMES, Draft, instant, private_key, signed
from tests.identity.saml_checks import ORIGIN, Idp, certificate_of, check, idp, other, refused, saml_keys, settings

__all__ = ["idp", "other", "saml_keys", "settings"]  # the fixtures

# Clocks apart

APART: Final = [
    ("begins", 60, True), ("begins", SKEW_SECONDS - 10, True), ("begins", SKEW_SECONDS + 30, False),
    ("ends", -60, True), ("ends", -SKEW_SECONDS + 10, True), ("ends", -SKEW_SECONDS - 30, False),
    ("confirmed_until", -60, True), ("confirmed_until", -SKEW_SECONDS + 10, True),
    ("confirmed_until", -SKEW_SECONDS - 30, False), ("confirmed_until", None, False),
    ("confirmed_from", 60, True), ("confirmed_from", SKEW_SECONDS + 30, False),
    ("session_until", -60, True), ("session_until", -SKEW_SECONDS - 30, False), ("session_until", 3600, True),
    ("ends", None, True), ("begins", None, True),
]  # fmt: skip


@pytest.mark.parametrize(("what", "seconds", "is_accepted"), APART)
def test_clocks_that_are_apart(idp: Idp, what: str, seconds: int | None, is_accepted: bool) -> None:
    document = idp.sign(Draft(ORIGIN, **{what: seconds}))  # pyright: ignore[reportArgumentType]
    if is_accepted:
        assertion = check(document, idp.stored)
        # It must be remembered for longer than it is accepted.
        now = datetime.now(UTC).timestamp()
        confirmed_until = (seconds or 0) if what == "confirmed_until" else 300
        assert assertion.not_on_or_after >= now + confirmed_until + SKEW_SECONDS - 5
    else:
        assert refused(document, idp.stored)


@pytest.mark.parametrize("text", ["2026-01-01", "tomorrow", "", "2026-13-01T00:00:00Z", "99999-01-01T00:00:00Z"])
def test_times_that_are_none(idp: Idp, text: str) -> None:
    """The schema refuses most of them; none may be an error of ours."""
    draft = Draft(ORIGIN)
    found = re.search(r'<saml:Conditions NotOnOrAfter="([^"]+)"', draft.assertion())
    assert found
    wrong = draft.assertion().replace(
        f'<saml:Conditions NotOnOrAfter="{found[1]}"', f'<saml:Conditions NotOnOrAfter="{text}"'
    )
    assert refused(draft.envelope(signed(wrong, idp.key, idp.certificate)), idp.stored)


@pytest.mark.parametrize("offset", ["+02:00", "-05:30"])
def test_times_with_an_offset(idp: Idp, offset: str) -> None:
    sign, hours, minutes = offset[0], int(offset[1:3]), int(offset[4:])
    apart = timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1)
    local = datetime.now(UTC) + timedelta(minutes=5) + apart
    draft = Draft(ORIGIN)
    element = re.sub(
        r'(<saml:Conditions NotOnOrAfter=")[^"]+', rf"\g<1>{local:%Y-%m-%dT%H:%M:%S}.123{offset}", draft.assertion()
    )
    assert check(draft.envelope(signed(element, idp.key, idp.certificate)), idp.stored).email == "jane@a.test"


# Certificates that are rolled over


def renewed(idp: Idp, *, begins: int, ends: int) -> str:
    """Returns another certificate of a provider's key, valid for so many days from now."""
    key, now = private_key(idp.key), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now + timedelta(days=begins))
    made = builder.not_valid_after(now + timedelta(days=ends)).sign(key, hashes.SHA256())
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def test_two_certificates_at_once(idp: Idp, other: Idp) -> None:
    """The old one and the new one, in any order, sign; one that was taken out does not any more."""
    for signer in (idp, other):
        for stored in ((idp.stored, other.stored), (other.stored, idp.stored)):
            assert check(signer.sign(Draft(ORIGIN)), *stored).email == "jane@a.test"
    assert "none of the connection's certificates" in refused(idp.sign(Draft(ORIGIN)), other.stored)


def test_a_certificate_that_has_expired_signs_nothing(idp: Idp, other: Idp) -> None:
    expired, early = renewed(idp, begins=-30, ends=-1), renewed(idp, begins=1, ends=30)
    document = idp.sign(Draft(ORIGIN))
    for stored in (expired, early):
        assert "expired, or are not valid yet" in refused(document, stored)
        assert "none of the connection's certificates" in refused(document, stored, other.stored)
        # Beside one that is valid it does no harm.
        assert check(other.sign(Draft(ORIGIN)), stored, other.stored).email == "jane@a.test"
    assert check(document, expired, renewed(idp, begins=-1, ends=30)).email == "jane@a.test"


def test_a_certificate_of_another_kind_does_no_harm_beside_one_that_signs(idp: Idp) -> None:
    document = idp.sign(Draft(ORIGIN))
    for key in (ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(2048)):
        odd = certificate_of(key)
        assert check(document, odd, idp.stored).email == "jane@a.test"
        assert "none of the connection's certificates" in refused(document, odd)
        with pytest.raises(ValueError, match="RSA or of an elliptic curve"):
            normalised(odd)
    for usual in (idp.stored, certificate_of(ec.generate_private_key(ec.SECP384R1()))):
        assert normalised(usual) == usual


# Sign-ins that the provider begins


@pytest.mark.parametrize(
    ("confirmations", "is_accepted"),
    [
        ([{"NotOnOrAfter": 300}, {"NotOnOrAfter": 900}], True),
        ([{"NotOnOrAfter": 900}, {"NotOnOrAfter": 300}], True),
        ([{"NotOnOrAfter": 300}, {"NotBefore": 600, "NotOnOrAfter": 900}], True),
        ([{"NotOnOrAfter": -600}, {"NotOnOrAfter": 900}], True),
        ([{"NotOnOrAfter": -600}, {"NotBefore": 600, "NotOnOrAfter": 900}], False),
    ],
)
def test_of_several_confirmations_the_latest_end_counts(
    idp: Idp, confirmations: list[dict[str, float]], is_accepted: bool
) -> None:
    """Otherwise the assertion could be used once more, when the first of them is over and no longer remembered."""
    made = Draft(ORIGIN, request_id=None)
    one = re.search(r"<saml:SubjectConfirmation .*</saml:SubjectConfirmation>", made.assertion())
    assert one
    several = ""
    for times in confirmations:
        written = " ".join(f'{name}="{instant(seconds)}"' for name, seconds in times.items())
        several += re.sub(r'NotOnOrAfter="[^"]*"', written, one[0])
    document = made.envelope(signed(made.assertion().replace(one[0], several), idp.key, idp.certificate))
    if is_accepted:
        ends = check(document, idp.stored, request_id=None).not_on_or_after
        assert ends >= datetime.now(UTC).timestamp() + 900 + SKEW_SECONDS - 5
    else:
        assert "confirmed for another" in refused(document, idp.stored, request_id=None)


def test_unsolicited_responses(idp: Idp) -> None:
    alone, answer = Draft(ORIGIN, request_id=None), Draft(ORIGIN)
    assert check(idp.sign(alone), idp.stored, request_id=None).email == "jane@a.test"
    # Neither counts as the other, also with the envelope, which is not signed, made to fit.
    assert refused(idp.sign(alone), idp.stored)
    assert refused(idp.sign(answer), idp.stored, request_id=None)
    lifted = idp.sign(answer).replace(' InResponseTo="_request"', "", 1)
    assert refused(lifted, idp.stored, request_id=None)
    half = idp.sign(Draft(ORIGIN, request_id=None, confirmed_for="_request"))
    assert refused(half, idp.stored, request_id=None)
    assert refused(half, idp.stored)


def test_the_issuer_of_an_unsolicited_response(idp: Idp) -> None:
    def issuer(document: str) -> str | None:
        return issuer_of(base64.b64encode(document.encode()).decode())

    alone = idp.sign(Draft(ORIGIN, request_id=None))
    assert issuer(alone) == "urn:idp"
    assert issuer(alone.replace("<saml:Issuer>urn:idp</saml:Issuer>", "", 1)) == "urn:idp"
    assert issuer(idp.sign(Draft(ORIGIN))) is None


# Forgeries


def evil(document: str) -> tuple[str, str]:
    """Returns the signed assertion, and the attacker's own without signature."""
    found = re.search(r"<saml:Assertion.*</saml:Assertion>", document, re.DOTALL)
    assert found
    own = re.sub(r"<ds:Signature .*?</ds:Signature>", "", found[0], flags=re.DOTALL)
    return found[0], re.sub(r'ID="[^"]+"', 'ID="_evil"', own.replace("jane@", "admin@"), count=1)


def signature_of(assertion: str) -> str:
    found = re.search(r"<ds:Signature .*</ds:Signature>", assertion, re.DOTALL)
    assert found
    return found[0]


FORGERIES: Final[dict[str, Callable[[str, str, str], str]]] = {
    "before": lambda document, true, false: document.replace(true, false + true),
    "after": lambda document, true, false: document.replace(true, true + false),
    "around": lambda document, true, false: document.replace(
        true, false.replace("</saml:Assertion>", f"{true}</saml:Assertion>")
    ),
    "in the extensions": lambda document, true, false: document.replace(
        true, f"<samlp:Extensions>{true}</samlp:Extensions>{false}"
    ),
    "in the signature": lambda document, true, false: document.replace(
        true,
        false.replace(
            "</saml:Issuer>",
            f'</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>{true}'
            "</ds:Object></ds:Signature>",
            1,
        ),
    ),
    "the same id": lambda document, true, false: document.replace(
        true, re.sub(r'ID="_evil"', re.search(r'ID="[^"]+"', true)[0], false) + true  # pyright: ignore[reportOptionalSubscript]
    ),
    "edited": lambda document, true, _: document.replace(true, true.replace("jane@", "admin@")),
    "another response inside": lambda document, true, false: document.replace(
        true, f"{false}<samlp:Extensions>{document}</samlp:Extensions>"
    ),
    "the signature moved to the attacker's": lambda document, true, false: document.replace(
        true,
        false.replace("</saml:Issuer>", "</saml:Issuer>" + signature_of(true), 1),
    ),
    "the signature alone": lambda document, true, false: document.replace(
        true, false + signature_of(true)
    ),
    "an entity": lambda document, _true, _false: f'<!DOCTYPE a [<!ENTITY b "c">]>{document}',
    "another status": lambda document, _true, _false: document.replace("status:Success", "status:Responder"),
    "another version": lambda document, _true, _false: document.replace('Version="2.0"', 'Version="1.1"', 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries(idp: Idp, name: str) -> None:
    document = idp.sign(Draft(ORIGIN))
    true, false = evil(document)
    forged = FORGERIES[name](document, true, false)
    assert forged != document
    assert refused(forged, idp.stored)


def test_comments_take_nothing_away(idp: Idp) -> None:
    """Exclusive canonicalization leaves comments out, so a signature stays valid around one."""
    for name in ("jane@a.test<!-- -->.evil.test", "jane<!-- x -->@a.test", "<!-- x -->jane@a.test"):
        draft = Draft(ORIGIN, name_id=name)
        document = idp.sign(draft)
        plain = re.sub(r"<!--.*?-->", "", name)
        assert check(document, idp.stored).subject.name_id == plain
        # And one that is put in afterwards, by a user who must not sign.
        added = idp.sign(Draft(ORIGIN, name_id=plain)).replace("a.test</saml:NameID>", "a<!-- -->.test</saml:NameID>")
        assert check(added, idp.stored).subject.name_id == plain


def test_a_signature_of_the_whole_response_replaces_none(idp: Idp, other: Idp) -> None:
    draft = Draft(ORIGIN)
    whole = signed(draft.envelope(draft.assertion()), idp.key, idp.certificate)
    assert "0 signatures" in refused(whole, idp.stored)
    both = signed(idp.sign(draft), idp.key, idp.certificate)
    assert check(both, idp.stored).email == "jane@a.test"
    assert refused(signed(idp.sign(draft), other.key, other.certificate), idp.stored)


WRONG: Final[dict[str, dict[str, Any]]] = {
    "another issuer": {"issuer": "urn:other"},
    "another audience": {"audience": "https://other.test/metadata"},
    "an audience that begins alike": {"audience": f"{ORIGIN}/api/v1/auth/saml/metadata/x"},
    "another recipient": {"recipient": "https://other.test/api/v1/auth/saml/acs"},
    "a recipient that contains ours": {"recipient": f"https://evil.test/?{ORIGIN}/api/v1/auth/saml/acs"},
    "another destination": {"destination": "https://other.test/api/v1/auth/saml/acs"},
    "a destination that begins alike": {"destination": f"{ORIGIN}/api/v1/auth/saml/acs.evil.test"},
    "another request": {"request_id": "_other"},
    "a name of megabytes": {"name_id": "x" * 3000},
}


@pytest.mark.parametrize("name", WRONG)
def test_responses_for_somebody_else(idp: Idp, name: str) -> None:
    assert refused(idp.sign(Draft(ORIGIN, **WRONG[name])), idp.stored)


STATUSES: Final = [
    (["Responder", "AuthnFailed"], "access_denied"), (["Requester", "RequestDenied"], "access_denied"),
    (["Responder", "NoPassive"], "login_required"), (["Responder"], "server_error"), (["Requester"], "failed"),
    (["Responder", "UnknownPrincipal"], "no_account"), (["Requester", "Whatever"], "failed"),
    (["Responder", "NoAuthnContext"], "interaction_required"),
]  # fmt: skip


@pytest.mark.parametrize(("codes", "reason"), STATUSES)
def test_sign_ins_that_the_provider_refused(idp: Idp, codes: list[str], reason: str) -> None:
    inner = "".join(f'<samlp:StatusCode Value="{NAMES}:status:{code}"/>' for code in codes[1:])
    status = f'<samlp:StatusCode Value="{NAMES}:status:{codes[0]}">{inner}</samlp:StatusCode>'
    status += "<samlp:StatusMessage>&lt;script&gt;</samlp:StatusMessage>"
    with pytest.raises(SignOnRefused) as problem:
        check(Draft(ORIGIN, status=status).envelope(""), idp.stored)
    assert problem.value.reason == reason
    assert "script" not in problem.value.message
