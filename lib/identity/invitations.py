"""Invitations: up to fifty by one call, good for seven days, accepted with a new account or by an own one."""

import secrets
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from pydantic import AwareDatetime, Field

from lib.core.auth.principal import Person
from lib.core.config import get_settings
from lib.core.data.db import command, command_once
from lib.core.http.errors import Forbidden, Gone, NotFound, ServiceUnavailable, from_data_api
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.security.crypto import DecryptionFailed, key_ring, token_digest
from lib.core.security.signing import signed
from lib.identity import administration, auth_client, repository
from lib.identity.models import BrandRole, LinkToken, NewEmail, NewPassword, SessionMode, SignedIn
from lib.identity.passwords import check_strength, hash_password
from lib.identity.sign_in import Device, open_session
from lib.notify import Mail, seal_mail

MAX_INVITATIONS: Final = 50

type PersonName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^<>]*$", examples=["Emil"])]


class Invited(RequestModel):
    email: NewEmail
    role: BrandRole
    permissions: list[str] = Field(default_factory=list[str], max_length=40, examples=[["claim.write"]])
    membership_expires_at: AwareDatetime | None = None
    """For guests and agencies: after this the role ends."""


class NewInvitations(RequestModel):
    brand_id: UUID
    invitations: list[Invited] = Field(min_length=1, max_length=MAX_INVITATIONS)


class InvitationOutcome(ResponseModel):
    """For one of those asked for, in their order."""

    email: str = Field(examples=["emil@aurora.test"])
    status: Literal["invited", "assigned", "refused"]
    """assigned: who has an account got the role at once."""
    invitation_id: UUID | None = None
    user_id: UUID | None = None
    code: str | None = Field(default=None, examples=["CONFLICT"])
    message: str | None = Field(default=None, examples=["this address is invited already"])


class InvitationListed(ResponseModel):
    id: UUID
    brand_id: UUID
    email: str | None = Field(examples=["emil@aurora.test"])
    role: BrandRole
    permissions: list[str] = Field(examples=[["claim.write"]])
    membership_expires_at: datetime | None
    status: Literal["pending", "accepted", "expired", "cancelled"]
    delivery: Literal["queued", "sent", "failed"]
    expires_at: datetime
    created_by: UUID | None
    created_at: datetime


class InvitationOffer(ResponseModel):
    """What a link offers."""

    brand_name: str = Field(examples=["Aurora Skincare"])
    role: BrandRole
    email: str = Field(examples=["emil@aurora.test"])
    expires_at: datetime


class LinkLookup(RequestModel):
    token: LinkToken


class InvitationAccepted(RequestModel):
    token: LinkToken
    password: NewPassword
    first_name: PersonName
    last_name: PersonName
    mode: SessionMode = "bearer"


class JoinedBrand(ResponseModel):
    brand_id: UUID


def _owner(invitation_id: UUID | str) -> str:
    return f"public.invitations.email:{invitation_id}"


def _mail(email: str, token: str, *, brand_name: str, inviter_name: str, role: str) -> str:
    link = f"{get_settings().app_url}/accept-invitation#token={token}"
    variables = {"link": link, "brand_name": brand_name, "inviter_name": inviter_name, "role": role}
    return seal_mail(Mail(email, "invitation", variables))


async def _inviter_name(person: Person) -> str:
    profile = await repository.fetch_profile(person.db, user_id=person.user_id)
    return f"{profile['first_name']} {profile['last_name']}".strip() or "A colleague" if profile else "A colleague"


def _outcome(invited: Invited, row: dict[str, Any]) -> InvitationOutcome:
    if row["status"] != "refused":
        return InvitationOutcome.model_validate(row | {"email": invited.email})
    problem = from_data_api(row["sqlstate"], row["message"], row["details"])
    code = problem.code if problem else "FORBIDDEN"
    return InvitationOutcome(email=invited.email, status="refused", code=code, message=row["message"])


