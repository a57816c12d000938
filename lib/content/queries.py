"""The query parameters of lists, of search and of suggestions."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)

from lib.content.fields import ContentStatus
from lib.core.files.options import OPTIONS
from lib.core.http.envelope import Page
from lib.core.http.models import QueryModel, ResponseModel, SearchText, StorableText
from lib.core.http.selection import MAX_NAMES, FieldNames, split_names
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem

type SortKey = Literal["updatedAt", "createdAt", "title", "status", "score", "dueAt", "scheduledFor"]
type SearchSortKey = Literal["relevance", "updatedAt", "createdAt", "title", "status", "score"]
type Direction = Literal["asc", "desc"]
type TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
type TagName = Annotated[StorableText, StringConstraints(min_length=1, max_length=50)]
type TypedText = Annotated[StorableText, StringConstraints(min_length=1, max_length=100), Field(examples=["wint"])]
type Expandable = Literal["brand", "template", "people"]
# No `type`: FastAPI would not see the list in it, and take the last of several parameters.
Expansion = Annotated[
    list[Expandable], BeforeValidator(split_names), AfterValidator(lambda names: list(dict.fromkeys(names)))
]

COLUMNS: Final[dict[str, str]] = {
    "updatedAt": "updated_at",
    "createdAt": "created_at",
    "title": "title",
    "status": "status",
    "score": "score",
    "dueAt": "due_at",
    "scheduledFor": "scheduled_for",
    "relevance": "relevance",
}
# Parameters that say how to answer, and not which contents.
_NO_FILTERS: Final = frozenset(
    {"page", "page_size", "cursor", "sort", "direction", "q", "deleted", "fields", "expand", "format"} | OPTIONS
)
# By these, the first in a list is the lowest or the earliest.
_ASCENDING: Final = ("title", "status", "dueAt", "scheduledFor")


class _Filter(QueryModel):
    """Filters of lists and of search. Several values of a name match any of them; of tags and categories, all."""

    brand_id: UUID | None = None
    """Contents of this brand. Without it: of all your brands."""
    status: list[ContentStatus] = Field(default_factory=list, max_length=8)
    """Contents in one of these states; may be repeated, at most 8 times."""
    type: list[TypeName] = Field(default_factory=list, max_length=20)
    """Contents of one of these types; may be repeated, at most 20 times."""
    tag: list[TagName] = Field(default_factory=list, max_length=20)
    """Contents with all of these tags; may be repeated, at most 20 times."""
    created_by: UUID | None = None
    """Contents that this person created."""
    updated_from: Instant | None = None
    """Contents that were changed at this time or later."""
    updated_to: Instant | None = None
    """Contents that were changed before this time."""

    def named(self) -> dict[str, Any]:
        """Returns the filters that were given, by the names of the columns."""
        values = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in values.items() if name not in _NO_FILTERS and value != []}


class ContentFilters(_Filter):
    """All filters of contents, of which all that are given must hold."""

    category: list[TagName] = Field(default_factory=list, max_length=20)
    """Contents with all of these categories; may be repeated, at most 20 times."""
    template_id: UUID | None = None
    """Contents that were made from this template."""
    parent_id: UUID | None = None
    """Contents that were duplicated from this one."""
    updated_by: UUID | None = None
    """Contents that this person changed last."""
    assignee: UUID | None = None
    """Contents that this person works on."""
    created_from: Instant | None = None
    """Contents that were created at this time or later."""
    created_to: Instant | None = None
    """Contents that were created before this time."""
    published_from: Instant | None = None
    """Contents that were published at this time or later."""
    published_to: Instant | None = None
    """Contents that were published before this time."""
    scheduled_from: Instant | None = None
    """Contents that are scheduled for this time or later."""
    scheduled_to: Instant | None = None
    """Contents that are scheduled for before this time."""
    due_from: Instant | None = None
    """Contents that are due at this time or later."""
    due_to: Instant | None = None
    """Contents that are due before this time."""
    score_from: float | None = Field(default=None, ge=0, le=100)
    """Contents with this score, 0 to 100, or a higher one."""
    score_to: float | None = Field(default=None, ge=0, le=100)
    """Contents with this score, 0 to 100, or a lower one."""
    deleted: bool = False
    """Whether to list the bin instead: the contents that you may restore."""

    def filters(self) -> dict[str, Any]:
        """Returns the filters that were given, as the database takes them."""
        return self.named() | ({"is_deleted": True} if self.deleted else {})


class ContentQuery(ContentFilters):
    """A list of contents: by `page`, or after the `cursor` that a page gave."""

    sort: SortKey = "updatedAt"
    """The sort key. Contents without the date or the score come last; score ascending lists them first."""
    direction: Direction | None = None
    """The direction. Without it: titles, statuses, `dueAt` and `scheduledFor` ascending, all others descending."""
    page: int = Field(default=1, ge=1, le=1_000_000)
    """The number of the page, from 1. Ignored with a cursor."""
    page_size: int = Field(default=20, ge=1, le=100)
    """How many contents a page has, 1 to 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """The `nextCursor` of the page before, under the same sort and filters."""
    fields: FieldNames = Field(default_factory=list, max_length=MAX_NAMES, examples=[["title", "status"]])
    """The fields of each content to answer with, separated by commas; `id` and what `expand` asks for are always among
    them. Others are left out, also those that the schema requires. Without it: all."""
    expand: Expansion = Field(default_factory=list, max_length=3)
    """The objects to add to each content, separated by commas: `brand`, `template`, `people`."""

    @property
    def is_descending(self) -> bool:
        """Whether the highest comes first."""
        return self.sort not in _ASCENDING if self.direction is None else self.direction == "desc"

    @property
    def order(self) -> str:
        """The order of the list, as cursors name it: the column, after a minus where the highest comes first."""
        return f"{'-' if self.is_descending else ''}{COLUMNS[self.sort]}"


