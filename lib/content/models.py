"""Contents in and out; what is asked of many at once is in bulk.py, of lists and search in queries.py."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, computed_field, model_validator

from lib.content.fields import ContentStatus, ContentType, Fields, Html, Metadata, Plain, Slug, Tags, Title
from lib.core.http.models import Instant, RequestModel, ResponseModel

type Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True), Field(examples=["Too long"])
]
type Note = Annotated[str, StringConstraints(max_length=2000), Field(examples=["Before the review"])]


def _unique_people(people: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(people))


type People = Annotated[list[UUID], Field(max_length=50), AfterValidator(_unique_people)]


class NewContent(RequestModel):
    """Without a title it is made from how the body begins; without a slug from the title."""

    brand_id: UUID
    title: Title | None = None
    type: ContentType | None = None
    template_id: UUID | None = None
    fields: Fields = Field(default_factory=dict)
    body: Html = ""
    excerpt: Plain = Field(default="", max_length=2000)
    slug: Slug | None = None
    metadata: Metadata = Field(default_factory=Metadata)
    tags: Tags = Field(default_factory=list)
    categories: Tags = Field(default_factory=list)
    assignees: People = Field(default_factory=list)
    due_at: Instant | None = None
    expires_at: Instant | None = None


class ContentChanges(RequestModel):
    """What is not named stays; ``fields`` and ``metadata`` are merged by key, and null takes a key away."""

    title: Title | None = None
    type: ContentType | None = None
    fields: Fields | None = None
    body: Html | None = None
    excerpt: Annotated[Plain, Field(max_length=2000)] | None = None
    slug: Slug | None = None
    metadata: Metadata | None = None
    tags: Tags | None = None
    categories: Tags | None = None
    assignees: People | None = None
    due_at: Instant | None = None
    expires_at: Instant | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one thing to change")
        for name in self.model_fields_set - {"due_at", "expires_at"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self

    def as_row(self) -> dict[str, Any]:
        """What was named, as the database wants it."""
        changed = self.model_dump(mode="json", exclude_unset=True, exclude={"metadata"})
        if self.metadata is not None:
            changed["metadata"] = self.metadata.model_dump(by_alias=True, exclude_unset=True)
        return changed


class Approval(RequestModel):
    comment: str = Field(default="", max_length=5000, examples=["Reads well"])
    step_run_id: UUID | None = None
    published_url: str | None = Field(default=None, max_length=2000, examples=["https://aurora.test/skin"])


class Decision(RequestModel):
    """A refusal and its reason."""

    reason: Reason
    step_run_id: UUID | None = None


class Withdrawal(RequestModel):
    reason: Reason


class Submission(RequestModel):
    workflow_id: UUID | None = None
    """Null: the one that the brand assigned to the type."""


class Schedule(RequestModel):
    scheduled_for: Instant


class Archival(RequestModel):
    reason: str = Field(default="", max_length=5000, examples=["Out of season"])


class Duplication(RequestModel):
    brand_id: UUID | None = None
    """Null: the same brand."""
    title: Title | None = None


class NewVersion(RequestModel):
    note: Note = ""


class ContentHead(ResponseModel):
    """A content without its texts: what a list shows."""

    id: UUID
    brand_id: UUID
    template_id: UUID | None
    template_version: int | None
    type: str = Field(examples=["article"])
    status: ContentStatus
    title: str = Field(examples=["What cold wind does to skin"])
    slug: str = Field(examples=["what-cold-wind-does-to-skin"])
    excerpt: str = Field(examples=["Why skin feels tight in winter."])
    tags: list[str] = Field(examples=[["winter"]])
    categories: list[str] = Field(examples=[["skin care"]])
    assignees: list[UUID]
    score: float | None = Field(ge=0, le=100, examples=[77.5])
    version: int = Field(ge=1)
    major_version: int = Field(ge=1)
    minor_version: int = Field(ge=0)
    parent_id: UUID | None
    due_at: AwareDatetime | None
    scheduled_for: AwareDatetime | None
    expires_at: AwareDatetime | None
    published_at: AwareDatetime | None
    published_by: UUID | None
    created_by: UUID | None
    created_at: AwareDatetime
    updated_by: UUID | None
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """What there is to read, and what may be done in this status by somebody who may."""
        path = f"/api/v1/contents/{self.id}"
        if self.deleted_at is not None:
            return {"brand": f"/api/v1/brands/{self.brand_id}", "restore": f"{path}/restore"}
        links = {"self": path, "brand": f"/api/v1/brands/{self.brand_id}"}
        links |= {name: f"{path}/{name}" for name in ("versions", "events", "comments", "score", "duplicate")}
        if self.template_id:
            links["template"] = f"/api/v1/templates/{self.template_id}"
        return links | {name: f"{path}/{name}" for name in ACTIONS[self.status]}


ACTIONS: dict[str, tuple[str, ...]] = {
    "draft": ("submit", "archive"),
    "pending_review": ("approve", "reject", "request-changes", "withdraw", "archive"),
    "in_review": ("approve", "reject", "request-changes", "withdraw", "archive"),
    "approved": ("publish", "schedule", "reopen", "archive"),
    "scheduled": ("publish", "unschedule", "archive"),
    "published": ("archive",),
    "archived": ("reopen",),
    "rejected": ("restart", "archive"),
}


class Provenance(ResponseModel):
    """What wrote a value; whether a person has changed it since."""

    generation_id: UUID | None = None
    provider: str = Field(examples=["azure_openai"])
    model: str = Field(examples=["gpt-4o-mini"])
    prompt_version: str = Field(examples=["generate_content.v2"])
    at: AwareDatetime
    is_edited: bool = False
    edited_by: UUID | None = None


class Content(ContentHead):
    fields: dict[str, Any] = Field(examples=[{"topic": "Cold wind"}])
    body: str = Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"])
    metadata: dict[str, Any] = Field(examples=[{"metaTitle": "Cold wind and skin"}])
    provenance: dict[str, Provenance] = Field(default_factory=dict[str, Provenance])
    """Of the values that AI wrote, by ``fields.<id>`` and ``metadata.<name>``."""


class Score(ResponseModel):
    """0.3 completeness + 0.3 quality + 0.2 compliance + 0.2 alignment (domain §3).

    ``alignment`` is null until a model has assessed it; until then the other three are the whole.
    """

    completeness: float = Field(ge=0, le=100, examples=[100])
    quality: float = Field(ge=0, le=100, examples=[55])
    compliance: float = Field(ge=0, le=100, examples=[100])
    alignment: float | None = Field(ge=0, le=100)
    score: float = Field(ge=0, le=100, examples=[83.1])


type VersionAction = Literal[
    "saved",
    "autosave",
    "approved",
    "rejected",
    "changes_requested",
    "regeneration_requested",
    "restored",
    "status_changed",
    "deleted",
    "duplicated",
]


class ContentVersionHead(ResponseModel):
    version: int = Field(ge=1)
    major_version: int = Field(ge=1)
    minor_version: int = Field(ge=0)
    action: VersionAction
    note: str = Field(examples=["Before the review"])
    feedback: str = Field(examples=["Too long"])
    step_name: str | None = Field(examples=["Review"])
    reviewer_id: UUID | None
    created_by: UUID | None
    created_at: AwareDatetime


class ContentVersionListed(ContentVersionHead):
    title: str = Field(examples=["What cold wind does to skin"])
    status: ContentStatus


class ContentVersion(ContentVersionHead):
    """``snapshot`` is the content as it was, by the names of its columns."""

    snapshot: dict[str, Any] = Field(examples=[{"title": "What cold wind does to skin", "fields": {}}])


class HistoryEntry(ResponseModel):
    id: UUID
    type: str = Field(examples=["ContentCreated"])
    aggregate_type: str = Field(examples=["content"])
    aggregate_id: UUID
    aggregate_version: int | None
    actor_id: UUID | None
    actor_name: str | None = Field(examples=["Emil Editor"])
    payload: dict[str, Any] = Field(examples=[{"title": "What cold wind does to skin"}])
    request_id: str | None = Field(examples=["0b9c4a1f3e"])
    occurred_at: AwareDatetime
