"""Events that other systems send us."""

import hmac
from typing import Final

from lib.core.http.errors import Unauthorized
from lib.core.http.wake import wake_afterwards
from lib.webhooks.models import SupabaseEvent
from lib.webhooks.settings import get_webhook_settings

LOG_TABLE: Final = "domain_events"


async def take_supabase_event(event: SupabaseEvent, *, offered: str | None) -> None:
    """Takes a change of a row that a database webhook of Supabase tells, and has new events handed to their consumers.

    Such a webhook signs nothing: it sends a fixed header. Nothing of the body is believed, and waking twice does what
    waking once does, so that a replayed request does no harm. Raises Unauthorized without the secret of the settings.
    """
    secret = get_webhook_settings().supabase_hook_secret
    if secret is None or not hmac.compare_digest((offered or "").encode(), secret.encode()):
        raise Unauthorized("the secret of this webhook is missing or wrong")
    if event.schema_ == "public" and event.table.startswith(LOG_TABLE):
        wake_afterwards()
