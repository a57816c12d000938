"""The reach of changes, the tasks that follow, bills of materials, and the settings of claims."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, computed_field

from lib.claims.fields import Direction, ListQuery, Market, sorting
from lib.core.data.reading import Parts
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Day, Instant, StorableDay, StorableInstant


class PlannedChange(RequestModel):
    """A change of a claim that is planned. Nothing is changed by it."""

    status: Literal["allowed", "mandatory", "disallowed", "blocked"] | None = None
    """The status that it would get; `blocked`: an override would take it away."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = Field(
        default=None, examples=["Makes skin feel softer"]
    )
    """The text that it would get, which drafts then use."""
    countries: list[Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|__GLOBAL__)$")]] | None = Field(
        default=None, max_length=300, examples=[["GB", "DE"]]
    )
    """The markets that it would have."""
    effective_to: StorableInstant | None = None
    """When it would end."""


class ImpactRequest(RequestModel):
    """The planned change: the claim by itself, or an override of it or evidence for it."""

    override_id: UUID | None = None
    """An override of the claim: only its market counts."""
    evidence_id: UUID | None = None
    """Evidence for the claim."""
    change: PlannedChange = Field(default_factory=PlannedChange)
    """The planned change. Without one every sentence that makes the claim counts."""


class ImpactPageRequest(ImpactRequest):
    """The planned change, and which of the sentences to list."""

    page: int = Field(default=1, ge=1, le=10_000)
    """The number of the page, from 1."""
    page_size: int = Field(default=500, ge=1, le=500)
    """How many sentences a page has at most."""


class TasksRequest(ImpactRequest):
    """Which tasks to open."""

    assignee_id: UUID | None = None
    """The person who gets the tasks. Null: the admins of each brand."""
    due_on: StorableDay | None = None
    """The day by which they should be done."""


class ImpactItem(ResponseModel):
    """A sentence that a change touches."""

    brand_id: UUID
    """The brand of the content."""
    content_id: UUID
    """The content."""
    content_title: str = Field(examples=["Winter skin"])
    """The title of the content."""
    content_status: str = Field(examples=["published"])
    """The status of the content."""
    content_version: int = Field(ge=1)
    """The version that was published or checked."""
    is_published: bool
    """Whether readers see the sentence: from the bill of materials, else from the last check."""
    market: str = Field(examples=["GB"])
    """The market."""
    section: str = Field(examples=["body"])
    """The part of the text."""
    sentence: str = Field(examples=["It soothes dry skin."])
    """The sentence."""
    claim_id: UUID
    """The claim that it makes."""
    claim_version: int
    """The version of the claim that it makes."""
    claim_text: str = Field(examples=["Soothes dry skin"])
    """The text of that version."""
    effect: str = Field(examples=["disallowed"])
    """The meaning of the change: `disallowed`, `blocked`, `not_in_market`, `ends`, `reworded`, `status_changed`, or
    `refers` where no change is planned."""
    draft: str | None = Field(examples=["It makes skin feel softer."])
    """The sentence with a claim that may be made instead; null if none is known."""


class Impact(ResponseModel):
    """The reach of a change, in contents that the caller may read."""

    total: int = Field(ge=0)
    """How many sentences."""
    published: int = Field(ge=0)
    """How many published contents, of the first 5,000 sentences or of all up to this page."""
    pending: int = Field(ge=0)
    """The number of contents that are not published yet."""
    markets: list[str] = Field(examples=[["DE", "GB"]])
    """The markets."""
    items: list[ImpactItem]
    """The sentences of the page, published ones first."""
    page: int = Field(ge=1)
    """The number of the page, from 1."""
    page_size: int = Field(ge=1, le=500)
    """How many sentences a page has at most."""


class OpenedTask(ResponseModel):
    """The outcome of one task."""

    content_id: UUID
    """The content."""
    market: str = Field(examples=["GB"])
    """The market."""
    sentence: str = Field(examples=["It soothes dry skin."])
    """The sentence."""
    draft: str | None = Field(examples=["It makes skin feel softer."])
    """The drafted replacement."""
    outcome: Literal["opened", "exists", "failed"]
    """`exists`: there is such a task already, which is open."""
    task_id: UUID | None
    """The task that was opened."""
    problem: str | None = Field(examples=["the assignee is no active member of the brand"])
    """Why it failed."""


class OpenedTasks(ResponseModel):
    """The outcome of opening tasks."""

    items: Annotated[list[OpenedTask], Parts]
    """The tasks of this request, at most 500."""
    remaining: int = Field(ge=0, examples=[0])
    """How many sentences are left: send the request again."""
    refused: int = Field(ge=0, examples=[0])
    """How many sentences are in brands in which you may neither write claims nor edit contents."""


