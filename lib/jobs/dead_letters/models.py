"""Dead letters and the filters of their list."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.models import BrandReference, QueryModel, ResponseModel
from lib.core.http.times import Instant

type DeadLetterKind = Literal["event", "mail", "job", "document", "task"]


class DeadLetterQuery(QueryModel):
    """The filters of a list of dead letters, all of which must hold, and the place in it."""

    kind: DeadLetterKind | None = None
    """Lists dead letters of this kind."""
    brand_id: UUID | None = None
    """Lists dead letters of this brand."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Dead letters in a page, at most 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """Continues behind the page that gave this cursor. Send the same filters with it."""


class DeadLetterSubject(ResponseModel):
    """The object that the work is about."""

    type: str | None = Field(examples=["content"])
    """The type of the object; null where the kind of work says it."""
    id: UUID | None
    """The id of the object; null for work without one, such as a mail."""


class DeadLetter(ResponseModel):
    """A piece of background work that failed too often and was set aside."""

    id: UUID
    """The id of the dead letter."""
    kind: DeadLetterKind
    """`event`: an event that a consumer could not take; `mail`; `job`: a job of another queue; `document`: a content
    that could not be indexed for search; `task`: an item of another scheduled task."""
    source: str = Field(examples=["edge_cache"])
    """The consumer, the queue or the scheduled task that failed."""
    name: str = Field(examples=["ContentPublished"])
    """The type of the event or of the job."""
    brand: BrandReference | None
    """The brand that the work is for; null for none."""
    subject: DeadLetterSubject
    """The object that the work is about."""
    attempts: int = Field(ge=0, examples=[20])
    """How often it was tried."""
    reason: str = Field(max_length=300, examples=["the edge cache could not be purged"])
    """Why it failed the last time, at most 300 characters. Quotes nothing that a tenant wrote."""
    died_at: Instant
    """When it was set aside."""
    created_at: Instant
    """When the work was asked for or, of a scheduled task, when it first failed."""
