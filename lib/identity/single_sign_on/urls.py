"""The addresses of the SAML service provider, on our configured origin and not on what a Host header claims."""

from typing import Final

from lib.core.config import get_settings

ACS_PATH: Final = "/api/v1/auth/saml/acs"
METADATA_PATH: Final = "/api/v1/auth/saml/metadata"
LOGOUT_PATH: Final = "/api/v1/auth/saml/slo"


def own_url(path: str) -> str:
    """Returns the address of a path of ours."""
    return f"{get_settings().app_url}{path}"


def entity_id() -> str:
    """Returns our name towards providers, which is also the address of our metadata."""
    return own_url(METADATA_PATH)