class ClaimTask(ResponseModel):
    """A task of a brand, opened because evidence ends or a claim changes."""

    id: UUID
    """The id of the task."""
    brand_id: UUID
    """The brand."""
    kind: Literal["evidence_expiring", "claim_changed"]
    """The reason."""
    title: str = Field(examples=['Review "Soothes dry skin" in GB: disallowed'])
    """The work to do, in words."""
    claim_id: UUID
    """The claim."""
    claim_text: str | None = Field(examples=["Soothes dry skin"])
    """The text of the claim."""
    evidence_id: UUID | None
    """The evidence that ends."""
    days: int | None
    """How many days before the end of the evidence it was opened: 90, 30, 7 or 0; null for other kinds."""
    content_id: UUID | None
    """The content to change."""
    content_title: str | None = Field(examples=["Winter skin"])
    """Its title."""
    market: str | None = Field(examples=["GB"])
    """The market."""
    sentence: str | None = Field(examples=["It soothes dry skin."])
    """The sentence to change."""
    draft: str | None = Field(examples=["It makes skin feel softer."])
    """A sentence to use instead."""
    due_on: Day | None
    """The day by which it should be done."""
    assignee: PersonReference | None
    """The person who has to do it; null for the admins of the brand."""
    state: Literal["open", "done", "dismissed"]
    """The state."""
    closed_by: PersonReference | None
    """The person who closed it."""
    closed_at: Instant | None
    """When it was closed."""
    closing_comment: str = Field(examples=["Corrected."])
    """Why it was dismissed, or a comment."""
    created_by: PersonReference | None
    """The person who opened it; null for the platform."""
    created_at: Instant
    """When it was opened."""
    allowed_actions: list[Literal["read", "done", "dismiss"]] = Field(examples=[["dismiss", "done", "read"]])
    """The actions that the caller may take."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what the task is about; `close` where the caller may mark it as done or dismiss it."""
        claim = f"/api/v1/claims/{self.claim_id}"
        links = {"claim": claim, "brand": f"/api/v1/brands/{self.brand_id}"}
        if self.content_id is not None:
            links["content"] = f"/api/v1/contents/{self.content_id}"
        if self.evidence_id is not None:
            links["evidence"] = f"{claim}/evidence/{self.evidence_id}"
        if "done" in self.allowed_actions:
            links["close"] = f"/api/v1/claims/tasks/{self.id}/close"
        return links


type ClaimTaskSort = Literal["dueOn", "createdAt", "closedAt"]


class ClaimTaskQuery(ListQuery):
    """Which tasks to list."""

    brand_id: UUID | None = None
    """Tasks of this brand."""
    state: Literal["open", "done", "dismissed"] = "open"
    """Tasks in this state."""
    kind: Literal["evidence_expiring", "claim_changed"] | None = None
    """Tasks of this kind."""
    claim_id: UUID | None = None
    """Tasks about this claim."""
    content_id: UUID | None = None
    """Tasks about this content."""
    mine: bool = False
    """Only those of the caller: assigned to them, or to nobody in a brand where they may write claims."""
    sort: ClaimTaskSort = "dueOn"
    """The sort key. Tasks without a day, and open ones by `closedAt`, come last."""
    direction: Direction | None = None
    """The direction. Without it: `dueOn` ascending, times descending."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        columns = {"dueOn": "due_on", "createdAt": "created_at", "closedAt": "closed_at"}
        order = sorting(columns, self.sort, self.direction, falling=frozenset({"createdAt", "closedAt"}))
        return super().arguments(mine="is_mine", **renamed) | order


class TaskClosing(RequestModel):
    """How a task ends."""

    state: Literal["done", "dismissed"]
    """`dismissed` needs a comment."""
    comment: Annotated[str, StringConstraints(max_length=5000)] = Field(default="", examples=["Corrected."])
    """A comment: up to 5,000 characters."""


class ClaimSettings(ResponseModel):
    """How a brand works with claims."""

    brand_id: UUID
    """The brand."""
    markets: list[str] = Field(examples=[["GB", "DE"]])
    """The markets that the brand chose; empty for its country alone."""
    checked_markets: list[str] = Field(examples=[["GB", "DE"]])
    """The markets against which contents are checked before they are published."""
    is_delivered: bool
    """Whether delivery lists the claims of each published content."""
    has_claims: bool
    """Whether the brand has claims at all: without any, publishing asks for no check."""
    version: int = Field(ge=1)
    """Counts the changes, from 1 before the first one; send it as `If-Match` with a change."""
    allowed_actions: list[Literal["read", "update"]] = Field(examples=[["read", "update"]])
    """The actions that the caller may take."""


class ClaimSettingsRequest(RequestModel):
    """How a brand works with claims."""

    markets: list[Market] = Field(default_factory=list, max_length=10)
    """The markets against which contents are checked before they are published, up to 10, with the country of the brand
    among them. Empty: that country alone."""
    is_delivered: bool = False
    """Whether delivery lists the claims of each published content, with their evidence."""
