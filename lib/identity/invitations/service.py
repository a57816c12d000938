"""Invites people to brands, and accepts invitations."""

import secrets
from uuid import UUID, uuid4

from lib.core.auth.principal import Person
from lib.core.config import get_settings
from lib.core.data.db import Row
from lib.core.data.errors import from_data_api
from lib.core.data.reading import read_row, read_rows
from lib.core.http.errors import Conflict, Forbidden, Gone, NotFound, ServiceUnavailable
from lib.core.security.crypto import DecryptionFailed, key_ring, token_digest
from lib.identity import auth_server
from lib.identity.invitations import repository
from lib.identity.invitations.models import (
    InvitationAcceptance,
    InvitationListed,
    InvitationOffer,
    InvitationOutcome,
    InvitationStatus,
    JoinedBrand,
    KnownInvitation,
    NewInvitation,
    NewInvitations,
    OwnInvitation,
    PreparedInvitation,
)
from lib.identity.mail import seal_invitation, seal_welcome
from lib.identity.passwords import check_strength, hash_password, record_first_password
from lib.identity.sessions import Device, SignedIn, open_session


def _owner(invitation_id: UUID | str) -> str:
    return f"public.invitations.email:{invitation_id}"


def _mail(email: str, token: str, *, brand_id: UUID, brand_name: str, inviter_name: str, role: str) -> str:
    link = f"{get_settings().app_url}/accept-invitation#token={token}"
    return seal_invitation(
        email, link=link, brand_id=brand_id, brand_name=brand_name, inviter_name=inviter_name, role=role
    )


async def _inviter_name(principal: Person) -> str:
    return await repository.fetch_name(principal.db, user_id=principal.user_id) or "A colleague"


def _prepared(invitation: NewInvitation, *, brand_id: UUID, brand_name: str, inviter_name: str) -> PreparedInvitation:
    email, invitation_id, token = invitation.email.lower(), uuid4(), secrets.token_urlsafe(32)
    return PreparedInvitation(
        id=invitation_id,
        email=email,
        email_indexes=key_ring().blind_indexes(email, "email"),
        ciphertext=key_ring().encrypt(email, _owner(invitation_id)),
        role=invitation.role,
        permissions=invitation.permissions,
        membership_expires_at=invitation.membership_expires_at,
        token_hash=token_digest(token),
        mail=_mail(
            email, token, brand_id=brand_id, brand_name=brand_name, inviter_name=inviter_name, role=invitation.role
        ),
    )


def _outcome(invitation: NewInvitation, row: Row) -> InvitationOutcome:
    if row["status"] != "refused":
        return read_row(InvitationOutcome, row | {"email": invitation.email})
    problem = from_data_api(row["sqlstate"], row["message"], row["details"])
    code = problem.code if problem else "FORBIDDEN"
    return InvitationOutcome(email=invitation.email, status="refused", code=code, message=row["message"])


async def invite(principal: Person, *, invitations: NewInvitations) -> list[InvitationOutcome]:
    """Invites people to a brand. Returns an outcome for each, in their order.

    Raises, before any is invited, NotFound for a brand that the caller does not see, Forbidden without the permission
    to manage members, and Forbidden (REAUTHENTICATION_REQUIRED) if the caller last authenticated more than 30 minutes
    ago.
    """
    brand_name = await repository.fetch_brand_name(principal.db, brand_id=invitations.brand_id)
    if brand_name is None:
        raise NotFound("brand not found")
    inviter_name = await _inviter_name(principal)
    rows = await repository.invite(
        principal.db,
        brand_id=invitations.brand_id,
        invitations=[
            _prepared(invitation, brand_id=invitations.brand_id, brand_name=brand_name, inviter_name=inviter_name)
            for invitation in invitations.invitations
        ],
    )
    return [_outcome(invitation, row) for invitation, row in zip(invitations.invitations, rows, strict=True)]


def _listed(row: Row) -> Row:
    try:
        email = key_ring().decrypt(row["email"], _owner(row["id"])) if row["email"] else None
    except DecryptionFailed:
        email = None
    return row | {"email": email}


async def list_invitations(
    principal: Person, *, brand_id: UUID, status: InvitationStatus | None
) -> list[InvitationListed]:
    """Lists the latest 200 invitations of a brand. Empty for callers who may not manage its members."""
    rows = await repository.fetch_invitations(principal.db, brand_id=brand_id, status=status)
    return read_rows(InvitationListed, rows, shape=_listed)


