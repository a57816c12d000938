"""/api/v1/auth/*, /api/v1/users/*"""

from api._routes.identity import invitations, keys, links, people, second_factors, sessions, single_sign_on
from lib.core.http.app import create_app
from lib.core.http.middleware import JSON

MEDIA_TYPES = (JSON, "application/x-www-form-urlencoded", "image/png", "image/jpeg", "image/webp")

# Literal paths before those with a parameter in the same place.
app = create_app(
    "MixerAI identity",
    sessions.router,
    second_factors.router,
    links.router,
    single_sign_on.router,
    invitations.router,
    keys.router,
    people.router,
    media_types=MEDIA_TYPES,
)
