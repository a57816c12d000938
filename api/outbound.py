"""What leaves for people and systems: events, publications, channels, webhooks, mail and notifications"""

import lib.webhooks
from api._routes.webhooks import hooks, webhooks
from lib.core.http.app import create_app

# One line for each router, in alphabetical order of the contexts. A stream of events may last 300 seconds.
app = create_app(
    "MixerAI outbound",
    hooks.router,
    webhooks.router,
    max_seconds=300,
    limits=lib.webhooks.LIMITS,
)
