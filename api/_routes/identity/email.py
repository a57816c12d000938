"""/api/v1/auth/email/*: the e-mail address of an account."""

from fastapi import APIRouter, BackgroundTasks, Response

from lib.core.auth.principal import CurrentPerson, LimitedByAddress
from lib.core.http.alike import answers_alike
from lib.core.http.app import documented
from lib.core.http.routes import Route
from lib.identity import email
from lib.identity.email import EmailChange, EmailVerification
from lib.identity.links import LinkRequest
from lib.identity.mail import send_waiting_mail

router = APIRouter(route_class=Route, prefix="/api/v1/auth/email", tags=["emailAddresses"])


@router.post("/verify", name="verify", status_code=204, responses=documented(409, 410))
async def verify(verification: EmailVerification, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Verifies your address, or changes it to the new one, by a mailed link that works once.

    A change ends all your sessions and sends a mail to the old address.
    """
    await email.verify(verification=verification)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=204, background=tasks)


@router.post("/resend", name="request_verification", status_code=202, response_class=Response, responses=documented())
async def request_verification(request: LinkRequest, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Mails a link to verify an address, valid for 48 hours.

    The answer is the same whether an account has the address or not. At most three requests an hour for one address.
    """
    await email.request_verification(request=request)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=202, background=tasks)


@router.post("/change", name="request_change", status_code=202, response_class=Response, responses=documented(401, 403))
@answers_alike
async def request_change(change: EmailChange, person: CurrentPerson, tasks: BackgroundTasks) -> Response:
    """Mails a link to your new address, valid for 48 hours, and a warning to the old one.

    Your address changes once you have followed the link. Requires that you authenticated within the last 30 minutes. At
    most three requests an hour for one address.
    """
    await email.request_change(person, change=change)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=202, background=tasks)
