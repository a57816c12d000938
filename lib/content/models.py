from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.html import clean_value
from lib.core.models import RequestModel, ResponseModel

type ContentStatus = Literal[
    "draft",
    "pending_review",
    "in_review",
    "approved",
    "scheduled",
    "published",
    "archived",
    "rejected",
]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
type Title = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^<>]*$")]
type Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True)]

MAX_FIELDS: Final = 50
MAX_CHARACTERS: Final = 200_000


def clean_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Reduces HTML in any value to the allow-list.

    Which fields are rich text only the template knows. Cleaning whatever has markup in it needs no look
    at the template, and leaves no field through which markup could slip.
    """
    return clean_value(fields)


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_characters(key) + _characters(item) for key, item in value.items())
    return sum(map(_characters, value)) if isinstance(value, list) else 0


def _check_lengths(fields: dict[str, Any]) -> dict[str, Any]:
    if _characters(fields) > MAX_CHARACTERS:
        raise ValueError(f"all fields together have more than {MAX_CHARACTERS} characters")
    return fields


type Fields = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=50)], Any],
    Field(max_length=MAX_FIELDS),
    AfterValidator(_check_lengths),
    AfterValidator(clean_fields),
]


class Metadata(RequestModel):
    meta_title: str | None = Field(default=None, max_length=200)
    meta_description: str | None = Field(default=None, max_length=500)
    keywords: list[Tag] | None = Field(default=None, max_length=50)
    og_image: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")
    canonical_url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")
    target_audience: str | None = Field(default=None, max_length=500)


class NewContent(RequestModel):
    brand_id: UUID
    title: Title
    type: ContentType | None = None
    template_id: UUID | None = None
    fields: Fields = Field(default_factory=dict)
    metadata: Metadata = Field(default_factory=Metadata)
    tags: list[Tag] = Field(default_factory=list, max_length=50)


class ContentChanges(RequestModel):
    """What is not named stays; ``fields`` and ``metadata`` are merged by key."""

    title: Title | None = None
    fields: Fields | None = None
    metadata: Metadata | None = None
    tags: list[Tag] | None = Field(default=None, max_length=50)

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one of title, fields, metadata, tags")
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self


class Approval(RequestModel):
    comment: str = Field(default="", max_length=5000)


class ContentFilter(ResponseModel):
    brand_id: UUID | None = None
    status: ContentStatus | None = None
    type: str | None = None

    def as_query(self) -> dict[str, str | None]:
        """As the query parameters that were sent, for the links of a page."""
        dumped = self.model_dump(mode="json", by_alias=True)
        return {name: None if value is None else str(value) for name, value in dumped.items()}


class Content(ResponseModel):
    id: UUID
    brand_id: UUID
    template_id: UUID | None
    template_version: int | None
    type: str
    status: ContentStatus
    title: str
    fields: dict[str, Any]
    metadata: dict[str, Any]
    tags: list[str]
    version: int
    published_at: datetime | None
    published_by: UUID | None
    created_by: UUID | None
    created_at: datetime
    updated_by: UUID | None
    updated_at: datetime

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        path = f"/api/v1/contents/{self.id}"
        links = {
            "self": path,
            "brand": f"/api/v1/brands/{self.brand_id}",
            "versions": f"{path}/versions",
            "events": f"{path}/events",
        }
        if self.template_id:
            links["template"] = f"/api/v1/templates/{self.template_id}"
        if self.status == "draft":
            links["submit"] = f"{path}/submit"
        if self.status in ("pending_review", "in_review"):
            links["approve"] = f"{path}/approve"
        if self.status in ("approved", "scheduled"):
            links["publish"] = f"{path}/publish"
        return links


class ContentVersion(ResponseModel):
    version: int
    action: str
    snapshot: dict[str, Any]
    created_by: UUID | None
    created_at: datetime


class HistoryEntry(ResponseModel):
    id: UUID
    type: str
    aggregate_type: str
    aggregate_id: UUID
    aggregate_version: int | None
    actor_id: UUID | None
    actor_name: str | None
    payload: dict[str, Any]
    request_id: str | None
    occurred_at: datetime


class SearchHit(ResponseModel):
    id: UUID
    brand_id: UUID
    title: str
    type: str
    status: ContentStatus
    updated_at: datetime
    rank: float
