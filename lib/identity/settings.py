"""The settings of passkeys, SAML, the captcha and passwords, read from the environment once for each instance."""

import base64
import binascii
import os
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from lib.core.config import get_settings
from lib.core.settings.registry import Needed, SettingsModel, Url, read_model, register


def _check_saml_keys(text: str) -> str:
    """Checks the form only: reading the keys takes a library that few requests need."""
    for entry in text.split(","):
        try:
            blocks = base64.b64decode(entry, validate=True)
        except (binascii.Error, ValueError):
            blocks = b""
        if b"PRIVATE KEY-----" not in blocks or b"BEGIN CERTIFICATE-----" not in blocks:
            raise ValueError("each must be the base64 of a private key and its certificate in PEM, separated by commas")
    return text


@register
class IdentitySettings(SettingsModel):
    """Settings of sign-in, in addition to those of Supabase."""

    # None: the host of APP_URL.
    webauthn_rp_id: str | None = Field(default=None, pattern=r"^[a-z0-9.-]+$")
    webauthn_rp_name: str = "MixerAI"
    # Turnstile, hCaptcha or reCAPTCHA, which verify alike; without a secret none is asked for.
    captcha_verify_url: Url = "https://challenges.cloudflare.com/turnstile/v0/siteverify"
    captcha_secret: Annotated[str | None, Needed("only the lockout protects passwords from being guessed")] = None
    # Our keys as a SAML service provider, see lib/identity/single_sign_on/keys.py.
    saml_keys: Annotated[str | None, AfterValidator(_check_saml_keys)] = None
    # Days after which a password must be changed; 0: never.
    password_max_age_days: int = Field(default=0, ge=0)


@lru_cache(maxsize=1)
def get_identity_settings() -> IdentitySettings:
    """Returns the settings of sign-in for this instance. Raises ConfigurationError."""
    return read_model(IdentitySettings, os.environ)


def relying_party_id() -> str:
    """Returns the domain that passkeys are bound to. Passkeys of other domains are refused."""
    return get_identity_settings().webauthn_rp_id or urlsplit(get_settings().app_url).hostname or ""