async def resend_invitation(principal: Person, *, invitation_id: UUID) -> InvitationListed:
    """Mails a new link, valid for seven days; the old link stops working.

    Raises NotFound, Conflict for an invitation that was accepted, declined or cancelled, or has no address; Forbidden
    (REAUTHENTICATION_REQUIRED) if the caller last authenticated more than 30 minutes ago.
    """
    row = await repository.fetch_invitation(principal.db, invitation_id=invitation_id)
    if row is None:
        raise NotFound("invitation not found")
    if row["email"] is None:
        raise Conflict("a colleague who was invited by id gets no mail: cancel the invitation, and invite again")
    token, email = secrets.token_urlsafe(32), key_ring().decrypt(row["email"], _owner(invitation_id))
    inviter_name = await _inviter_name(principal)
    resent = await repository.resend(
        principal.db,
        invitation_id=invitation_id,
        token_hash=token_digest(token),
        mail=_mail(
            email,
            token,
            brand_id=UUID(row["brand_id"]),
            brand_name=row["brands"]["name"],
            inviter_name=inviter_name,
            role=row["role"],
        ),
    )
    return read_row(InvitationListed, resent, shape=_listed)


async def cancel_invitation(principal: Person, *, invitation_id: UUID) -> None:
    """Cancels an invitation: its link stops working. Raises what ``resend_invitation`` raises."""
    await repository.cancel(principal.db, invitation_id=invitation_id)


async def _read(token: str) -> tuple[KnownInvitation, str]:
    """Returns the invitation of a link and its address. Raises Gone for a link that is not valid any more."""
    invitation = await repository.read_invitation(token_hash=token_digest(token))
    if invitation is None:
        raise Gone("the invitation is no longer valid: ask for a new one")
    return invitation, key_ring().decrypt(invitation.ciphertext, _owner(invitation.id))


async def read_offer(*, token: str) -> InvitationOffer:
    """Describes the invitation of a link. Raises Gone for a link that is not valid any more."""
    invitation, email = await _read(token)
    return InvitationOffer(
        brand_name=invitation.brand_name, role=invitation.role, email=email, expires_at=invitation.expires_at
    )


async def accept(*, acceptance: InvitationAcceptance, device: Device) -> SignedIn:
    """Creates the account with its role in one transaction, and signs it in.

    Raises Gone for a link that is not valid any more, Forbidden (PLAN_LIMIT_EXCEEDED) if the plan has no room for
    another person, ValidationFailed for a password that is not accepted, Conflict (ALREADY_EXISTS) if the address has
    an account: its owner accepts with ``join``.
    """
    invitation, email = await _read(acceptance.token)
    if not invitation.has_room:
        raise Forbidden("the plan of the brand has no room for another person", code="PLAN_LIMIT_EXCEEDED")
    await check_strength(acceptance.password, known=[email, acceptance.first_name, acceptance.last_name])
    hashed = await hash_password(acceptance.password)
    account = auth_server.NewAccount(
        email=email,
        password=acceptance.password,
        first_name=acceptance.first_name,
        last_name=acceptance.last_name,
        facts={"invitation": token_digest(acceptance.token)},
    )
    try:
        user_id = await auth_server.create_user(account)
    except ServiceUnavailable:
        await _read(acceptance.token)  # Gone, if another request has accepted the invitation in the meantime
        raise
    await record_first_password(user_id=user_id, password_hash=hashed, mail=seal_welcome(email))
    session = await auth_server.sign_in(email, acceptance.password, address=device.address)
    return await open_session(auth_session=session, device=device, method="invitation")


async def join(principal: Person, *, token: str) -> JoinedBrand:
    """Accepts an invitation with the caller's account.

    Raises NotFound for an invitation to another address, Gone for one that is not valid any more.
    """
    brand_id = await repository.join(
        principal.db,
        token_hash=token_digest(token),
        email_indexes=_own_indexes(principal),
    )
    return JoinedBrand(brand_id=brand_id)


def _own_indexes(principal: Person) -> list[str]:
    """Returns the blind indexes of the caller's address, which Auth has verified."""
    return key_ring().blind_indexes(principal.email.lower(), "email")


async def list_own(principal: Person) -> list[OwnInvitation]:
    """Lists the latest 100 invitations of the caller that can be accepted, the latest first."""
    rows = await repository.fetch_own(principal.db, email_indexes=_own_indexes(principal))
    return read_rows(OwnInvitation, rows)


async def accept_own(principal: Person, *, invitation_id: UUID) -> JoinedBrand:
    """Accepts an invitation of the caller.

    Raises NotFound for an invitation of another user, Gone for one that is not valid any more, Forbidden
    (PLAN_LIMIT_EXCEEDED) if the plan has no room for another person.
    """
    brand_id = await repository.answer_own(
        principal.db, invitation_id=invitation_id, email_indexes=_own_indexes(principal), is_accepted=True
    )
    if brand_id is None:
        raise Gone("the invitation is no longer valid")
    return JoinedBrand(brand_id=brand_id)


async def decline_own(principal: Person, *, invitation_id: UUID) -> None:
    """Declines an invitation of the caller. Raises NotFound, Gone as ``accept_own`` does."""
    await repository.answer_own(
        principal.db, invitation_id=invitation_id, email_indexes=_own_indexes(principal), is_accepted=False
    )
