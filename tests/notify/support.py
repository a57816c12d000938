"""Helpers for tests of mail: addresses, and what receivers got."""

from typing import Any
from uuid import uuid4

import boto3
import httpx

from local.stack.client import RunningStack
from tests.support.world import World

SENDER = "no-reply@mixerai.com"


def address(name: str = "reader") -> str:
    """Returns an address of this test alone, in a domain of its own, so that no limit is shared."""
    return f"{name}@{uuid4().hex}.test"


async def received(stack: RunningStack, to: str) -> list[dict[str, Any]]:
    """Returns the mails that SendGrid has taken for an address, the latest first."""
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{stack.urls['mail']}/messages", params={"to": to})).json()


async def received_by_ses(stack: RunningStack, to: str) -> list[dict[str, Any]]:
    """Returns the mails that SES has taken for an address."""
    async with httpx.AsyncClient() as http:
        backends = (await http.get(f"{stack.environment['AWS_ENDPOINT_URL']}/moto-api/data.json")).json()
    return [mail for mail in backends["ses"]["Message"] if to in mail["destinations"]["ToAddresses"]]


def verify_sender(stack: RunningStack) -> None:
    """Lets SES send as the platform."""
    environment = stack.environment
    make: Any = boto3.client
    make(
        "sesv2",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["SES_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    ).create_email_identity(EmailIdentity=SENDER)


def message(world: World, mail_id: Any) -> dict[str, Any]:
    """Returns what is known of a mail."""
    return world.rows("select * from private.mail_messages where id = %s", mail_id)[0]


def task_mail(to: str, **changes: Any) -> Any:
    """Returns a mail about a task."""
    from lib.notify import Mail

    variables = {
        "assignee_name": "Ann",
        "step_name": "Review",
        "content_title": "What cold wind does to skin",
        "brand_name": "Aurora",
        "review_link": "/contents/0190c0de-0000-7000-8000-000000000001",
    }
    more: dict[str, Any] = {"category": "tasks"} | changes
    return Mail(to, "task_assigned", variables, **more)
