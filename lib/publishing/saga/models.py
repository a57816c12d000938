"""Answers about publications, and the filters of their list."""

from functools import partial
from operator import is_
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, computed_field

from lib.core.data.reading import Parts
from lib.core.http.models import PersonReference, QueryModel, ResponseModel
from lib.core.http.times import Instant

type PublicationStatus = Literal["running", "compensating", "completed", "failed", "cancelled"]
type PublicationStepName = Literal[
    "validate",
    "check_compliance",
    "generate_metadata",
    "publish_to_channels",
    "notify",
    "unpublish",
    "revert_metadata",
    "notify_failure",
]
type ChannelState = Literal["pending", "published", "withdrawing", "withdrawn", "failed", "skipped"]

_IS_MISSING: Final = partial(is_, None)


class PublicationQuery(QueryModel):
    """The filters and the page of a list of publications."""

    brand_id: UUID | None = None
    """Lists publications of contents of this brand. Without it: of all brands whose contents you may read."""
    content_id: UUID | None = None
    """Lists publications of this content."""
    status: PublicationStatus | None = None
    """Lists publications with this status."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """`nextCursor` of the previous page. Send the same filters with it."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Publications in a page, 1 to 100."""


class PublicationStep(ResponseModel):
    """A finished step of a publication."""

    step: PublicationStepName
    """The name of the step."""
    started_at: Instant
    """When it began."""
    finished_at: Instant
    """When it ended."""
    attempts: int = Field(ge=0)
    """The number of attempts of the step. Attempts on channels are counted at the channel."""
    error: str | None = Field(default=None, examples=["the claims check found violations"])
    """Why it failed; null if it did not fail."""


class PublicationChannel(ResponseModel):
    """The part of a publication on one channel."""

    channel_id: UUID
    """The id of the channel. The channel may have been deleted since."""
    kind: str = Field(examples=["wordpress"])
    """The kind of channel."""
    is_required: bool
    """Whether a failure of this channel fails the whole publication."""
    state: ChannelState
    """`pending`: an attempt to publish is due or under way; `withdrawing`: an attempt to withdraw the content is due or
    under way; `failed`: the last attempt failed and none follows; `skipped`: nothing was done on this channel."""
    attempts: int = Field(ge=0)
    """The number of attempts that were started in this state."""
    url: str | None = Field(examples=["https://blog.aurora.test/skin"])
    """URL of the content at the target; null before publication, and if the target returns no URL."""
    error: str | None = Field(examples=["WordPress answered 503"])
    """Why the last attempt failed; null if it did not fail."""
    next_attempt_at: Instant | None
    """When the next attempt is due, or when the attempt under way times out; null if none follows."""
    changed_at: Instant
    """When this part of the publication last changed."""


class Publication(ResponseModel):
    """The publication of a content to its channels, or its withdrawal from them."""

    id: UUID
    """The id of the publication."""
    brand_id: UUID
    """The id of the brand of the content."""
    content_id: UUID
    """The id of the content."""
    content_version: int = Field(ge=1)
    """The version of the content that is sent to the channels."""
    direction: Literal["publish", "unpublish"]
    """`publish`: sends the content to its channels; `unpublish`: withdraws a content that is no longer published from
    the channels that have it."""
    status: PublicationStatus
    """`compensating`: the publication failed or was cancelled, and its effects are being undone. It then becomes
    `failed` or `cancelled`, with `hasWarnings` if channels may still have the content."""
    step: PublicationStepName
    """The current step, or the last one."""
    attempts: int = Field(ge=0)
    """The number of failed attempts of the current step. Attempts on channels are counted at the channel."""
    error: str | None = Field(examples=["wordpress: the site answered 403"])
    """Why the publication or its last attempt failed; null if nothing failed."""
    failed_step: PublicationStepName | None
    """The step in which it failed or was cancelled; null if neither happened."""
    has_warnings: bool
    """Whether a channel that is not required failed, or a content could not be withdrawn from a channel."""
    steps: Annotated[list[PublicationStep], Parts]
    """Finished steps in order; at most the last 50."""
    channels: Annotated[list[PublicationChannel], Parts]
    """State by channel. The built-in delivery is not listed: it delivers the content as soon as it is published."""
    requested_by: PersonReference | None
    """The person who requested it; null for scheduled publications."""
    started_at: Instant
    """When it started or was last resumed."""
    finished_at: Instant | None
    """When it ended; null while it is under way."""
    next_attempt_at: Instant | None
    """When it continues, or when the attempt under way times out; null after its end."""
    allowed_actions: list[Literal["cancel", "retry"]] | None = Field(default=None, exclude_if=_IS_MISSING)
    """Actions that you may take. Not included in lists."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of the publication, its content and the allowed actions. Call actions with POST."""
        content = f"/api/v1/contents/{self.content_id}"
        links = {"self": f"{content}/publication", "content": content}
        return links | {action: f"{content}/publication/{action}" for action in self.allowed_actions or ()}
