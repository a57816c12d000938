"""Passkeys and security keys, with the library ``webauthn`` (WebAuthn Level 3): direct attestation, user verification
required (reference §5.1).

A challenge stays in KV for five minutes, belongs to one session, and is used up by the first answer.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from lib.core.config import get_settings
from lib.core.data.kv import get_kv
from lib.core.http.errors import ValidationFailed
from lib.identity.second_factor.models import KnownFactor
from lib.identity.settings import get_identity_settings, relying_party_id

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

CHALLENGE_SECONDS: Final = 300
REFUSED: Final = "the authenticator's answer is not valid"


@dataclass(frozen=True, slots=True)
class Registered:
    """A credential that an authenticator has created."""

    credential_id: str
    """Id in base64url."""
    public_key: str
    """Public key in base64url."""
    sign_count: int


def _key(purpose: str, session_id: UUID) -> str:
    return f"webauthn:{purpose}:{session_id}"


async def keep_challenge(purpose: str, session_id: UUID, challenge: bytes) -> None:
    """Stores a challenge. One command of KV: await it through ``ask_kv``."""
    await get_kv().set(_key(purpose, session_id), challenge.hex(), ex=CHALLENGE_SECONDS)


async def take_challenge(purpose: str, session_id: UUID) -> bytes | None:
    """Returns a challenge and deletes it; None if there is none. One command of KV: await it through ``ask_kv``."""
    kept = await get_kv().getdel(_key(purpose, session_id))
    return bytes.fromhex(kept) if kept else None


def registration_options(user_id: UUID, email: str, known: list[KnownFactor]) -> tuple[dict[str, Any], bytes]:
    """Returns the options to create a credential, and their challenge. Authenticators of ``known`` are excluded."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AttestationConveyancePreference,
        AuthenticatorSelectionCriteria,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=relying_party_id(),
        rp_name=get_identity_settings().webauthn_rp_name,
        user_id=user_id.bytes,
        user_name=email,
        attestation=AttestationConveyancePreference.DIRECT,
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=UserVerificationRequirement.REQUIRED),
        exclude_credentials=_descriptors(known),
    )
    return json.loads(options_to_json(options)), options.challenge


def assertion_options(known: list[KnownFactor]) -> tuple[dict[str, Any], bytes]:
    """Returns the options to use one of the ``known`` credentials, and their challenge."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=relying_party_id(),
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=_descriptors(known),
    )
    return json.loads(options_to_json(options)), options.challenge


def _descriptors(factors: list[KnownFactor]) -> "list[PublicKeyCredentialDescriptor]":
    """Describes credentials to the browser, with their transports, so that it asks for the right authenticator."""
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    reachable = {transport.value: transport for transport in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(factor.credential_id or ""),
            transports=[reachable[name] for name in factor.transports if name in reachable],
        )
        for factor in factors
    ]


def _origins() -> list[str]:
    settings = get_settings()
    return [settings.app_url, *settings.cors_allowed_origins]


def check_registration(credential: dict[str, Any], challenge: bytes) -> Registered:
    """Checks a new credential. Raises ValidationFailed for one that is not valid."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=relying_party_id(),
            expected_origin=_origins(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValidationFailed(REFUSED) from error
    return Registered(
        bytes_to_base64url(verified.credential_id),
        bytes_to_base64url(verified.credential_public_key),
        verified.sign_count,
    )


def check_assertion(credential: dict[str, Any], challenge: bytes, factor: KnownFactor) -> int:
    """Checks an assertion, and returns the authenticator's counter. Raises ValidationFailed if it is not valid."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=relying_party_id(),
            expected_origin=_origins(),
            credential_public_key=base64url_to_bytes(factor.public_key or ""),
            # The database compares the counter, under the lock with which it is written.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValidationFailed(REFUSED) from error
    return verified.new_sign_count
