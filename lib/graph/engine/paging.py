"""Pages of GraphQL: `first` and `after` as Relay has them, or `pagination` by number, for the lists of the services."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from lib.core.http.cursor import Cursor
from lib.core.http.envelope import MAX_PAGE_SIZE, PageRequest
from lib.core.http.errors import ErrorDetail, ValidationFailed

DEFAULT_PAGE_SIZE: Final = 20
_MAX_OFFSET: Final = 1_000_000
_OFFSET: Final = re.compile(r"after:(\d{1,9})")


def _refused(name: str, message: str) -> ValidationFailed:
    detail: ErrorDetail = {"field": name, "code": "INVALID_FORMAT", "message": message}
    return ValidationFailed("the request is not valid", details=[detail])


def _offset_cursor(offset: int) -> str:
    """Returns the cursor of the item before which so many stand."""
    return urlsafe_b64encode(f"after:{offset + 1}".encode()).decode().rstrip("=")


def _offset_of(cursor: str) -> int | None:
    """Returns how many items a cursor of ours leaves out; None for a cursor of a service."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        return None
    found = _OFFSET.fullmatch(text)
    return int(found[1]) if found else None


class OffsetRequest(PageRequest):
    """A page that begins anywhere in its list."""

    start: int = 0
    """How many items come before it."""

    @property
    def offset(self) -> int:
        """Returns how many items come before the page."""
        return self.start


@dataclass(frozen=True, slots=True)
class Paging:
    """The page of a list that was asked for."""

    page_size: int = DEFAULT_PAGE_SIZE
    after: str | None = None
    number: int | None = None
    """The number of the page, where it was asked for by number."""

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> "Paging":
        """Takes the arguments of paging out of those of a field. Raises ValidationFailed."""
        first, after, pages = (arguments.pop(name, None) for name in ("first", "after", "pagination"))
        if pages is not None and (first is not None or after is not None):
            raise _refused("pagination", "cannot be combined with first and after")
        pages = pages or {}
        size = pages.get("pageSize") if pages else first
        size, number = DEFAULT_PAGE_SIZE if size is None else size, pages.get("page")
        if not 1 <= size <= MAX_PAGE_SIZE:
            raise _refused("pagination.pageSize" if pages else "first", f"must be 1 to {MAX_PAGE_SIZE}")
        if number is not None and not 1 <= number <= _MAX_OFFSET:
            raise _refused("pagination.page", f"must be 1 to {_MAX_OFFSET:,}")
        if after is not None and not 1 <= len(after) <= 2000:
            raise _refused("after", "is not a cursor of this list")
        return cls(size, after, number)

    @property
    def offset(self) -> int:
        """How many items come before the page. Raises ValidationFailed for a cursor of another list."""
        if self.after is None:
            return ((self.number or 1) - 1) * self.page_size
        offset = _offset_of(self.after)
        if offset is None or offset > _MAX_OFFSET:
            raise _refused("after", "is not a cursor of this list")
        return offset

    @property
    def page(self) -> int:
        """The number of the page, for services that take no offset. Raises ValidationFailed in the middle of one."""
        number, rest = divmod(self.offset, self.page_size)
        if rest:
            raise _refused("first", "must stay the same from page to page of this list")
        return number + 1

    @property
    def request(self) -> PageRequest:
        """The page, for services that take a PageRequest."""
        return OffsetRequest(page=1, page_size=self.page_size, start=self.offset)

    def require_first(self) -> None:
        """Raises ValidationFailed for a later page by number of a list that goes on by cursors only."""
        if (self.number or 1) > 1:
            raise _refused("pagination.page", "must be 1: this list goes on by cursors")

    @property
    def cursor(self) -> str | None:
        """The cursor, for services that have cursors of their own."""
        return self.after


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page is in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Edge[T]:
    """An item of a page and its place."""

    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class Connection[T]:
    """A page of a list."""

    nodes: Sequence[T]
    page_info: PageInfo
    total_count: int | None
    cursor_of: Callable[[int], str] = field(repr=False)

    @property
    def edges(self) -> list[Edge[T]]:
        """The items with their places."""
        return [Edge(self.cursor_of(index), node) for index, node in enumerate(self.nodes)]


def connection_of[T](items: Sequence[T], paging: Paging, *, total: int) -> Connection[T]:
    """Returns a page of a list that the service gives by offset."""
    start, end = paging.offset, paging.offset + len(items)

    def cursor_of(index: int) -> str:
        return _offset_cursor(start + index)

    info = PageInfo(
        has_next_page=end < total and bool(items),
        has_previous_page=start > 0,
        start_cursor=cursor_of(0) if items else None,
        end_cursor=cursor_of(len(items) - 1) if items else None,
    )
    return Connection(items, info, total, cursor_of)


def cursor_behind(order: str, *, value: str | None = None, key: str = "id") -> Callable[[Any], str]:
    """Returns what makes the cursor behind an item of a list, as ``cut_page`` makes it of a row.

    ``value`` and ``key``: the attributes of the value by which the list is sorted, and of the id.
    """

    def cursor_of(item: Any) -> str:
        found = getattr(item, value) if value else None
        return Cursor(order, found.isoformat() if isinstance(found, datetime) else found, getattr(item, key)).encode()

    return cursor_of


def cursor_connection[T](
    items: Sequence[T],
    paging: Paging,
    *,
    next_cursor: str | None,
    cursor_of: Callable[[T], str],
    total: int | None = None,
) -> Connection[T]:
    """Returns a page of a list that the service gives by cursors of its own.

    ``next_cursor``: behind the last item, None at the end of the list; ``cursor_of``: makes that behind an item.
    """

    def cursor_at(index: int) -> str:
        return cursor_of(items[index])

    info = PageInfo(
        has_next_page=next_cursor is not None,
        has_previous_page=paging.after is not None or (paging.number or 1) > 1,
        start_cursor=cursor_at(0) if items else None,
        end_cursor=next_cursor or (cursor_at(len(items) - 1) if items else None),
    )
    return Connection(items, info, total, cursor_at)
