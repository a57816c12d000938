"""Resolves invitations to brands, as their authors and the invited people see them."""

from typing import Any
from uuid import UUID

from lib.graph.engine.binding import Info
from lib.graph.resolvers import links
from lib.graph.resolvers.identity.people import bindings
from lib.identity import invitations as service
from lib.identity.invitations import (
    InvitationListed,
    InvitationOutcome,
    InvitationStatus,
    InvitationToken,
    NewInvitations,
    OwnInvitation,
)
from lib.identity.mail import send_waiting_mail

_LATEST = 200

bindings.represents("Invitation", InvitationListed)
bindings.represents("InvitationOutcome", InvitationOutcome)
bindings.represents("OwnInvitation", OwnInvitation)
bindings.link("JoinedBrandPayload", "brand", links.read_brand, links.argument("brand_id", "brandId"))
bindings.link("Invitation", "brand", links.read_brand, links.brand_id_of)


@bindings.query(operation="invitations.list", many=_LATEST)
async def invitations(info: Info, *, brand_id: UUID, status: InvitationStatus | None = None) -> list[InvitationListed]:
    """Lists the invitations of a brand."""
    return await service.list_invitations(info.context.person(), brand_id=brand_id, status=status)


@bindings.query(operation="invitations.listOwn")
async def own_invitations(info: Info) -> list[OwnInvitation]:
    """Lists the caller's invitations."""
    return await service.list_own(info.context.person())


@bindings.mutation(operation="invitations.create")
async def create_invitations(info: Info, *, input: NewInvitations) -> dict[str, Any]:
    """Invites people, and sends the mails after the answer."""
    outcomes = await service.invite(info.context.person(), invitations=input)
    info.context.tasks.add_task(send_waiting_mail)
    return {"outcomes": outcomes}


@bindings.mutation(operation="invitations.resend")
async def resend_invitation(info: Info, *, id: UUID) -> dict[str, Any]:
    """Mails a new link after the answer."""
    invitation = await service.resend_invitation(info.context.person(), invitation_id=id)
    info.context.tasks.add_task(send_waiting_mail)
    return {"invitation": invitation}


@bindings.mutation(operation="invitations.cancel")
async def cancel_invitation(info: Info, *, id: UUID) -> dict[str, Any]:
    """Cancels an invitation."""
    await service.cancel_invitation(info.context.person(), invitation_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="invitations.join")
async def join_brand(info: Info, *, input: InvitationToken) -> dict[str, Any]:
    """Accepts an invitation by its token."""
    joined = await service.join(info.context.person(), token=input.token)
    return {"brandId": joined.brand_id}


@bindings.mutation(operation="invitations.acceptOwn")
async def accept_invitation(info: Info, *, id: UUID) -> dict[str, Any]:
    """Accepts one of the caller's invitations."""
    joined = await service.accept_own(info.context.person(), invitation_id=id)
    return {"brandId": joined.brand_id}


@bindings.mutation(operation="invitations.declineOwn")
async def decline_invitation(info: Info, *, id: UUID) -> dict[str, Any]:
    """Declines one of the caller's invitations."""
    await service.decline_own(info.context.person(), invitation_id=id)
    return {"deletedId": id}
