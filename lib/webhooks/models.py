"""Requests and answers about webhooks, their deliveries and their attempts."""

from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.config import get_settings
from lib.core.http.models import Changes, PersonReference, QueryModel, RequestModel, ResponseModel
from lib.core.http.times import Instant, StorableInstant
from lib.core.http.urls import NORMAL_URL
from lib.core.http.validation import field_problem
from lib.events.catalogue import EVENT_TYPES

type WebhookDeliveryStatus = Literal["pending", "delivered", "failed"]

MAX_PER_SECOND: Final = 500


def _check_url(url: str) -> str:
    """Refuses URLs that deliveries are never sent to. Each delivery checks that the host is public."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("must be a URL") from None
    is_local = get_settings().environment == "local" and parts.scheme == "http" and parts.hostname == "127.0.0.1"
    if not url.isascii() or not parts.hostname or any(character.isspace() for character in url):
        raise ValueError("must be a URL of ASCII characters, as browsers send it")
    if parts.scheme != "https" and not is_local:
        raise ValueError("must begin with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must have no user name and no fragment")
    if port not in (None, 443) and not is_local:
        raise ValueError("must have the port 443")
    return url


def _check_types(types: list[str]) -> list[str]:
    unknown = sorted(set(types) - EVENT_TYPES.keys())
    if unknown:
        raise ValueError(f"unknown types of events: {', '.join(unknown[:5])[:200]}")
    return sorted(set(types))


type WebhookUrl = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(min_length=10, max_length=2000),
    AfterValidator(_check_url),
    Field(examples=["https://example.com/hooks/mixerai"]),
]
type WebhookEventTypes = Annotated[
    list[Annotated[str, StringConstraints(max_length=100)]],
    Field(max_length=200, fail_fast=True, examples=[["ContentPublished", "ContentStatusChanged"]]),
    AfterValidator(_check_types),
]
type WebhookTemplateIds = Annotated[list[UUID], Field(max_length=50, fail_fast=True)]
type WebhookStatuses = Annotated[
    list[Literal["draft", "pending_review", "in_review", "approved", "scheduled", "published", "rejected", "archived"]],
    Field(max_length=8, fail_fast=True, examples=[["published"]]),
]
type WebhookName = Annotated[str, StringConstraints(max_length=100), Field(examples=["Website"])]
type WebhookRate = Annotated[int, Field(ge=1, le=MAX_PER_SECOND, examples=[50])]


class NewWebhook(RequestModel):
    """A webhook to create."""

    brand_id: UUID
    """The brand whose events are sent."""
    url: WebhookUrl
    """URL of the receiver: https, a public host, port 443, at most 2,000 characters."""
    name: WebhookName = ""
    """Display name of the receiver, at most 100 characters."""
    event_types: WebhookEventTypes = Field(default_factory=list[str])
    """Sends only events of these types. Empty: all types."""
    template_ids: WebhookTemplateIds = Field(default_factory=list[UUID])
    """Sends only events about contents of these templates, at most 50. Empty: all events."""
    statuses: WebhookStatuses = Field(default_factory=list[Any])
    """Sends only events about contents with one of these statuses. Empty: all events. The status is the one in the
    event for the types `ContentCreated`, `ContentStatusChanged` and `ContentPublished`. For other types it is that of
    the content when the event is queued: within seconds of the event, or at the time of a replay."""
    is_ordered: bool = False
    """Whether events of the same aggregate, such as a content, are sent in order. A failing event delays later events
    of its aggregate until it is delivered or has failed finally."""
    max_per_second: WebhookRate = 50
    """Maximum number of deliveries a second, 1 to 500."""
    is_active: bool = True
    """Whether events are sent."""


class WebhookChanges(Changes):
    """Changes of a webhook."""

    url: WebhookUrl | None = None
    """URL of the receiver: https, a public host, port 443, at most 2,000 characters."""
    name: WebhookName | None = None
    """Display name of the receiver, at most 100 characters."""
    event_types: WebhookEventTypes | None = None
    """Sends only events of these types. Empty: all types."""
    template_ids: WebhookTemplateIds | None = None
    """Sends only events about contents of these templates, at most 50. Empty: all events."""
    statuses: WebhookStatuses | None = None
    """Sends only events about contents with one of these statuses. Empty: all events. The status is the one in the
    event for the types `ContentCreated`, `ContentStatusChanged` and `ContentPublished`. For other types it is that of
    the content when the event is queued: within seconds of the event, or at the time of a replay."""
    is_ordered: bool | None = None
    """Whether events of the same aggregate are sent in order. Applies to future events."""
    max_per_second: WebhookRate | None = None
    """Maximum number of deliveries a second, 1 to 500."""
    is_active: bool | None = None
    """Whether the webhook is on. While it is off, nothing is sent and new events are not queued. Deliveries that were
    queued before are kept for 30 days, and sent when it is switched on again. `true` also switches on a webhook that
    the platform has switched off."""


class SecretRotation(RequestModel):
    """The rotation of a secret."""

    keep_hours: int = Field(default=24, ge=0, le=168)
    """Hours during which deliveries are also signed with the former secret, 0 to 168. Send 0 if a secret has leaked:
    all former secrets stop signing at once."""


class WebhookReplay(RequestModel):
    """Deliveries or events to send again."""

    since: StorableInstant | None = None
    """Sends all events since this time that pass the filters, including delivered ones and those from times when the
    webhook was off. At most 30 days ago. Null: sends failed deliveries."""
    after: UUID | None = None
    """`after` of the previous response. Continues a replay with the same `since`."""
    only_failed: bool = False
    """Sends deliveries with the status `failed`. Cannot be combined with `since`."""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if (self.since is None) != self.only_failed:
            raise field_problem("since", "send either since, or onlyFailed with true")
        if self.after is not None and self.since is None:
            raise field_problem("after", "goes with since only")
        return self


class Webhook(ResponseModel):
    """A webhook: a URL that the events of a brand are sent to."""

    id: UUID
    """The id of the webhook."""
    brand_id: UUID
    """The brand whose events are sent."""
    url: str = Field(examples=["https://example.com/hooks/mixerai"])
    """URL of the receiver."""
    name: str = Field(examples=["Website"])
    """Display name of the receiver. Empty if none was given."""
    event_types: list[str] = Field(examples=[["ContentPublished"]])
    """Sends only events of these types. Empty: all types."""
    template_ids: list[UUID]
    """Sends only events about contents of these templates. Empty: all events."""
    statuses: list[str] = Field(examples=[["published"]])
    """Sends only events about contents with one of these statuses. Empty: all events. The status is the one in the
    event for the types `ContentCreated`, `ContentStatusChanged` and `ContentPublished`. For other types it is that of
    the content when the event is queued: within seconds of the event, or at the time of a replay."""
    is_ordered: bool
    """Whether events of the same aggregate are sent in order."""
    max_per_second: int = Field(examples=[50])
    """Maximum number of deliveries a second."""
    is_active: bool
    """Whether events are sent."""
    disabled_at: Instant | None
    """When the platform switched it off; null if it did not."""
    disabled_reason: str | None = Field(examples=["the receiver answered 410 Gone"])
    """Why the platform switched it off; null if it did not."""
    failing_since: Instant | None
    """Time of the first failure since the last success; null while deliveries succeed. The webhook is switched off
    after five days of failures with at least eight failed attempts. Two days without an attempt restart the count."""
    former_secret_expires_at: Instant | None
    """Time until which deliveries are also signed with a former secret; null if there is none."""
    version: int = Field(ge=1)
    """Version of the webhook. Send it as `If-Match` with a change."""
    created_by: PersonReference | None
    """The person who created it; null if you may not see the person."""
    created_at: Instant
    """When it was created."""
    updated_at: Instant
    """When it was last changed."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of the webhook, its deliveries and its attempts."""
        path = f"/api/v1/webhooks/{self.id}"
        return {"self": path, "deliveries": f"{path}/deliveries", "attempts": f"{path}/attempts"}


