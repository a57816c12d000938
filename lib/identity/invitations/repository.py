"""Data calls of invitations: as the caller, or with the service role before the holder of a link is known."""

from datetime import datetime
from typing import cast
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, command_once, fetch_one, run
from lib.core.data.unique_fields import register_unique_fields
from lib.identity.administration import connect_as_service
from lib.identity.invitations.models import InvitationStatus, KnownInvitation, PreparedInvitation
from lib.identity.unique_fields import UNIQUE_FIELDS

register_unique_fields(UNIQUE_FIELDS)


async def fetch_brand_name(db: Db, *, brand_id: UUID) -> str | None:
    """Returns the name of a brand; None for a brand that the caller does not see."""
    row = await fetch_one(db.from_("brands").select("name").eq("id", str(brand_id)).limit(1))
    return row["name"] if row else None


async def fetch_name(db: Db, *, user_id: UUID) -> str | None:
    """Returns the first and last name of a person; None if there is none."""
    row = await fetch_one(db.from_("profiles").select("first_name,last_name").eq("id", str(user_id)).limit(1))
    return f"{row['first_name']} {row['last_name']}".strip() or None if row else None


async def invite(db: Db, *, brand_id: UUID, invitations: list[PreparedInvitation]) -> list[Row]:
    """Stores invitations and queues their mails. Returns an outcome for each, in their order.

    Raises NotFound, Forbidden (also REAUTHENTICATION_REQUIRED) before any is stored.
    """
    prepared = [
        {
            "id": str(invitation.id),
            "email": invitation.email,
            "emailIndexes": invitation.email_indexes,
            "ciphertext": invitation.ciphertext,
            "role": invitation.role,
            "permissions": invitation.permissions,
            "membershipExpiresAt": invitation.membership_expires_at,
            "tokenHash": invitation.token_hash,
            "mail": invitation.mail,
        }
        for invitation in invitations
    ]
    request = {"brandId": str(brand_id), "invitations": prepared}
    (answer,) = await command(db, "invite_members", {"request": request})
    return answer["outcomes"]


async def fetch_invitations(db: Db, *, brand_id: UUID, status: InvitationStatus | None) -> list[Row]:
    """Returns the latest 200 invitations of a brand; none if the caller may not manage its members."""
    return (await run(call(db, "list_invitations", {"brand_id": str(brand_id), "status": status}))).data["items"]


async def fetch_invitation(db: Db, *, invitation_id: UUID) -> Row | None:
    """Returns an invitation and its brand's name; None if the caller may not manage the members of its brand."""
    columns = "id,brand_id,email,role,brands!invitations_brand_id_fkey(name)"
    return await fetch_one(db.from_("invitations").select(columns).eq("id", str(invitation_id)).limit(1))


async def resend(db: Db, *, invitation_id: UUID, token_hash: str, mail: str) -> Row:
    """Replaces the link of an invitation and queues its mail.

    Raises Conflict for an invitation that was accepted or cancelled, Forbidden (REAUTHENTICATION_REQUIRED).
    """
    request = {"invitationId": str(invitation_id), "tokenHash": token_hash, "mail": mail}
    (row,) = await command(db, "resend_invitation", {"request": request})
    return row


async def cancel(db: Db, *, invitation_id: UUID) -> None:
    """Cancels an invitation. Raises NotFound, Conflict for one that was accepted or cancelled."""
    await command_once(db, "cancel_invitation", {"invitation_id": str(invitation_id)})


async def join(db: Db, *, token_hash: str, email_indexes: list[str]) -> UUID:
    """Accepts an invitation for the caller, and returns the id of the brand.

    Raises NotFound for an invitation to another address, Gone for one that is not valid any more.
    """
    request = {"tokenHash": token_hash, "emailIndexes": email_indexes}
    (brand_id,) = await command_once(db, "accept_own_invitation", {"request": request})
    return UUID(str(brand_id))


async def fetch_own(db: Db, *, email_indexes: list[str]) -> list[Row]:
    """Returns the latest 100 invitations of the caller that can be accepted."""
    (found,) = await command_once(db, "list_own_invitations", {"request": {"emailIndexes": email_indexes}})
    return found["items"]


async def answer_own(db: Db, *, invitation_id: UUID, email_indexes: list[str], is_accepted: bool) -> UUID | None:
    """Accepts or declines an invitation of the caller. Returns the id of the brand that the caller has joined.

    Raises NotFound for an invitation of another user, Gone for one that is not valid any more.
    """
    request = {"invitationId": str(invitation_id), "emailIndexes": email_indexes, "isAccepted": is_accepted}
    (brand_id,) = await command_once(db, "answer_own_invitation", {"request": request})
    return UUID(joined) if (joined := cast("str | None", brand_id)) else None


async def read_invitation(*, token_hash: str) -> KnownInvitation | None:
    """Returns the invitation of a link that still works; None for any other."""
    known = (await run(call(connect_as_service(), "read_invitation", {"token_hash": token_hash}))).data
    if known is None:
        return None
    return KnownInvitation(
        id=UUID(known["id"]),
        ciphertext=known["email"],
        brand_name=known["brandName"],
        role=known["role"],
        expires_at=datetime.fromisoformat(known["expiresAt"]),
        has_room=known["hasRoom"],
    )


async def settle_mail(db: Db, *, invitation_id: str, delivery: str) -> None:
    """Records what became of the mail of an invitation: ``queued``, ``sent`` or ``failed``. ``db`` is the service's."""
    await run(call(db, "settle_invitation_mail", {"invitation_id": invitation_id, "delivery": delivery}))
