"""/api/v1/contents/* and /api/v1/activity, except the routes for many contents at once (see api/transfers.py)"""

from api._routes.content import activity, comments, items, status, versions
from lib.content.limits import LIMITS
from lib.core.http.app import create_app

app = create_app(
    "MixerAI contents",
    items.router,
    activity.router,
    versions.router,
    comments.router,
    status.router,
    limits=LIMITS,
)
