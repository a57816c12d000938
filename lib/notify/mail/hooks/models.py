"""An event of a mail, as any provider reports it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from lib.notify.mail.hashing import address_indexes

type Kind = Literal["delivered", "opened", "clicked", "bounced", "complained", "failed"]
type Suppression = Literal["bounce", "complaint"]

MAX_ID: Final = 200
MAX_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MailEvent:
    """Something that became of a mail."""

    event_id: str
    """The provider's id: the same in each repetition."""
    kind: Kind
    at: datetime
    mail_id: UUID | None
    """Our id, which the provider returns; None where it does not."""
    provider_message_id: str | None = None
    address: str | None = None
    suppress: Suppression | None = None
    """Why the address gets no more mail; None: it does."""

    def to_row(self, provider: str) -> dict[str, Any]:
        """Returns the event as the database records it, without the address."""
        index = None
        if self.address and self.suppress:
            index = address_indexes(self.address)[0]
        return {
            "provider": provider,
            "eventId": self.event_id,
            "kind": self.kind,
            "mailId": str(self.mail_id) if self.mail_id else None,
            "providerMessageId": self.provider_message_id,
            "at": self.at.isoformat(),
            "suppress": self.suppress if index else None,
            "emailIndex": index,
        }


def read_uuid(value: Any) -> UUID | None:
    """Returns an id, or None for anything else."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def read_text(value: Any, most: int = MAX_ID) -> str | None:
    """Returns a text that can be stored, cut at so many characters; None for anything else."""
    if not isinstance(value, str):
        return None
    text = value.replace("\x00", "").encode("utf-8", "ignore").decode()[:most]
    return text or None


def read_time(moment: Any) -> datetime:
    """Returns a time of a provider, in seconds or as ISO 8601; now for one that cannot be read or lies far ahead."""
    now = datetime.now(UTC)
    try:
        if isinstance(moment, str):
            read = datetime.fromisoformat(moment)
        elif isinstance(moment, bool) or not isinstance(moment, int | float):
            return now
        else:
            read = datetime.fromtimestamp(moment, UTC)
        read = read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return read if datetime(2000, 1, 1, tzinfo=UTC) < read < now + MAX_AHEAD else now
