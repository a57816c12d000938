"""Defines the shapes of reference §6.3: success, error, and pages with links."""

import operator
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel, Field

from lib.core.http.errors import ApiError
from lib.core.http.models import ResponseModel
from lib.core.http.sanitised import Sanitised, noted_removals
from lib.core.http.times import Instant
from lib.core.telemetry.context import current_context

API_VERSION = "1.0"
MAX_PAGE_SIZE = 100


class Meta(ResponseModel):
    """When the answer was made, by which version of the API, what it leaves out, and what was not stored as sent."""

    timestamp: Instant = Field(default_factory=lambda: datetime.now(UTC))
    """When the answer was made."""
    version: str = API_VERSION
    """The version of the API."""
    omitted: int = Field(default_factory=lambda: current_context().omitted, ge=0, examples=[0])
    """How many resources, or parts of them, were left out because what is stored of them cannot be read. Totals count
    them all the same. Nearly always 0."""
    sanitised: list[Sanitised] = Field(default_factory=noted_removals, exclude_if=operator.not_)
    """Texts of the request of which sanitising removed something, at most 50. Missing where it removed nothing."""


class Success[T](ResponseModel):
    """The answer with one resource, or with a list that is not divided into pages."""

    success: Literal[True] = True
    """Always true; false in answers to failures."""
    data: T
    """The requested resource or resources."""
    meta: Meta = Field(default_factory=Meta)
    """When the answer was made, by which version of the API, and what it leaves out."""


class Pagination(ResponseModel):
    """Where a page is in its list."""

    page: int
    """The number of this page, from 1."""
    page_size: int
    """How many items a page has at most: 1 to 100."""
    total_pages: int
    """How many pages the list has; 0 if it is empty."""
    total_items: int
    """How many items the list has."""


type Link = Annotated[str, Field(examples=["/api/v1/contents?page=1&pageSize=20"])]


class Links(ResponseModel):
    """Paths of this page and of its neighbours, with the filters of the request."""

    self: Link
    """This page."""
    next: Link | None
    """The next page; null on the last one."""
    prev: Link | None
    """The previous page; null on the first one."""
    first: Link
    """The first page."""
    last: Link
    """The last page."""


class Page[T](ResponseModel):
    """The answer with one page of a list."""

    success: Literal[True] = True
    """Always true; false in answers to failures."""
    data: list[T]
    """The items of the page."""
    pagination: Pagination
    """Where the page is in the list."""
    links: Links
    """Paths of this page and of its neighbours."""
    meta: Meta = Field(default_factory=Meta)
    """When the answer was made, by which version of the API, and what it leaves out."""


class CursorPagination(ResponseModel):
    """Where a page is in its list. A page after a cursor is not counted: ``page`` and the totals are null."""

    page: int | None
    """The number of this page, from 1; null after a cursor."""
    total_pages: int | None
    """How many pages the list has, 0 if it is empty; null after a cursor."""
    total_items: int | None
    """How many items the list has; null after a cursor."""
    page_size: int
    """How many items a page has at most: 1 to 100."""
    next_cursor: str | None = Field(examples=["eyJzIjoidXBkYXRlZF9hdCJ9"])
    """Send it as `cursor` to get the items after this page, unshifted by items added meanwhile. Null at the end."""


class CursorLinks(ResponseModel):
    """Paths of this page and of its neighbours, with the filters of the request."""

    self: Link
    """This page."""
    next: Link | None
    """The next page; null on the last one."""
    prev: Link | None
    """The previous page; null on the first one and after a cursor."""
    first: Link
    """The first page."""
    last: Link | None
    """The last page; null after a cursor."""


class CursorPage[T](ResponseModel):
    """The answer with one page of a list that can be read by page number or by cursor."""

    success: Literal[True] = True
    """Always true; false in answers to failures."""
    data: list[T]
    """The items of the page."""
    pagination: CursorPagination
    """Where the page is in the list."""
    links: CursorLinks
    """Paths of this page and of its neighbours."""
    meta: Meta = Field(default_factory=Meta)
    """When the answer was made, by which version of the API, and what it leaves out."""


class Problem(ResponseModel):
    """Why a request failed."""

    code: str
    """The kind of failure, for programs, such as `VALIDATION_ERROR`."""
    message: str
    """The failure in words, for people."""
    details: list[dict[str, str]]
    """The single problems, each with `code`, `message` and, if it is about one, `field`; empty if there are none."""
    request_id: str
    """The id of the request in the logs, as in the header `X-Request-Id`."""


