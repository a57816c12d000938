"""/api/v1/auth/*, /api/v1/users/*, /api/v1/sso-connections/*"""

from api._routes.identity import (
    api_keys,
    email,
    invitations,
    passwords,
    permissions,
    realtime_tokens,
    second_factors,
    sessions,
    single_sign_on,
    sso_connections,
    users,
)
from lib.core.http.app import create_app
from lib.core.http.headers import JSON
from lib.identity.limits import LIMITS

MEDIA_TYPES = (JSON, "application/x-www-form-urlencoded", "image/png", "image/jpeg", "image/webp")

# Literal paths come before paths with a parameter in the same place.
app = create_app(
    "MixerAI identity",
    sessions.router,
    realtime_tokens.router,
    second_factors.router,
    passwords.router,
    email.router,
    single_sign_on.router,
    sso_connections.router,
    invitations.router,
    api_keys.router,
    permissions.router,
    users.router,
    media_types=MEDIA_TYPES,
    limits=LIMITS,
)
