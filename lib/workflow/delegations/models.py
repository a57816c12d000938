"""Delegations: who stands in for a person who is away (domain §5)."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, computed_field, model_validator
from pydantic.alias_generators import to_camel

from lib.core import docstrings
from lib.core.http.models import BrandReference, Changes, PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant, StorableInstant
from lib.core.http.validation import field_problem

type DelegationState = Literal["upcoming", "active", "ended"]
type AwayReason = Annotated[str, StringConstraints(max_length=1000), Field(examples=["Holiday"])]


class DelegationQuery(BaseModel):
    """A list of delegations: filters, of which all that are given must hold, and the page."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS
    )

    brand_id: UUID | None = None
    """Delegations of members of this brand that hold in it; requires `workflow.control`. Without it: those in which you
    are the person or the delegate."""
    user_id: UUID | None = None
    """Delegations in which this person is away or stands in."""
    state: DelegationState | None = None
    """Delegations that have not begun, that hold now, or that have ended."""
    page: int = Field(default=1, ge=1, le=1_000_000)
    """The number of the page, from 1."""
    page_size: int = Field(default=20, ge=1, le=100)
    """How many delegations a page has, 1 to 100."""

    def filters(self) -> dict[str, Any]:
        """Returns the filters that were given, as the database takes them."""
        return self.model_dump(mode="json", exclude={"page", "page_size"}, exclude_none=True)


class NewDelegation(RequestModel):
    """A person who stands in for another one for a time."""

    delegate_id: UUID
    """The person who stands in: a member of each brand of the person who is away, or of `brandId`."""
    starts_at: StorableInstant | None = None
    """When it begins. Null: now."""
    ends_at: StorableInstant
    """When it ends, within a year of its beginning."""
    user_id: UUID | None = None
    """The person who is away. Null: you. Another person requires `workflow.control` in `brandId`."""
    brand_id: UUID | None = None
    """The brand in which it holds. Null: in all brands of the person."""
    reason: AwayReason = ""
    """Why, at most 1,000 characters. Shown to both people and to admins of the brand that it is for."""
    moves_open_tasks: bool = False
    """Whether the open tasks go to the delegate as well, at most 1,000 at once, for a delegation that begins now. They
    go once the delegation is made; if that fails, the delegation stays, and `hand-over` is the way to try again."""

    @model_validator(mode="after")
    def _moves_tasks_of_people_who_are_away(self) -> Self:
        if self.moves_open_tasks and self.starts_at is not None and self.starts_at > datetime.now(UTC):
            raise field_problem("movesOpenTasks", "the delegation begins later: hand tasks over then")
        return self


class DelegationChanges(Changes):
    """Changes of a delegation that has not ended."""

    delegate_id: UUID | None = None
    """The person who stands in."""
    starts_at: StorableInstant | None = None
    """When it begins; for a delegation that has not begun."""
    ends_at: StorableInstant | None = None
    """When it ends, within a year of its beginning."""
    reason: AwayReason | None = None
    """Why, at most 1,000 characters."""


class Delegation(ResponseModel):
    """A person who stands in for another one for a time: new tasks of the one go to the other."""

    id: UUID
    """The id of the delegation."""
    user: PersonReference | None
    """The person who is away; null for people whom you may not know."""
    delegate: PersonReference | None
    """The person who stands in; null for people whom you may not know."""
    brand: BrandReference | None
    """The brand in which it holds; null for all brands of the person."""
    starts_at: Instant
    """When it begins."""
    ends_at: Instant
    """When it ends. Tasks stay where they are then, and new ones go to the person again."""
    state: DelegationState
    """Whether it has not begun, holds now, or has ended."""
    reason: str = Field(examples=["Holiday"])
    """Why; empty for none, and for admins of a brand where it holds in all brands of the person."""
    open_tasks: int = Field(ge=0, examples=[3])
    """How many open tasks the person still has, of those that you may see."""
    version: int = Field(ge=1)
    """Counts the changes of the delegation; send it as `If-Match` with a change."""
    created_by: PersonReference | None
    """The person who made it; null for people whom you may not know."""
    created_at: Instant
    """When it was made."""
    updated_at: Instant
    """When it was last changed."""
    allowed_actions: list[Literal["read", "update", "end", "handOver"]]
    """The actions that you may take now."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the delegation."""
        path = f"/api/v1/delegations/{self.id}"
        links = {"self": path}
        if "handOver" in self.allowed_actions:
            links["handOver"] = f"{path}/hand-over"
        return links | ({"brand": f"/api/v1/brands/{self.brand.id}"} if self.brand else {})


class DelegationWithTasks(Delegation):
    """A delegation, and how many open tasks went to the delegate just now."""

    moved_tasks: int = Field(ge=0, examples=[3])
    """How many open tasks went to the delegate, or to the delegate's own delegate."""
