"""/api/v1/brands/*, /api/v1/audit-log, and the lists that forms choose from"""

from api._routes.brand import agencies, audit_log, brands, catalogue, members, quotas
from lib.core.http.app import create_app

app = create_app(
    "MixerAI brands",
    brands.router,
    members.router,
    agencies.router,
    quotas.router,
    audit_log.router,
    catalogue.router,
)
