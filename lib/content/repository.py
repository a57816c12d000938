from enum import StrEnum
from typing import Any
from uuid import UUID

from lib.content.models import ContentChanges, NewContent
from lib.content.queries import COLUMNS, ContentQuery, SearchQuery
from lib.core.data.constraints import register_unique_fields
from lib.core.data.db import Db, Row, call, command, fetch_listing, fetch_one, fetch_rows, run
from lib.core.http.cursor import Cursor
from lib.core.http.envelope import PageRequest

register_unique_fields({"content_assignees_pkey": "userId"})

_COLUMNS = (
    "id,brand_id,template_id,template_version,type,status,title,slug,excerpt,body,fields,metadata,provenance,tags,"
    "categories,assignees,score,version,major_version,minor_version,parent_id,due_at,scheduled_for,expires_at,published_at,"
    "published_by,created_by,created_at,updated_by,updated_at"
)


class Action(StrEnum):
    """What may be done to one content, by the name of the SQL function that does it."""

    SUBMIT = "submit_content"
    APPROVE = "approve_content"
    REJECT = "reject_content"
    REQUEST_CHANGES = "request_changes"
    WITHDRAW = "withdraw_content"
    RESTART = "restart_review"
    PUBLISH = "publish_content"
    SCHEDULE = "schedule_content"
    UNSCHEDULE = "unschedule_content"
    ARCHIVE = "archive_content"
    REOPEN = "reopen_content"
    DELETE = "delete_content"
    RESTORE = "restore_content"
    DUPLICATE = "duplicate_content"
    SAVE_VERSION = "save_version"
    RESTORE_VERSION = "restore_version"


def as_arguments(content: NewContent) -> Row:
    """Without what was not given: the function's own defaults stand for it."""
    row = content.model_dump(mode="json", exclude_none=True, exclude={"metadata"})
    return row | {"metadata": content.metadata.model_dump(by_alias=True, exclude_none=True)}


async def create(db: Db, *, content: NewContent) -> list[Row]:
    return await command(db, "create_content", as_arguments(content))


async def update(
    db: Db, *, content_id: UUID, expected_version: int, changes: ContentChanges, is_autosave: bool, note: str
) -> list[Row]:
    arguments = {
        "content_id": str(content_id),
        "expected_version": expected_version,
        "changes": changes.as_row(),
        "is_autosave": is_autosave,
        "note": note,
    }
    return await command(db, "update_content", arguments)


async def act(
    db: Db, *, action: Action, content_id: UUID, expected_version: int | None, arguments: dict[str, Any]
) -> list[Row]:
    if expected_version is not None:
        db.headers["X-Expected-Version"] = str(expected_version)  # private.lock_content reads it
    return await command(db, action, {"content_id": str(content_id)} | arguments)


async def fetch(db: Db, *, content_id: UUID) -> Row | None:
    query = db.from_("contents").select(_COLUMNS).eq("id", str(content_id)).is_("deleted_at", "null")
    return await fetch_one(query.limit(1))


async def fetch_list(db: Db, *, query: ContentQuery, cursor: Cursor | None) -> tuple[list[Row], int]:
    """The items of a page, or past a cursor; all of them are counted by page only."""
    arguments = {
        "filters": query.filters(),
        "sort": COLUMNS[query.sort],
        "is_descending": query.is_descending,
        "cursor_at": {"value": cursor.value, "id": str(cursor.id)} if cursor else None,
        "page_offset": 0 if cursor else (query.page - 1) * query.page_size,
        "page_size": query.page_size,
        "is_counted": cursor is None,
    }
    return await fetch_listing(call(db, "list_contents", arguments))


async def search(db: Db, *, query: SearchQuery) -> Row:
    arguments = {
        "query": query.q,
        "filters": query.named(),
        "sort": COLUMNS[query.sort],
        "page_offset": (query.page - 1) * query.page_size,
        "page_size": query.page_size,
    }
    return (await run(call(db, "search_contents", arguments))).data


async def suggest(db: Db, *, typed: str, brand_id: UUID | None, limit: int) -> list[Row]:
    brand = str(brand_id) if brand_id else None
    return await fetch_rows(call(db, "suggest_contents", {"typed": typed, "brand": brand, "max_results": limit}))


async def fetch_score(db: Db, *, content_id: UUID) -> Row:
    return (await run(call(db, "score_content", {"content_id": str(content_id)}))).data


async def fetch_version_list(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Newest first, without what they hold."""
    arguments = {"content_id": str(content_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_content_versions", arguments))


async def fetch_versions(db: Db, *, content_id: UUID, versions: list[int]) -> list[Row]:
    """Those that there are of the versions, lowest first."""
    return await fetch_rows(call(db, "get_version", {"content_id": str(content_id), "versions": versions}))


async def fetch_history(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Oldest first: the story of the content with its runs, comments and generations."""
    arguments = {"content_id": str(content_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_content_history", arguments))


async def fetch_activity(
    db: Db, *, brand_id: UUID, filters: dict[str, Any], before: UUID | None, page_size: int
) -> list[Row]:
    """Newest first."""
    arguments = {
        "brand_id": str(brand_id),
        "filters": filters,
        "before_id": str(before) if before else None,
        "page_size": page_size,
    }
    return await fetch_rows(call(db, "list_activity", arguments))