async def invite(person: Person, wanted: NewInvitations) -> list[InvitationOutcome]:
    """An outcome for each. Raises NotFound, Forbidden or, half an hour after the last proof of who it is, Forbidden
    (REAUTHENTICATION_REQUIRED), before any is looked at."""
    brand_name = await repository.fetch_brand_name(person.db, brand_id=wanted.brand_id)
    if brand_name is None:
        raise NotFound("brand not found")
    inviter_name, ring = await _inviter_name(person), key_ring()
    prepared: list[dict[str, Any]] = []
    for invited in wanted.invitations:
        email, invitation_id, token = invited.email.lower(), uuid4(), secrets.token_urlsafe(32)
        prepared.append(
            {
                "id": str(invitation_id),
                "email": email,
                "emailIndexes": ring.blind_indexes(email, "email"),
                "ciphertext": ring.encrypt(email, _owner(invitation_id)),
                "role": invited.role,
                "permissions": invited.permissions,
                "membershipExpiresAt": invited.membership_expires_at,
                "tokenHash": token_digest(token),
                "mail": _mail(email, token, brand_name=brand_name, inviter_name=inviter_name, role=invited.role),
            }
        )
    request = {"userId": str(person.user_id), "brandId": str(wanted.brand_id), "invitations": prepared}
    answer = (await command(person.db, "invite_members", signed("request", request)))[0]
    return [_outcome(invited, row) for invited, row in zip(wanted.invitations, answer["outcomes"], strict=True)]


def _shown(row: dict[str, Any]) -> InvitationListed:
    try:
        email = key_ring().decrypt(row["email"], _owner(row["id"]))
    except DecryptionFailed:
        email = None
    return InvitationListed.model_validate(row | {"email": email})


async def list_invitations(person: Person, *, brand_id: UUID, status: str | None) -> list[InvitationListed]:
    """For those who manage members; others see none."""
    rows = await repository.fetch_invitations(person.db, brand_id=brand_id, status=status)
    return [_shown(row) for row in rows]


async def resend_invitation(person: Person, invitation_id: UUID) -> InvitationListed:
    """A new link, good for seven days; the old one dies. Raises Conflict for one that was accepted or cancelled."""
    row = await repository.fetch_invitation(person.db, invitation_id=invitation_id)
    if row is None:
        raise NotFound("invitation not found")
    token, email = secrets.token_urlsafe(32), key_ring().decrypt(row["email"], _owner(invitation_id))
    names = {"brand_name": row["brands"]["name"], "inviter_name": await _inviter_name(person), "role": row["role"]}
    request = {
        "userId": str(person.user_id),
        "invitationId": str(invitation_id),
        "tokenHash": token_digest(token),
        "mail": _mail(email, token, **names),
    }
    return _shown((await command(person.db, "resend_invitation", signed("request", request)))[0])


async def cancel_invitation(person: Person, invitation_id: UUID) -> None:
    await command_once(person.db, "cancel_invitation", {"invitation_id": str(invitation_id)})


async def _offer(token: str) -> dict[str, Any]:
    known = await administration.ask("read_invitation", {"token_hash": token_digest(token)})
    if known is None:
        raise Gone("the invitation works no longer: ask for a new one")
    return known | {"email": key_ring().decrypt(known["email"], _owner(known["id"]))}


async def read_offer(token: str) -> InvitationOffer:
    """Raises Gone for a link that works no longer."""
    return InvitationOffer.model_validate(await _offer(token))


async def accept(accepted: InvitationAccepted, device: Device) -> SignedIn:
    """Makes the account and gives its role in one transaction, and signs it in.

    Raises Gone for a link that works no longer, Forbidden (PLAN_LIMIT_EXCEEDED) where there is no place, Conflict
    (ALREADY_EXISTS) where the address has an account: its owner signs in and accepts.
    """
    offer = await _offer(accepted.token)
    email = offer["email"]
    if not offer["hasRoom"]:
        raise Forbidden("the plan of the brand has no more users", code="PLAN_LIMIT_EXCEEDED")
    check_strength(accepted.password, known=[email, accepted.first_name, accepted.last_name])
    hashed = await hash_password(accepted.password)
    attributes = {
        "email": email,
        "password": accepted.password,
        "email_confirm": True,
        "user_metadata": {"first_name": accepted.first_name, "last_name": accepted.last_name},
        "app_metadata": {"invitation": token_digest(accepted.token)},
    }
    try:
        user_id = await administration.create_user(attributes)
    except ServiceUnavailable:
        await _offer(accepted.token)  # undone because it was taken in this very moment, perhaps: then Gone
        raise
    change = {"userId": str(user_id), "passwordHash": hashed, "action": "register"}
    await administration.tell("record_password", {"change": change})
    session = await auth_client.sign_in(email, accepted.password, address=device.address)
    return await open_session(session, device, method="invitation")


async def accept_own(person: Person, token: str) -> JoinedBrand:
    """By who has an account with the invited address already. Raises NotFound for an invitation of somebody else."""
    request = {
        "userId": str(person.user_id),
        "tokenHash": token_digest(token),
        "emailIndexes": key_ring().blind_indexes(person.email.lower(), "email"),
    }
    (brand_id,) = await command_once(person.db, "accept_own_invitation", signed("request", request))
    return JoinedBrand.model_validate({"brand_id": brand_id})
