"""Resolves people, invitations, sessions and second factors: lib/graph/schema/identity.graphql and its neighbours"""

from typing import Final

from lib.graph.resolvers.identity import invitations, sessions
from lib.graph.resolvers.identity.people import bindings

__all__ = ["ONLY_REST", "bindings", "invitations", "sessions"]

_BEFORE: Final = "comes before there is a session, which GraphQL asks for"
_CEREMONY: Final = "belongs to the ceremony of signing in, which has cookies, limits and clients of its own"
_FILE: Final = "files travel by REST"

ONLY_REST: Final[dict[str, str]] = {
    "users.setAvatar": _FILE,
    "users.deleteAvatar": "belongs to the file of the avatar",
    "users.export": _FILE,
    "sessions.getCurrent": "is for sessions that must still pass their second factor, to which GraphQL answers nothing",
    "invitations.accept": _BEFORE,
    "invitations.getOffer": _BEFORE,
    "secondFactors.renewBackupCodes": _CEREMONY,
    "secondFactors.enrollTotp": _CEREMONY,
    "secondFactors.confirmTotp": _CEREMONY,
    "secondFactors.verify": _CEREMONY,
    "secondFactors.registerWebauthn": _CEREMONY,
    "secondFactors.beginWebauthnVerification": _CEREMONY,
    "secondFactors.beginWebauthnRegistration": _CEREMONY,
    "passwords.change": _CEREMONY,
    "passwords.requestReset": _BEFORE,
    "passwords.reset": _BEFORE,
    "emailAddresses.requestChange": _CEREMONY,
    "emailAddresses.requestVerification": _BEFORE,
    "emailAddresses.verify": _BEFORE,
    "auth.getCsrfToken": _CEREMONY,
    "auth.login": _BEFORE,
    "auth.logout": _CEREMONY,
    "auth.createRealtimeToken": "subscriptions of GraphQL need no token of Realtime",
    "auth.reauthenticate": _CEREMONY,
    "auth.refresh": _CEREMONY,
    "singleSignOn.finishOidc": _BEFORE,
    "singleSignOn.beginOidc": _BEFORE,
    "singleSignOn.finishSaml": _BEFORE,
    "singleSignOn.signOutSaml": _CEREMONY,
    "singleSignOn.getSamlMetadata": _BEFORE,
    "singleSignOn.takeSamlLogout": _BEFORE,
    "singleSignOn.beginSaml": _BEFORE,
    "singleSignOn.discover": _BEFORE,
}
