"""What leaves for people and systems: events, publications, channels, webhooks, mail and notifications"""

from api._routes.events import log
from api._routes.notify import mail, mail_hooks
from api._routes.publishing import channels, publications
from api._routes.notify import destinations, mail, mail_hooks, notifications, preferences, watchers
from lib.core.http.app import create_app
from lib.core.http.middleware import JSON
from lib.notify.limits import LIMITS

# Mail clients unsubscribe by forms, and SNS sends its messages as text.
MEDIA_TYPES = (JSON, "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")

# One line for each router, in alphabetical order of the contexts. A stream of events may last 300 seconds.
app = create_app(
    "MixerAI outbound",
    channels.router,
    publications.router,
    mail.router,
    mail_hooks.router,
    log.router,
    destinations.router,
    preferences.router,
    notifications.router,
    watchers.router,
    max_seconds=300,
    media_types=MEDIA_TYPES,
    limits=LIMITS,
)
