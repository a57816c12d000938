"""Single sign-on: SAML 2.0, and OIDC with the providers of Supabase Auth. Both end in an ordinary session."""

from lib.identity.single_sign_on.models import BegunSignOn, Discovery, SignOnTarget, SsoDiscovery
from lib.identity.single_sign_on.oidc import OIDC_COOKIE, begin_oidc, consume_oidc
from lib.identity.single_sign_on.service import STATE_COOKIE, begin, consume, discover, metadata

__all__ = [
    "OIDC_COOKIE",
    "STATE_COOKIE",
    "BegunSignOn",
    "Discovery",
    "SignOnTarget",
    "SsoDiscovery",
    "begin",
    "begin_oidc",
    "consume",
    "consume_oidc",
    "discover",
    "metadata",
]
