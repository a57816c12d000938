"""Records with an invitation whether its mail was sent."""

from typing import Final

from lib.core.data.db import Db
from lib.identity.invitations import repository
from lib.jobs import JobOutcome
from lib.notify import register_recorder

_STATES: Final[dict[JobOutcome, str]] = {"done": "sent", "dead": "failed"}


async def record_delivery(db: Db, invitation_id: str, outcome: JobOutcome) -> None:
    """Records the outcome of an attempt to send the mail of an invitation. ``db`` has the service role."""
    await repository.settle_mail(db, invitation_id=invitation_id, delivery=_STATES.get(outcome, "queued"))


# The key is written by the SQL functions that queue the mail of an invitation.
register_recorder("invitationId", record_delivery)
