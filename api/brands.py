"""/api/v1/brands/*, /api/v1/audit-log, /api/v1/admin/*, and the lists that forms choose from"""

from api._routes.brand import agencies, audit_log, brands, catalogue, members, quotas
from api._routes.jobs import dead_letters
from lib.core.http.app import create_app

app = create_app(
    "MixerAI brands",
    brands.router,
    members.router,
    agencies.router,
    quotas.router,
    audit_log.router,
    catalogue.router,
    dead_letters.router,
)
