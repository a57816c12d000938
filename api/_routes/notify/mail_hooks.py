"""/api/v1/hooks/{sendgrid,ses}: events of mails that providers report."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response

from lib.core.auth.principal import LimitedByAddress
from lib.core.http.app import documented
from lib.core.http.routes import Route
from lib.notify.mail.hooks import take_sendgrid_events, take_ses_message
from lib.notify.mail.hooks.sendgrid import SIGNATURE_HEADER, TIMESTAMP_HEADER

router = APIRouter(route_class=Route, prefix="/api/v1/hooks", tags=["mailHooks"])

type Signature = Annotated[
    str | None,
    Header(
        alias=SIGNATURE_HEADER, max_length=500, description="The signature in base64: ECDSA over P-256 and SHA-256."
    ),
]
type Timestamp = Annotated[
    str | None, Header(alias=TIMESTAMP_HEADER, max_length=50, description="Time of signing, as Unix time in seconds.")
]

EVENTS: Final[list[dict[str, Any]]] = [
    {"event": "delivered", "sg_event_id": "ZGVsaXZlcmVk", "timestamp": 1795748368, "email": "emil@aurora.test"}
]
_EVENTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "object"}}
MESSAGE: Final = '{"Type":"Notification","MessageId":"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324","SignatureVersion":"2"}'


@router.post(
    "/sendgrid",
    name="take_sendgrid_events",
    status_code=204,
    responses=documented(403),
    openapi_extra={
        "requestBody": {
            "description": "Events as SendGrid sends them.",
            "required": True,
            "content": {"application/json": {"schema": _EVENTS, "example": EVENTS}},
        }
    },
)
async def sendgrid(
    request: Request, _: LimitedByAddress, signature: Signature = None, timestamp: Timestamp = None
) -> Response:
    """Receives events of SendGrid's signed event webhook. Each event is recorded once, also if it is sent again.

    Rejects signatures that are older than five minutes. For SendGrid only.
    """
    await take_sendgrid_events(await request.body(), signature=signature, timestamp=timestamp)
    return Response(status_code=204)


@router.post(
    "/ses",
    name="take_ses_message",
    status_code=204,
    responses=documented(403),
    openapi_extra={
        "requestBody": {
            "description": "A message as SNS sends it.",
            "required": True,
            "content": {"text/plain": {"schema": {"type": "string"}, "example": MESSAGE}},
        }
    },
)
async def ses(request: Request, _: LimitedByAddress) -> Response:
    """Receives SNS messages: SES events, each of which is recorded once, and subscription confirmations.

    Accepts only signature version 2 and the topics in the deployment's settings. For SNS only.
    """
    await take_ses_message(await request.body())
    return Response(status_code=204)
