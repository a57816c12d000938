"""What a provider of mail is."""

from dataclasses import dataclass
from typing import Final, Protocol

from lib.notify.mail.models import Composed

# Seconds that one provider has.
PROVIDER_SECONDS: Final = 4.0


class MailFailed(Exception):
    """A provider has not accepted a mail. ``is_final`` says that it never will, since the mail itself is at fault."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Accepted:
    """A provider has a mail and will deliver it."""

    provider: str
    message_id: str | None
    """The id under which the provider reports what becomes of it."""


class Provider(Protocol):
    """A provider of mail."""

    name: str

    def is_configured(self) -> bool:
        """Tells whether the deployment has access to it."""
        ...

    async def send(self, mail: Composed) -> str | None:
        """Sends a mail within PROVIDER_SECONDS and returns the provider's id of it. Raises MailFailed."""
        ...
