"""A mail before it is composed, and after."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, Self
from uuid import UUID

type Category = Literal["security", "invitations", "tasks", "content", "comments", "digests", "quota", "system"]
# Sent whatever a person prefers, and without a way to unsubscribe (domain §9).
ALWAYS_SENT: Final[frozenset[Category]] = frozenset({"security", "invitations"})
MAX_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to compose and send."""

    to: str
    """E-mail address."""
    template: str
    """The name of registered texts."""
    variables: dict[str, str] = field(default_factory=dict[str, str])
    """The values of the names in braces in these texts. A link is an address, or a path of the web app."""
    brand_id: UUID | None = None
    """The brand of the mail: its name, sender and language. Brands take turns at sending."""
    user_id: UUID | None = None
    """The recipient, if the address belongs to an account: for limits, language and unsubscribing."""
    category: Category = "security"
    """``security`` and ``invitations`` are always sent. A person may unsubscribe from each of the others."""
    language: str | None = None
    """Two letters. None: that of the person, else that of the brand, else English."""

    def to_json(self) -> str:
        """Returns the mail as JSON."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads a mail. Raises ValueError or TypeError for any other text.

        Parts that are unknown here are left out: a newer deployment may have queued it.
        """
        read: dict[str, Any] = json.loads(text)
        values = {known.name: read[known.name] for known in fields(cls) if known.name in read}
        for name in ("brand_id", "user_id"):
            values[name] = UUID(values[name]) if values.get(name) else None
        return cls(**values)


class MailHeld(Exception):
    """The mail has to wait: a limit is reached, or no provider takes mail right now."""

    def __init__(self, message: str, *, seconds: int) -> None:
        """``seconds``: until it is worth another attempt."""
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Sender:
    """The display name of the sender, and the address for replies."""

    name: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail with all its texts and headers."""

    id: UUID
    """The id of its job: each attempt sends the same, so that a receiver can tell a repetition."""
    to: str
    sender: Sender
    subject: str
    text: str
    html: str
    category: Category
    headers: dict[str, str] = field(default_factory=dict[str, str])
    tracks: bool = False
    """Whether the provider tracks opens and clicks."""
