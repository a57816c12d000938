from typing import Any
from uuid import UUID

from lib.content import repository
from lib.content.activity import ActivityEntry, ActivityQuery, describe
from lib.content.diff import Comparison, compare
from lib.content.highlight import as_html
from lib.content.models import (
    Content,
    ContentChanges,
    ContentHead,
    ContentVersion,
    ContentVersionListed,
    HistoryEntry,
    NewContent,
    Score,
)
from lib.content.queries import COLUMNS, ContentQuery, Facets, SearchHit, SearchQuery, Suggestion
from lib.content.repository import Action
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.http.cursor import Cursor, decode_cursor
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound


def _to_content(rows: list[Row]) -> Content:
    if not rows:
        raise NotFound("content not found")
    return Content.model_validate(rows[0])


async def create_content(principal: Principal, *, content: NewContent) -> Content:
    return _to_content(await repository.create(principal.db, content=content))


async def update_content(
    principal: Principal,
    *,
    content_id: UUID,
    expected_version: int,
    changes: ContentChanges,
    is_autosave: bool = False,
    note: str = "",
) -> Content:
    """Raises PreconditionFailed, with the current version in its details, when another change came first."""
    rows = await repository.update(
        principal.db,
        content_id=content_id,
        expected_version=expected_version,
        changes=changes,
        is_autosave=is_autosave,
        note=note,
    )
    return _to_content(rows)


async def act(
    principal: Principal, *, action: Action, content_id: UUID, seen: int | None = None, **arguments: Any
) -> Content:
    """The content after it was submitted, approved, published …; the database knows who may, and when.

    With the version that the caller saw, only that one: raises PreconditionFailed for another.
    """
    rows = await repository.act(
        principal.db, action=action, content_id=content_id, expected_version=seen, arguments=arguments
    )
    return _to_content(rows)


async def delete_content(principal: Principal, *, content_id: UUID, seen: int | None = None) -> None:
    """Takes it out of sight; ``Action.RESTORE`` brings it back."""
    await repository.act(principal.db, action=Action.DELETE, content_id=content_id, expected_version=seen, arguments={})


async def get_content(principal: Principal, *, content_id: UUID) -> Content:
    row = await repository.fetch(principal.db, content_id=content_id)
    return _to_content([row] if row else [])


async def list_contents(principal: Principal, *, query: ContentQuery) -> tuple[list[ContentHead], int, str | None]:
    """The items, how many there are in all (0 past a cursor), and the cursor behind the last, if others may follow."""
    cursor = decode_cursor(query.cursor, query.order) if query.cursor else None
    rows, total = await repository.fetch_list(principal.db, query=query, cursor=cursor)
    items = [ContentHead.model_validate(row) for row in rows]
    is_last = cursor is None and query.page * query.page_size >= total
    return items, total, None if is_last else _cursor_behind(rows, query)


def _cursor_behind(rows: list[Row], query: ContentQuery) -> str | None:
    if len(rows) < query.page_size:
        return None
    last = rows[-1]
    return Cursor(query.order, last[COLUMNS[query.sort]], UUID(last["id"])).encode()


async def search_contents(principal: Principal, *, query: SearchQuery) -> tuple[list[SearchHit], Facets, int]:
    """The hits of a page, the facets of all matches, and how many those are."""
    found = await repository.search(principal.db, query=query)
    hits = [
        SearchHit.model_validate(
            row
            | {
                "title_highlight": as_html(row["title_highlight"]),
                "text_highlight": as_html(row["text_highlight"]),
            }
        )
        for row in found["items"]
    ]
    return hits, Facets.model_validate(found["facets"]), found["total"]


async def suggest_contents(principal: Principal, *, typed: str, brand_id: UUID | None, limit: int) -> list[Suggestion]:
    rows = await repository.suggest(principal.db, typed=typed, brand_id=brand_id, limit=limit)
    return [Suggestion.model_validate(row) for row in rows]


async def get_score(principal: Principal, *, content_id: UUID) -> Score:
    return Score.model_validate(await repository.fetch_score(principal.db, content_id=content_id))


async def list_versions(
    principal: Principal, *, content_id: UUID, page: PageRequest
) -> tuple[list[ContentVersionListed], int]:
    rows, total = await repository.fetch_version_list(principal.db, content_id=content_id, page=page)
    return [ContentVersionListed.model_validate(row) for row in rows], total


async def get_version(principal: Principal, *, content_id: UUID, version: int) -> ContentVersion:
    rows = await repository.fetch_versions(principal.db, content_id=content_id, versions=[version])
    if not rows:
        raise NotFound("version not found")
    return ContentVersion.model_validate(rows[0])


async def compare_versions(principal: Principal, *, content_id: UUID, from_version: int, to_version: int) -> Comparison:
    rows = await repository.fetch_versions(principal.db, content_id=content_id, versions=[from_version, to_version])
    snapshots = {row["version"]: row["snapshot"] for row in rows}
    if from_version not in snapshots or to_version not in snapshots:
        raise NotFound("version not found")
    changes = compare(snapshots[from_version], snapshots[to_version])
    return Comparison(from_version=from_version, to_version=to_version, changes=changes)


async def list_history(principal: Principal, *, content_id: UUID, page: PageRequest) -> tuple[list[HistoryEntry], int]:
    rows, total = await repository.fetch_history(principal.db, content_id=content_id, page=page)
    return [HistoryEntry.model_validate(row) for row in rows], total


async def list_activity(
    principal: Principal, *, brand_id: UUID, query: ActivityQuery
) -> tuple[list[ActivityEntry], str | None]:
    """What happened in a brand, newest first, and the cursor behind the last."""
    before = decode_cursor(query.cursor, "-id").id if query.cursor else None
    rows = await repository.fetch_activity(
        principal.db, brand_id=brand_id, filters=query.filters(), before=before, page_size=query.page_size
    )
    cursor = Cursor("-id", None, UUID(rows[-1]["id"])).encode() if len(rows) == query.page_size else None
    return [describe(row) for row in rows], cursor
