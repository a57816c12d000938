"""/api/v1/workflows/*, /api/v1/tasks/*, /api/v1/claims/*, and the reviews and claims of contents"""

from api._routes.claims import (
    approvals,
    catalogue,
    catalogue_imports,
    checks,
    claims,
    evidence,
    impact,
    overrides,
    resolution,
)
from api._routes.workflow import analytics, delegations, reviews, tasks, workflows
from lib.core.http.app import create_app

# Literal paths come before paths with a parameter in the same place. Imports, bulk decisions and handing over
# tasks wait up to 25 seconds for the database.
app = create_app(
    "MixerAI governance",
    workflows.router,
    reviews.router,
    tasks.router,
    delegations.router,
    analytics.router,
    checks.router,
    resolution.router,
    approvals.router,
    catalogue_imports.router,
    catalogue.router,
    evidence.router,
    impact.router,
    overrides.router,
    claims.router,
    max_seconds=60,
)
