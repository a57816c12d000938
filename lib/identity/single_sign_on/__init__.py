"""Single sign-on: SAML 2.0, and OIDC with the providers of Supabase Auth. Both end in an ordinary session."""

from lib.identity.single_sign_on.models import BegunSignOn, Discovery, ProviderSignOut, SignOnTarget, SsoDiscovery
from lib.identity.single_sign_on.oidc import OIDC_COOKIE, begin_oidc, consume_oidc, take_oidc_failure
from lib.identity.single_sign_on.outcomes import Reason, failure_path, reason_of
from lib.identity.single_sign_on.service import STATE_COOKIE, begin, consume, discover, metadata
from lib.identity.single_sign_on.signing_out import sign_out, take_message

__all__ = [
    "OIDC_COOKIE",
    "STATE_COOKIE",
    "BegunSignOn",
    "Discovery",
    "ProviderSignOut",
    "Reason",
    "SignOnTarget",
    "SsoDiscovery",
    "begin",
    "begin_oidc",
    "consume",
    "consume_oidc",
    "discover",
    "failure_path",
    "metadata",
    "reason_of",
    "sign_out",
    "take_message",
    "take_oidc_failure",
]
