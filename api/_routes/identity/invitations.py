"""/api/v1/users/invitations/*, /api/v1/auth/invitations/*: inviting people, and accepting invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query, Request, Response

from api._routes.identity.shared import BrandFilter, delivered, device_of
from lib.core.auth.cookies import check_origin
from lib.core.auth.principal import CurrentPerson, LimitedByAddress, limited_narrowly
from lib.core.http.alike import answers_alike
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.core.limits.numbers import ACCEPT_INVITATION
from lib.identity import invitations
from lib.identity.invitations import (
    InvitationAcceptance,
    InvitationListed,
    InvitationOffer,
    InvitationOutcome,
    InvitationStatus,
    InvitationToken,
    JoinedBrand,
    NewInvitations,
    OwnInvitation,
)
from lib.identity.mail import send_waiting_mail
from lib.identity.sessions import SignedIn

router = APIRouter(route_class=Route, tags=["invitations"])

limited_acceptance = limited_narrowly(ACCEPT_INVITATION)

type InvitationId = Annotated[UUID, Path(description="Id of the invitation.")]


@router.post("/api/v1/users/invitations", name="create", responses=documented(401, 403, 404, 422))
@answers_alike
async def invite(
    body: NewInvitations, person: CurrentPerson, tasks: BackgroundTasks
) -> Success[list[InvitationOutcome]]:
    """Invites up to 50 people to a brand, and returns an outcome for each in the order of the request.

    Mails each a link, valid for seven days, whether an account has the address or not: people join by accepting. A
    member of the brand gets the role at once. Requires the permission `member.manage`, and that you authenticated
    within the last 30 minutes.
    """
    outcomes = await invitations.invite(person, invitations=body)
    tasks.add_task(send_waiting_mail)
    return Success(data=outcomes)


@router.get("/api/v1/users/invitations", name="list", responses=documented(401, 403))
async def list_invitations(
    person: CurrentPerson,
    brand_id: BrandFilter,
    status: Annotated[
        InvitationStatus | None, Query(description="Only invitations with this status; all if absent.")
    ] = None,
) -> Success[list[InvitationListed]]:
    """Lists the latest 200 invitations of a brand, the latest first.

    The list is empty unless you have the permission `member.manage` in the brand.
    """
    return Success(data=await invitations.list_invitations(person, brand_id=brand_id, status=status))


@router.post("/api/v1/users/invitations/accept", name="join", responses=documented(401, 403, 404, 410))
@answers_alike
async def join(body: InvitationToken, person: CurrentPerson) -> Success[JoinedBrand]:
    """Accepts an invitation to your address with your account."""
    return Success(data=await invitations.join(person, token=body.token))


@router.get("/api/v1/users/me/invitations", name="list_own", responses=documented(401, 403))
async def list_own(person: CurrentPerson) -> Success[list[OwnInvitation]]:
    """Lists your invitations to brands that you may accept, the latest first, at most 100.

    They were sent to your address, or to you by a colleague. Until you accept one, you see nothing of the brand and it
    sees nothing of you.
    """
    return Success(data=await invitations.list_own(person))


@router.post(
    "/api/v1/users/me/invitations/{invitation_id}/accept",
    name="accept_own",
    responses=documented(401, 403, 404, 410),
)
async def accept_own(invitation_id: InvitationId, person: CurrentPerson) -> Success[JoinedBrand]:
    """Accepts one of your invitations: you are a member of the brand from now on.

    Answers 410 if it has expired, was answered or cancelled, or if its author may no longer give the role.
    """
    return Success(data=await invitations.accept_own(person, invitation_id=invitation_id))


@router.post(
    "/api/v1/users/me/invitations/{invitation_id}/decline",
    name="decline_own",
    status_code=204,
    responses=documented(401, 403, 404, 410),
)
async def decline_own(invitation_id: InvitationId, person: CurrentPerson) -> Response:
    """Declines one of your invitations. The brand may invite you again."""
    await invitations.decline_own(person, invitation_id=invitation_id)
    return Response(status_code=204)


@router.post(
    "/api/v1/users/invitations/{invitation_id}/resend", name="resend", responses=documented(401, 403, 404, 409, 422)
)
@answers_alike
async def resend(
    invitation_id: InvitationId, person: CurrentPerson, tasks: BackgroundTasks
) -> Success[InvitationListed]:
    """Mails a new link, valid for seven days; the old link stops working.

    Requires the permission `member.manage`, and that you authenticated within the last 30 minutes.
    """
    invitation = await invitations.resend_invitation(person, invitation_id=invitation_id)
    tasks.add_task(send_waiting_mail)
    return Success(data=invitation)


@router.delete(
    "/api/v1/users/invitations/{invitation_id}",
    name="cancel",
    status_code=204,
    responses=documented(401, 403, 404, 409),
)
async def cancel(invitation_id: InvitationId, person: CurrentPerson) -> Response:
    """Cancels an invitation: its link stops working.

    Requires the permission `member.manage`, and that you authenticated within the last 30 minutes.
    """
    await invitations.cancel_invitation(person, invitation_id=invitation_id)
    return Response(status_code=204)


@router.post("/api/v1/auth/invitations/lookup", name="get_offer", responses=documented(410))
async def read_offer(body: InvitationToken, _: LimitedByAddress) -> Success[InvitationOffer]:
    """Returns the invitation behind a link, for the page that asks for a password."""
    return Success(data=await invitations.read_offer(token=body.token))


@router.post(
    "/api/v1/auth/invitations/accept",
    name="accept",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410),
)
async def accept(
    body: InvitationAcceptance,
    _: Annotated[None, Depends(limited_acceptance)],
    request: Request,
    response: Response,
    tasks: BackgroundTasks,
) -> Success[SignedIn]:
    """Accepts an invitation with a new account, and signs you in.

    Answers 409 `ALREADY_EXISTS` if the address has an account: sign in and join instead. At most five requests an hour
    from one IP address.
    """
    if body.mode == "cookie":
        check_origin(request)
    signed_in = await invitations.accept(acceptance=body, device=device_of(request))
    tasks.add_task(send_waiting_mail)
    return Success(data=delivered(response, signed_in, body.mode))
