"""What leaves for people and systems: events, publications, channels, webhooks, mail and notifications"""

from api._routes.notify import destinations, notifications, preferences, watchers
from lib.core.http.app import create_app
from lib.notify.limits import LIMITS

# One line for each router, in alphabetical order of the contexts. A stream of events may last 300 seconds.
app = create_app(
    "MixerAI outbound",
    destinations.router,
    preferences.router,
    notifications.router,
    watchers.router,
    limits=LIMITS,
    max_seconds=300,
)
