"""What leaves for people and systems: events, publications, channels, webhooks, mail and notifications"""

from api._routes.events import log
from lib.core.http.app import create_app

# One line for each router, in alphabetical order of the contexts. A stream of events may last 300 seconds.
app = create_app(
    "MixerAI outbound",
    log.router,
    max_seconds=300,
)