class WebhookWithSecret(Webhook):
    """A webhook with a new secret."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    """The secret that verifies deliveries. Store it now: it is not shown again."""


class WebhookDeliveryQuery(QueryModel):
    """The filter and the page of a list of deliveries."""

    status: WebhookDeliveryStatus | None = None
    """Lists deliveries with this status."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Deliveries in a page, at most 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """`nextCursor` of the previous page. Send the same filter with it."""


class WebhookAttemptQuery(QueryModel):
    """The filter and the page of a list of attempts."""

    delivery_id: UUID | None = None
    """Lists the attempts of this delivery."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Attempts in a page, at most 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """`nextCursor` of the previous page. Send the same filter with it."""


class WebhookDelivery(ResponseModel):
    """The delivery of an event to a webhook."""

    id: UUID
    """The id of the delivery."""
    webhook_id: UUID
    """The id of the webhook."""
    event_id: UUID
    """The id of the event. It is the `webhook-id` header of every attempt, also after a replay."""
    event_type: str = Field(examples=["ContentPublished"])
    """The type of the event."""
    aggregate_id: UUID
    """The id of the aggregate that the event is about, such as a content."""
    is_test: bool
    """Whether this is a test delivery. Its event is not in the event log."""
    status: WebhookDeliveryStatus
    """`pending`: an attempt is planned or under way; `delivered`: the receiver answered with 2xx; `failed`: no further
    attempts are made."""
    attempts: int = Field(ge=0, examples=[1])
    """Number of attempts made; at most 8."""
    next_attempt_at: Instant | None
    """Time of the next attempt. Null if no attempt is planned, while one is under way, and while an ordered webhook
    sends an earlier event of the same aggregate."""
    response_status: int | None = Field(examples=[200])
    """The HTTP status of the last response; null if there was none."""
    error: str | None = Field(examples=["the server took too long"])
    """Why the last attempt failed; null if it did not fail."""
    delivered_at: Instant | None
    """When the receiver accepted it; null until then."""
    created_at: Instant
    """When it was queued."""


class WebhookAttempt(ResponseModel):
    """One attempt to send a delivery."""

    id: UUID
    """The id of the attempt."""
    webhook_id: UUID
    """The id of the webhook."""
    delivery_id: UUID
    """The id of the delivery."""
    event_id: UUID
    """The id of the event."""
    event_type: str = Field(examples=["ContentPublished"])
    """The type of the event."""
    number: int = Field(ge=1, examples=[1])
    """The number of the attempt within the delivery, from 1."""
    at: Instant
    """When the attempt began."""
    duration_ms: int = Field(ge=0, examples=[84])
    """Duration of the attempt, in milliseconds."""
    response_status: int | None = Field(examples=[200])
    """The HTTP status of the response; null if there was none."""
    error: str | None = Field(examples=["the server took too long"])
    """Why it failed; null if it did not fail."""
    answer: str | None = Field(examples=["ok"])
    """The first 1,024 characters of the response body. Texts that look like secrets or e-mail addresses are replaced by
    `[redacted]`."""


class WebhookReplayed(ResponseModel):
    """The result of a replay."""

    replayed: int = Field(ge=0, examples=[12])
    """Number of deliveries queued again, at most 1,000. With `since` it may be 0 although there are more."""
    has_more: bool
    """Whether more events or deliveries remain. If so, call again: with the same `since` and the `after` of this
    response, or with `onlyFailed` as before."""
    after: UUID | None
    """Id of the event at which the replay stopped. Null for failed deliveries, and if no events remain."""
