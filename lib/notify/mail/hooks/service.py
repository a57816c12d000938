"""Takes what providers report. Their requests have no session: the signature says who sends them."""

from itertools import batched
from typing import Final

from lib.core.data.db import connect_anonymously
from lib.core.http.errors import ValidationFailed
from lib.notify.mail import repository
from lib.notify.mail.hooks import sendgrid, ses, sns

# As many as the database records well within its limit for anonymous callers.
AT_ONCE: Final = 500


async def take_sendgrid_events(body: bytes, *, signature: str | None, timestamp: str | None) -> None:
    """Records the events of a request of SendGrid, each once. Raises Forbidden and ValidationFailed."""
    sendgrid.verify(body, signature=signature, timestamp=timestamp)
    events = sendgrid.read_events(body)
    # Events that were recorded before a failure are recognised when SendGrid sends the whole request again.
    for some in batched(events, AT_ONCE):
        await repository.record_events(connect_anonymously(), [event.to_row("sendgrid") for event in some])


async def take_ses_message(body: bytes) -> None:
    """Records the event of a message of SNS, once, or confirms a subscription.

    Raises Forbidden and ValidationFailed.
    """
    message = sns.read_message(body)
    await sns.verify(message)
    if message["Type"] == sns.CONFIRMATION:
        await sns.confirm_subscription(message)
        return
    if not 1 <= len(message.get("MessageId", "")) <= 200:
        raise ValidationFailed("the message has no id")
    event = ses.read_event(sns.read_payload(message), message["MessageId"])
    if event is not None:
        await repository.record_events(connect_anonymously(), [event.to_row("ses")])
