"""Tokens with which a web page reads at Supabase: its session is in cookies, which no script can read."""

from datetime import UTC, datetime, timedelta

from pydantic import Field

from lib.core.auth.issuing import READING_TOKEN_SECONDS, issue_reading_token
from lib.core.auth.principal import Person
from lib.core.http.models import ResponseModel
from lib.core.http.times import Instant


class RealtimeToken(ResponseModel):
    """A token for Supabase Realtime, Storage and the data API that reads and changes nothing."""

    access_token: str = Field(examples=["eyJhbGciOi…"])
    """Is sent as `setAuth(token)` to Realtime and as `Authorization: Bearer …` to Storage. This API refuses it."""
    token_type: str = Field(default="bearer", examples=["bearer"])
    """Always `bearer`."""
    expires_in: int = Field(examples=[300])
    """The lifetime in seconds. Ask for a new token a minute before it ends."""
    expires_at: Instant
    """When the token stops working."""


def create_realtime_token(principal: Person) -> RealtimeToken:
    """Signs a token of five minutes that reads as the session may, until it ends or the session does."""
    expires_at = datetime.now(UTC) + timedelta(seconds=READING_TOKEN_SECONDS)
    return RealtimeToken(
        access_token=issue_reading_token(principal.user_id, principal.session_id),
        expires_in=READING_TOKEN_SECONDS,
        expires_at=expires_at.replace(microsecond=0),
    )
