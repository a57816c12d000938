"""Single sign-on, ending in a session as any other: SAML 2.0, and OIDC by the providers of Supabase Auth."""

from lib.identity.single_sign_on.models import Discovery, SignOnTarget, SsoDiscovery
from lib.identity.single_sign_on.oidc import OIDC_COOKIE, begin_oidc, consume_oidc
from lib.identity.single_sign_on.service import STATE_COOKIE, Started, begin, consume, discover, metadata

__all__ = [
    "OIDC_COOKIE",
    "STATE_COOKIE",
    "Discovery",
    "SignOnTarget",
    "SsoDiscovery",
    "Started",
    "begin",
    "begin_oidc",
    "consume",
    "consume_oidc",
    "discover",
    "metadata",
]
