"""/api/v1/users/invitations/*, /api/v1/auth/invitations/*: asking people in, and coming in."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response

from api._routes.identity.shared import delivered, device_of
from lib.core.auth.cookies import check_origin
from lib.core.auth.principal import CurrentPerson, LimitedByAddress, limited_narrowly
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.limits.rate_limit import ACCEPT_INVITATION
from lib.identity import invitations
from lib.identity.administration import send_waiting_mail
from lib.identity.invitations import (
    InvitationAccepted,
    InvitationListed,
    InvitationOffer,
    InvitationOutcome,
    JoinedBrand,
    LinkLookup,
    NewInvitations,
)
from lib.identity.models import SignedIn

router = APIRouter(tags=["users"])

limited_acceptance = limited_narrowly(ACCEPT_INVITATION)


@router.post("/api/v1/users/invitations", responses=documented(401, 403, 404, 422))
async def invite(
    wanted: NewInvitations, person: CurrentPerson, tasks: BackgroundTasks
) -> Success[list[InvitationOutcome]]:
    """Invites up to fifty people to a brand, with an outcome for each; who has an account gets the role at once."""
    outcomes = await invitations.invite(person, wanted)
    tasks.add_task(send_waiting_mail)
    return Success(data=outcomes)


@router.get("/api/v1/users/invitations", responses=documented(401, 403))
async def list_invitations(
    person: CurrentPerson,
    brand_id: Annotated[UUID, Query(alias="brandId")],
    status: Annotated[Literal["pending", "accepted", "expired", "cancelled"] | None, Query()] = None,
) -> Success[list[InvitationListed]]:
    """Those of a brand, the latest first, for who manages its members."""
    return Success(data=await invitations.list_invitations(person, brand_id=brand_id, status=status))


@router.post("/api/v1/users/invitations/accept", responses=documented(401, 403, 404, 410))
async def accept_own(wanted: LinkLookup, person: CurrentPerson) -> Success[JoinedBrand]:
    """Accepts an invitation to one's own address with the account that one has."""
    return Success(data=await invitations.accept_own(person, wanted.token))


@router.post("/api/v1/users/invitations/{invitation_id}/resend", responses=documented(401, 403, 404, 409, 422))
async def resend(invitation_id: UUID, person: CurrentPerson, tasks: BackgroundTasks) -> Success[InvitationListed]:
    """Mails a new link, good for seven days; the old one dies."""
    invitation = await invitations.resend_invitation(person, invitation_id)
    tasks.add_task(send_waiting_mail)
    return Success(data=invitation)


@router.delete("/api/v1/users/invitations/{invitation_id}", status_code=204, responses=documented(401, 403, 404, 409))
async def cancel(invitation_id: UUID, person: CurrentPerson) -> Response:
    """Takes the offer back: its link works no longer."""
    await invitations.cancel_invitation(person, invitation_id)
    return Response(status_code=204)


@router.post("/api/v1/auth/invitations/lookup", responses=documented(410), tags=["auth"])
async def read_offer(wanted: LinkLookup, _: LimitedByAddress) -> Success[InvitationOffer]:
    """What a link offers, for the page that asks for a password."""
    return Success(data=await invitations.read_offer(wanted.token))


@router.post(
    "/api/v1/auth/invitations/accept", status_code=201, responses=documented(401, 403, 404, 409, 410), tags=["auth"]
)
async def accept(
    wanted: InvitationAccepted, _: Annotated[None, Depends(limited_acceptance)], request: Request, response: Response
) -> Success[SignedIn]:
    """Makes the account with its role, and signs it in."""
    if wanted.mode == "cookie":
        check_origin(request)
    return Success(data=delivered(response, await invitations.accept(wanted, device_of(request)), wanted.mode))
