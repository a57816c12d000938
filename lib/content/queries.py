"""What is asked of lists, of search and of the activity feed."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from lib.content.fields import ContentStatus
from lib.core.http.envelope import Page
from lib.core.http.models import Instant, ResponseModel, SearchText, StorableText

type SortKey = Literal["updatedAt", "createdAt", "title", "status", "score"]
type SearchSortKey = Literal["relevance", "updatedAt", "createdAt", "title", "status", "score"]
type Direction = Literal["asc", "desc"]
type TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
type TagName = Annotated[StorableText, StringConstraints(min_length=1, max_length=50)]

COLUMNS: dict[str, str] = {
    "updatedAt": "updated_at",
    "createdAt": "created_at",
    "title": "title",
    "status": "status",
    "score": "score",
    "relevance": "relevance",
}


class _Filter(BaseModel):
    """Query parameters: several values of one name are any of them, of tags and categories all of them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True)

    brand_id: UUID | None = None
    status: list[ContentStatus] = Field(default_factory=list, max_length=8)
    type: list[TypeName] = Field(default_factory=list, max_length=20)
    tag: list[TagName] = Field(default_factory=list, max_length=20)
    created_by: UUID | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None

    def named(self) -> dict[str, Any]:
        """The filters that were asked for, by the names of the columns."""
        values = self.model_dump(mode="json", exclude_none=True)
        skipped = {"page", "page_size", "cursor", "sort", "direction", "q", "deleted"}
        return {name: value for name, value in values.items() if name not in skipped and value != []}

    def as_query(self) -> list[tuple[str, str]]:
        """As the query parameters that were sent, for the links of a page."""
        values = self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        kept = {name: value for name, value in values.items() if name not in ("page", "pageSize", "cursor")}
        return [
            (name, str(item).lower() if isinstance(item, bool) else str(item))
            for name, value in kept.items()
            for item in (value if isinstance(value, list) else [value])
        ]


class ContentQuery(_Filter):
    """Of a list: by ``page``, or past the ``cursor`` that a page gave."""

    category: list[TagName] = Field(default_factory=list, max_length=20)
    template_id: UUID | None = None
    parent_id: UUID | None = None
    updated_by: UUID | None = None
    assignee: UUID | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    published_from: Instant | None = None
    published_to: Instant | None = None
    scheduled_from: Instant | None = None
    scheduled_to: Instant | None = None
    due_from: Instant | None = None
    due_to: Instant | None = None
    score_from: float | None = Field(default=None, ge=0, le=100)
    score_to: float | None = Field(default=None, ge=0, le=100)
    deleted: bool = False
    """The bin instead: what the caller may restore."""
    sort: SortKey = "updatedAt"
    direction: Direction | None = None
    """Without one: titles and statuses from a to z, all else the highest first."""
    page: int = Field(default=1, ge=1, le=1_000_000)
    page_size: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)

    @property
    def is_descending(self) -> bool:
        return self.sort not in ("title", "status") if self.direction is None else self.direction == "desc"

    @property
    def order(self) -> str:
        return f"{'-' if self.is_descending else ''}{COLUMNS[self.sort]}"

    def filters(self) -> dict[str, Any]:
        return self.named() | ({"is_deleted": True} if self.deleted else {})


class SearchQuery(_Filter):
    """The first thousand matches can be paged through."""

    q: SearchText
    sort: SearchSortKey = "relevance"
    page: int = Field(default=1, ge=1, le=1000)
    page_size: int = Field(default=20, ge=1, le=100)

    @model_validator(mode="after")
    def _is_near_the_beginning(self) -> Self:
        if self.page * self.page_size > 1000:
            raise ValueError("the first thousand matches can be read: narrow the search")
        return self


class SearchHit(ResponseModel):
    id: UUID
    brand_id: UUID
    title: str = Field(examples=["What cold wind does to skin"])
    type: str = Field(examples=["article"])
    status: ContentStatus
    tags: list[str] = Field(examples=[["winter"]])
    score: float | None = Field(examples=[77.5])
    updated_at: AwareDatetime
    rank: float = Field(examples=[0.016])
    title_highlight: str = Field(examples=["What cold wind does to <mark>skin</mark>"])
    text_highlight: str = Field(examples=["and the <mark>skin</mark> feels tight"])
    """HTML: the text with what matched in ``mark``, and everything else escaped."""


class Facets(ResponseModel):
    """How many of the matches have which value."""

    type: dict[str, int] = Field(examples=[{"article": 12}])
    status: dict[str, int] = Field(examples=[{"draft": 7, "published": 5}])
    tag: dict[str, int] = Field(examples=[{"winter": 9}])


class SearchPage(Page[SearchHit]):
    facets: Facets


class Suggestion(ResponseModel):
    id: UUID
    brand_id: UUID
    title: str = Field(examples=["What cold wind does to skin"])
    type: str = Field(examples=["article"])
    status: ContentStatus
