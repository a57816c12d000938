"""/api/v1/auth/password/*: passwords."""

from fastapi import APIRouter, BackgroundTasks, Response

from lib.core.auth.principal import CurrentPerson, LimitedByAddress
from lib.core.http.alike import answers_alike
from lib.core.http.app import documented
from lib.core.http.routes import Route
from lib.identity import passwords
from lib.identity.links import LinkRequest
from lib.identity.mail import send_waiting_mail
from lib.identity.passwords import PasswordChange, PasswordReset

router = APIRouter(route_class=Route, prefix="/api/v1/auth/password", tags=["passwords"])


@router.post("/forgot", name="request_reset", status_code=202, response_class=Response, responses=documented())
async def request_reset(request: LinkRequest, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Mails a link to set a new password, valid for an hour.

    The answer is the same whether an account has the address or not. At most three requests an hour for one address.
    """
    await passwords.request_reset(request=request)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=202, background=tasks)


@router.post("/reset", name="reset", status_code=204, responses=documented(409, 410))
async def reset_password(reset: PasswordReset, _: LimitedByAddress, tasks: BackgroundTasks) -> Response:
    """Sets a new password by a mailed link, which works once.

    Ends all your sessions, forgets your remembered devices and lifts a lock. If the password is not accepted (400), the
    link stays valid.
    """
    await passwords.reset_password(reset=reset)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=204, background=tasks)


@router.post("/change", name="change", status_code=204, responses=documented(401, 403, 409))
@answers_alike
async def change_password(change: PasswordChange, person: CurrentPerson, tasks: BackgroundTasks) -> Response:
    """Changes your password. Requires the current one. Ends all your other sessions and forgets remembered devices."""
    await passwords.change_password(person, change=change)
    tasks.add_task(send_waiting_mail)
    return Response(status_code=204, background=tasks)
