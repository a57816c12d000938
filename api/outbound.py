"""Routes of all that is sent to people and systems: events, publications, channels, webhooks, mail, notifications"""

import lib.notify.limits
import lib.webhooks
from api._routes.events import log
from api._routes.notify import destinations, mail, mail_hooks, notifications, preferences, watchers
from api._routes.publishing import channels, publications
from api._routes.webhooks import hooks, webhooks
from lib.core.http.app import create_app
from lib.core.http.headers import JSON
from lib.core.limits.rules import LimitRules

# Mail clients unsubscribe by forms, and SNS sends its messages as text.
MEDIA_TYPES = (JSON, "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")

# A stream of events may last 300 seconds.
app = create_app(
    "MixerAI outbound",
    log.router,
    mail.router,
    mail_hooks.router,
    destinations.router,
    preferences.router,
    notifications.router,
    watchers.router,
    channels.router,
    publications.router,
    hooks.router,
    webhooks.router,
    max_seconds=300,
    media_types=MEDIA_TYPES,
    limits=LimitRules.merged([lib.notify.limits.LIMITS, lib.webhooks.LIMITS]),
)
