"""/api/v1/auth/password/*, /api/v1/auth/email/*: what is done with a password, or by a link in a mail."""

from fastapi import APIRouter, BackgroundTasks, Response

from lib.core.auth.principal import CurrentPerson, LimitedByAddress
from lib.core.http.app import documented
from lib.identity import links
from lib.identity.administration import send_waiting_mail
from lib.identity.links import EmailChange, EmailVerification, LinkRequest, PasswordChange, PasswordReset

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.post("/password/forgot", status_code=202, response_class=Response, responses=documented())
async def request_password_reset(wanted: LinkRequest, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Mails a link for a new password, good for an hour; the answer is the same whether the address has an account."""
    await links.request_password_reset(wanted)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=202, background=tasks)


@router.post("/password/reset", status_code=204, responses=documented(409, 410))
async def reset_password(wanted: PasswordReset, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Sets a new password by a link, which works once, and ends every session."""
    await links.reset_password(wanted)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=204, background=tasks)


@router.post("/password/change", status_code=204, responses=documented(401, 403, 409))
async def change_password(wanted: PasswordChange, person: CurrentPerson, tasks: BackgroundTasks) -> Response:
    """Sets a new password by the current one, and ends all other sessions."""
    await links.change_password(person, wanted)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=204, background=tasks)


@router.post("/email/verify", status_code=204, responses=documented(409, 410))
async def verify_email(wanted: EmailVerification, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Confirms an address, or a change of it, by a link that works once."""
    await links.verify_email(wanted)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=204, background=tasks)


@router.post("/email/resend", status_code=202, response_class=Response, responses=documented())
async def resend_verification(wanted: LinkRequest, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Mails the link again; the answer is the same whether the address has an account."""
    await links.request_verification(wanted)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=202, background=tasks)


@router.post("/email/change", status_code=202, response_class=Response, responses=documented(401, 403))
async def request_email_change(wanted: EmailChange, person: CurrentPerson, tasks: BackgroundTasks) -> Response:
    """Mails a link to the new address; until it is followed the old one stays."""
    await links.request_email_change(person, wanted)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=202, background=tasks)
