"""The shapes of reference §6.3: success, error, and pages with links."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from pydantic import Field

from lib.core.http.errors import ApiError
from lib.core.http.models import ResponseModel

API_VERSION = "1.0"
MAX_PAGE_SIZE = 100


class Meta(ResponseModel):
    timestamp: datetime = Field(default_factory=lambda: datetime.now(UTC))
    version: str = API_VERSION


class Success[T](ResponseModel):
    success: Literal[True] = True
    data: T
    meta: Meta = Field(default_factory=Meta)


class Pagination(ResponseModel):
    page: int
    page_size: int
    total_pages: int
    total_items: int


type Link = Annotated[str, Field(examples=["/api/v1/contents?page=1&pageSize=20"])]


class Links(ResponseModel):
    self: Link
    next: Link | None
    prev: Link | None
    first: Link
    last: Link


class Page[T](ResponseModel):
    success: Literal[True] = True
    data: Sequence[T]
    pagination: Pagination
    links: Links
    meta: Meta = Field(default_factory=Meta)


class CursorPagination(ResponseModel):
    """By page, or past a cursor: then nothing is counted, and the first three are null."""

    page: int | None
    total_pages: int | None
    total_items: int | None
    page_size: int
    next_cursor: str | None = Field(examples=["eyJzIjoidXBkYXRlZF9hdCJ9"])
    """To be sent as ``cursor``: what comes after the last item of this page, whatever was added meanwhile."""


class CursorLinks(ResponseModel):
    self: Link
    next: Link | None
    prev: Link | None
    first: Link
    last: Link | None


class CursorPage[T](ResponseModel):
    success: Literal[True] = True
    data: Sequence[T]
    pagination: CursorPagination
    links: CursorLinks
    meta: Meta = Field(default_factory=Meta)


class Problem(ResponseModel):
    code: str
    message: str
    details: list[dict[str, str]]
    request_id: str


class Failure(ResponseModel):
    success: Literal[False] = False
    error: Problem


class PageRequest(ResponseModel):
    """``?page=&pageSize=`` of a list; pages are counted from 1."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    page_size: int = Field(default=20, ge=1, le=MAX_PAGE_SIZE)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    @property
    def last(self) -> int:
        """The index of the last row of the page, counted from 0 like the offset."""
        return self.offset + self.page_size - 1


def page_request(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE_SIZE)] = 20,
) -> PageRequest:
    return PageRequest(page=page, page_size=page_size)


type Filters = dict[str, str | None] | list[tuple[str, str]]


def _kept(filters: Filters) -> list[tuple[str, str]]:
    named = filters.items() if isinstance(filters, dict) else filters
    return [(name, value) for name, value in named if value is not None]


def page_of[T](items: Sequence[T], total: int, request: PageRequest, path: str, filters: Filters) -> Page[T]:
    """A page with its links; ``filters`` are repeated in every link."""
    total_pages = -(-total // request.page_size)
    kept = _kept(filters)

    def link(page: int) -> str:
        return f"{path}?{urlencode([*kept, ('page', str(page)), ('pageSize', str(request.page_size))])}"

    return Page(
        data=items,
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
    """What comes after a cursor, or without one the beginning of a list."""
    kept = _kept(filters)

    def link(cursor: str | None) -> str:
        place = [("cursor", cursor)] if cursor else []
        return f"{path}?{urlencode([*kept, *place, ('pageSize', str(page_size))])}"

    return CursorPage(
        data=items,
        pagination=CursorPagination(
            page=None, total_pages=None, total_items=None, page_size=page_size, next_cursor=next_cursor
        ),
        links=CursorLinks(
            self=link(cursor), next=link(next_cursor) if next_cursor else None, prev=None, first=link(None), last=None
        ),
    )


def with_cursor[T](page: Page[T], next_cursor: str | None) -> CursorPage[T]:
    """A page by number that also gives the cursor from which to read on."""
    counted = page.pagination.model_dump()
    return CursorPage(
        data=page.data,
        pagination=CursorPagination(**counted, next_cursor=next_cursor),
        links=CursorLinks(**page.links.model_dump()),
    )


def failure(error: ApiError, request_id: str) -> Failure:
    details = [{name: str(value) for name, value in detail.items()} for detail in error.details]
    problem = Problem(code=error.code, message=error.message, details=details, request_id=request_id)
    return Failure(error=problem)
