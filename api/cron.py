"""/api/v1/cron/*: what Vercel Cron calls. Everything here is safe to run at any time, and twice at once."""

from api._routes.jobs import cron
from lib.core.http.app import create_app

app = create_app("MixerAI cron", cron.router, max_seconds=60)