class SearchQuery(_Filter):
    """A search. Counts at most 1,000 matches, which can be read."""

    q: SearchText
    """The words to look for, 1 to 200 characters: all of them, in any order. `"a phrase"` asks for words one after
    another, `-word` and `-"a phrase"` exclude contents, `or` separates alternatives. Case and accents make no
    difference."""
    sort: SearchSortKey = "relevance"
    """The sort key, the highest or latest first; titles and statuses ascending."""
    page: int = Field(default=1, ge=1, le=1000)
    """The number of the page, from 1. Page times page size is at most 1,000."""
    page_size: int = Field(default=20, ge=1, le=100)
    """How many matches a page has, 1 to 100."""

    @model_validator(mode="after")
    def _is_near_the_beginning(self) -> Self:
        if self.page * self.page_size > 1000:
            raise field_problem("page", "must be at most 1,000 divided by pageSize: narrow the search")
        return self


class SuggestionQuery(QueryModel):
    """The beginning of a title as typed so far, and the brand to look in."""

    q: TypedText
    """The beginning of a title, or something like it, 1 to 100 characters."""
    brand_id: UUID | None = None
    """The brand to look in. Without it: all your brands."""
    limit: int = Field(default=8, ge=1, le=20)
    """How many suggestions to answer with at most, 1 to 20."""


class SearchHit(ResponseModel):
    """A content that a search found."""

    id: UUID
    """The id of the content."""
    brand_id: UUID
    """The brand of the content."""
    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    type: str = Field(examples=["article"])
    """The type of content."""
    status: ContentStatus
    """The state of the content."""
    tags: list[str] = Field(examples=[["winter"]])
    """The tags."""
    score: float | None = Field(examples=[77.5])
    """The score of the content, 0 to 100."""
    updated_at: Instant
    """When the content was changed last."""
    rank: float = Field(examples=[0.016])
    """How well the content matches: higher is better. Comparable within one answer only."""
    title_highlight: str = Field(examples=["What cold wind does to <mark>skin</mark>"])
    """The title as HTML: matches in `mark`, everything else escaped."""
    text_highlight: str = Field(examples=["and the <mark>skin</mark> feels tight"])
    """Parts of the text as HTML: matches in `mark`, everything else escaped."""


class Facets(ResponseModel):
    """How many of the matches that were counted, at most 1,000, have each value."""

    type: dict[str, int] = Field(examples=[{"article": 12}])
    """Matches by type."""
    status: dict[str, int] = Field(examples=[{"draft": 7, "published": 5}])
    """Matches by status."""
    tag: dict[str, int] = Field(examples=[{"winter": 9}])
    """Matches by tag."""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search."""

    hits: list[SearchHit]
    """The matches of a page."""
    facets: Facets
    total: int
    """How many contents match, at most 1,000."""
    is_truncated: bool


class SearchPage(Page[SearchHit]):
    """A page of matches."""

    facets: Facets
    """The counts of the matches on all pages, at most 1,000."""
    is_truncated: bool
    """Whether other contents may match too: where very many hold all words of a phrase, it is looked for among some
    thousand of them that changed last. Narrow the search by brand, status or time to look at others."""


class Suggestion(ResponseModel):
    """A content whose title is like what was typed."""

    id: UUID
    """The id of the content."""
    brand_id: UUID
    """The brand of the content."""
    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    type: str = Field(examples=["article"])
    """The type of content."""
    status: ContentStatus
    """The state of the content."""
