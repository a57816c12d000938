"""Events that other systems send us."""

import hmac
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from lib.core.http.errors import Unauthorized, ValidationFailed
from lib.core.http.models import RequestModel
from lib.core.http.wake import wake_afterwards
from lib.webhooks.settings import get_webhook_settings

LOG_TABLE: Final = "domain_events"


class SupabaseEvent(RequestModel):
    """The body of a database webhook of Supabase. Only its first three fields are looked at."""

    type: Literal["INSERT", "UPDATE", "DELETE"]
    """The change of the row."""
    table: Annotated[str, StringConstraints(max_length=100), Field(examples=["domain_events"])]
    """The table."""
    schema_: Annotated[str, StringConstraints(max_length=100)] = Field(alias="schema", examples=["public"])
    """The schema of the table."""
    record: dict[str, Any] | None = None
    """The row after the change. It is not used."""
    old_record: dict[str, Any] | None = Field(default=None, alias="old_record")
    """The row before the change. It is not used."""


def require_supabase_secret(offered: str | None) -> None:
    """Raises Unauthorized without the secret of the settings. Called before the body is read."""
    secret = get_webhook_settings().supabase_hook_secret
    if secret is None or not hmac.compare_digest((offered or "").encode(), secret.encode()):
        raise Unauthorized("the secret of this webhook is missing or wrong")


def take_supabase_event(body: bytes) -> None:
    """Takes a change of a row that a database webhook of Supabase tells, and has new events handed to their consumers.

    Such a webhook signs nothing: it sends a fixed header. Nothing of the body is believed, and waking twice does what
    waking once does, so that a replayed request does no harm. Raises ValidationFailed for another body.
    """
    try:
        event = SupabaseEvent.model_validate_json(body)
    except ValidationError:
        raise ValidationFailed("the body is no database webhook of Supabase") from None
    if event.schema_ == "public" and event.table.startswith(LOG_TABLE):
        wake_afterwards()