class Failure(ResponseModel):
    """The answer to every request that failed."""

    success: Literal[False] = False
    """Always false."""
    error: Problem
    """Why the request failed."""


class PageRequest(ResponseModel):
    """The page of a list that was asked for."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    """The number of the page, from 1."""
    page_size: int = Field(default=20, ge=1, le=MAX_PAGE_SIZE)
    """How many items the page has at most."""

    @property
    def offset(self) -> int:
        """Returns how many items come before the page."""
        return (self.page - 1) * self.page_size

    @property
    def last(self) -> int:
        """Returns the index of the page's last item, counted from 0 like the offset."""
        return self.offset + self.page_size - 1


async def page_request(
    page: Annotated[int, Query(ge=1, le=1_000_000, description="The number of the page, from 1.")] = 1,
    page_size: Annotated[
        int, Query(alias="pageSize", ge=1, le=MAX_PAGE_SIZE, description="How many items a page has at most.")
    ] = 20,
) -> PageRequest:
    """Reads the query parameters of a list in pages."""
    return PageRequest(page=page, page_size=page_size)


type Filters = BaseModel | dict[str, str | None]
# Where a page is, and no filter: each link of a page has its own.
_PLACE: Final = frozenset({"page", "pageSize", "cursor"})


def _kept(filters: Filters) -> list[tuple[str, str]]:
    """Returns the parameters that every link of a page repeats: of a model those that were sent, without the place."""
    if isinstance(filters, BaseModel):
        sent: dict[str, Any] = filters.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    else:
        sent = {name: value for name, value in filters.items() if value is not None}
    return [
        (name, str(item).lower() if isinstance(item, bool) else str(item))
        for name, value in sent.items()
        if name not in _PLACE
        for item in (value if isinstance(value, list) else [value])
    ]


def _before(path: str, filters: Filters) -> str:
    """Returns the beginning of every link of a page, up to its place."""
    kept = _kept(filters)
    return f"{path}?{urlencode(kept)}&" if kept else f"{path}?"


def page_of[T](items: Sequence[T], total: int, request: PageRequest, path: str, filters: Filters) -> Page[T]:
    """Returns a page with its links; ``filters`` are repeated in every link."""
    total_pages = -(-total // request.page_size)
    before = _before(path, filters)

    def link(page: int) -> str:
        return f"{before}page={page}&pageSize={request.page_size}"

    return Page(
        data=list(items),
        pagination=Pagination(
            page=request.page, page_size=request.page_size, total_pages=total_pages, total_items=total
        ),
        links=Links(
            self=link(request.page),
            next=link(request.page + 1) if request.page < total_pages else None,
            prev=link(request.page - 1) if 1 < request.page <= total_pages + 1 else None,
            first=link(1),
            last=link(max(total_pages, 1)),
        ),
    )


def cursor_page_of[T](
    items: Sequence[T], page_size: int, path: str, filters: Filters, *, cursor: str | None, next_cursor: str | None
) -> CursorPage[T]:
    """Returns the page after a cursor, or without one the first page, with its links."""
    before = _before(path, filters)

    def link(cursor: str | None) -> str:
        place = f"{urlencode({'cursor': cursor})}&" if cursor else ""
        return f"{before}{place}pageSize={page_size}"

    return CursorPage(
        data=list(items),
        pagination=CursorPagination(
            page=None, total_pages=None, total_items=None, page_size=page_size, next_cursor=next_cursor
        ),
        links=CursorLinks(
            self=link(cursor), next=link(next_cursor) if next_cursor else None, prev=None, first=link(None), last=None
        ),
    )


def with_cursor[T](page: Page[T], next_cursor: str | None) -> CursorPage[T]:
    """Returns a page by number that also gives the cursor of the items after it."""
    at, links = page.pagination, page.links
    return CursorPage(
        data=page.data,
        pagination=CursorPagination(
            page=at.page,
            page_size=at.page_size,
            total_pages=at.total_pages,
            total_items=at.total_items,
            next_cursor=next_cursor,
        ),
        links=CursorLinks(self=links.self, next=links.next, prev=links.prev, first=links.first, last=links.last),
    )


def failure(error: ApiError, request_id: str) -> Failure:
    """Returns the answer to a request that failed."""
    details = [{name: str(value) for name, value in detail.items()} for detail in error.details]
    problem = Problem(code=error.code, message=error.message, details=details, request_id=request_id)
    return Failure(error=problem)
