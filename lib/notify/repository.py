"""Records the delivery of mails in the database."""

from lib.core.data.db import Db, call, run


async def settle_invitation(db: Db, *, invitation_id: str, delivery: str) -> None:
    """Records what became of the mail of an invitation: ``queued``, ``sent`` or ``failed``."""
    await run(call(db, "settle_invitation_mail", {"invitation_id": invitation_id, "delivery": delivery}))
