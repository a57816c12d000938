"""Publications as the API answers them."""

from functools import partial
from operator import is_
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, computed_field

from lib.core.data.reading import Parts
from lib.core.http.models import PersonReference, QueryModel, ResponseModel

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
    """Which publications to list."""

    brand_id: UUID | None = None
    """Publications of contents of this brand. Without it: of all brands whose contents you may read."""
    content_id: UUID | None = None
    """Publications of this content."""
    status: PublicationStatus | None = None
    """Publications with this status."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """The `nextCursor` of the page before."""
    page_size: int = Field(default=20, ge=1, le=100)
    """How many publications a page has, 1 to 100."""


class PublicationStep(ResponseModel):
    """A step that ended."""

    step: PublicationStepName
    """The step."""
    started_at: AwareDatetime
    """When it began."""
    finished_at: AwareDatetime
    """When it ended."""
    attempts: int = Field(ge=0)
    """How many attempts it took. Those on channels are counted there."""
    error: str | None = Field(default=None, examples=["the claims check found violations"])
    """Why it failed; null for one that did not."""


class PublicationChannel(ResponseModel):
    """The part of a publication on one channel."""

    channel_id: UUID
    """The id of the channel, which may have been deleted since."""
    kind: str = Field(examples=["wordpress"])
    """The kind of channel."""
    is_required: bool
    """Whether the publication as a whole fails where this channel does."""
    state: ChannelState
    """`pending`: an attempt to publish is due or under way; `withdrawing`: one to take the content back; `failed`: the
    last attempt failed and no other follows; `skipped`: nothing was done here."""
    attempts: int = Field(ge=0)
    """How many attempts were begun in this state."""
    url: str | None = Field(examples=["https://blog.aurora.test/skin"])
    """Where the content is; null before it is there, and if the channel tells no address."""
    error: str | None = Field(examples=["WordPress answered 503"])
    """Why the last attempt failed; null if none did."""
    next_attempt_at: AwareDatetime | None
    """When the next attempt is due, or when the one under way is given up; null if none follows."""
    changed_at: AwareDatetime
    """When anything of this changed last."""


class Publication(ResponseModel):
    """The way of a content to its channels, or back from them."""

    id: UUID
    """The id of the publication."""
    brand_id: UUID
    """The brand of the content."""
    content_id: UUID
    """The content."""
    content_version: int = Field(ge=1)
    """The version that the channels get."""
    direction: Literal["publish", "unpublish"]
    """`unpublish`: the content is no longer published, and is taken back from the channels that have it."""
    status: PublicationStatus
    """`compensating`: it failed or was cancelled, and what it did is being undone; it then is `failed` or
    `cancelled`, with `hasWarnings` where channels may still have the content."""
    step: PublicationStepName
    """The present step, or the last one."""
    attempts: int = Field(ge=0)
    """How often the present step has failed. Attempts on channels are counted there."""
    error: str | None = Field(examples=["wordpress: the site answered 403"])
    """Why it failed, or why the last attempt did; null if nothing failed."""
    failed_step: PublicationStepName | None
    """The step in which it failed or was cancelled; null if it was not."""
    has_warnings: bool
    """Whether a channel failed: one without which it could be completed, or one from which the content could not be
    withdrawn."""
    steps: Annotated[list[PublicationStep], Parts]
    """The steps that ended, in their order; the last 50 at most."""
    channels: Annotated[list[PublicationChannel], Parts]
    """The channels, without our own delivery, which shows the content as soon as it is published."""
    requested_by: PersonReference | None
    """The person who asked for it; null for the schedule."""
    started_at: AwareDatetime
    """When it began, or was taken up again."""
    finished_at: AwareDatetime | None
    """When it ended; null while it is under way."""
    next_attempt_at: AwareDatetime | None
    """When it goes on, or when the attempt under way is given up; null after its end."""
    allowed_actions: list[Literal["cancel", "retry"]] | None = Field(default=None, exclude_if=_IS_MISSING)
    """The actions that you may take on it; not in lists."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Where to read on, and the addresses of the allowed actions, each a POST."""
        content = f"/api/v1/contents/{self.content_id}"
        links = {"self": f"{content}/publication", "content": content}
        return links | {action: f"{content}/publication/{action}" for action in self.allowed_actions or ()}
