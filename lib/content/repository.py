"""The queries of contents."""

from typing import Any, Final
from uuid import UUID

from lib.content import commands
from lib.content.activity import ActivityQuery
from lib.content.commands import Command, NewContent, Update
from lib.content.markup import Written
from lib.content.people import Names
from lib.content.queries import COLUMNS, ContentQuery, SearchQuery, SuggestionQuery
from lib.content.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, fetch_rows, run
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.cursor import Cursor
from lib.core.http.envelope import PageRequest

register_unique_fields(UNIQUE_FIELDS)

# The SQL function of each action.
_FUNCTIONS: Final[dict[type[Command], str]] = {
    commands.Submission: "submit_content",
    commands.Approval: "approve_content",
    commands.Rejection: "reject_content",
    commands.ChangeRequest: "request_changes",
    commands.Withdrawal: "withdraw_content",
    commands.Restart: "restart_review",
    commands.Publication: "publish_content",
    commands.Schedule: "schedule_content",
    commands.Unscheduling: "unschedule_content",
    commands.Archival: "archive_content",
    commands.Reopening: "reopen_content",
    commands.Deletion: "delete_content",
    commands.Restoration: "restore_content",
    commands.Duplication: "duplicate_content",
    commands.NewVersion: "save_version",
    commands.VersionRestoration: "restore_version",
}


def as_arguments(content: NewContent, written: Written) -> Row:
    """Returns the arguments of create_content; the function has defaults for values that were not sent."""
    row = content.model_dump(mode="json", exclude_none=True, exclude={"metadata"})
    row |= {"metadata": content.metadata.model_dump(by_alias=True, exclude_none=True), "body": written.body or ""}
    rich = written.rich()
    return row if rich is None else row | {"rich": rich}


async def create(db: Db, *, content: NewContent, written: Written) -> list[Row]:
    """Creates a content; returns it as the one row."""
    return await command(db, "create_content", as_arguments(content, written))


async def update(db: Db, *, content_id: UUID, update: Update, written: Written) -> list[Row]:
    """Applies changes to the version that was read; returns the content as the one row."""
    arguments: Row = {
        "content_id": str(content_id),
        "expected_version": update.expected_version,
        "changes": update.changes.as_row(written),
        "is_autosave": update.is_autosave,
        "note": update.note,
    }
    if (rich := written.rich()) is not None:
        arguments["rich"] = rich
    return await command(db, "update_content", arguments)


async def act(db: Db, *, content_id: UUID, action: Command, expected_version: int | None) -> list[Row]:
    """Runs an action; returns the content as the one row, nothing after a deletion."""
    if expected_version is not None:
        db.headers["X-Expected-Version"] = str(expected_version)  # private.lock_content reads it
    arguments = action.model_dump(mode="json", exclude_none=True)
    if isinstance(action, commands.ChangeRequest):
        arguments["comment"] = arguments.pop("reason")
    return await command(db, _FUNCTIONS[type(action)], {"content_id": str(content_id)} | arguments)


async def fetch(db: Db, *, content_id: UUID, expand: list[str]) -> Row:
    """Returns a content with its people and what expand names. Raises NotFound where the caller may not read it."""
    return (await run(call(db, "get_content", {"content_id": str(content_id), "expand": expand}))).data


async def fetch_list(db: Db, *, query: ContentQuery, cursor: Cursor | None, is_counted: bool) -> Row:
    """Returns {items, total, people, …} of a page and one item more. The total is null unless it is counted."""
    arguments = {
        "filters": query.filters(),
        "sort": COLUMNS[query.sort],
        "is_descending": query.is_descending,
        "cursor_at": {"value": cursor.value, "id": str(cursor.id)} if cursor else None,
        "page_offset": 0 if cursor else (query.page - 1) * query.page_size,
        "page_size": query.page_size + 1,
        "is_counted": is_counted,
        "expand": query.expand,
    }
    return (await run(call(db, "list_contents", arguments))).data


async def search(db: Db, *, query: SearchQuery) -> Row:
    """Returns {items, facets, total, is_truncated}."""
    arguments = {
        "query": query.q,
        "filters": query.named(),
        "sort": COLUMNS[query.sort],
        "page_offset": (query.page - 1) * query.page_size,
        "page_size": query.page_size,
    }
    return (await run(call(db, "search_contents", arguments))).data


async def suggest(db: Db, *, query: SuggestionQuery) -> list[Row]:
    """Returns suggestions, best first."""
    brand = str(query.brand_id) if query.brand_id else None
    arguments = {"typed": query.q, "brand": brand, "max_results": query.limit}
    return await fetch_rows(call(db, "suggest_contents", arguments))


async def fetch_score(db: Db, *, content_id: UUID) -> Row:
    """Returns the parts of the score."""
    return (await run(call(db, "score_content", {"content_id": str(content_id)}))).data


async def _listed(db: Db, function: str, arguments: Row) -> tuple[list[Row], int, Names]:
    """The items of a page, how many there are in all (0 if the query does not count), and the names of their people."""
    answer = (await run(call(db, function, arguments))).data
    return answer["items"], answer.get("total") or 0, answer["people"]


async def fetch_version_list(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int, Names]:
    """Returns versions without their snapshots, newest first, their number, and the names of their people."""
    arguments = {"content_id": str(content_id), "page_offset": page.offset, "page_size": page.page_size}
    return await _listed(db, "list_content_versions", arguments)


async def fetch_versions(db: Db, *, content_id: UUID, versions: list[int]) -> tuple[list[Row], Names]:
    """Returns the versions that exist of these, lowest first, and the names of their people."""
    arguments = {"content_id": str(content_id), "versions": versions}
    rows, _, names = await _listed(db, "get_version", arguments)
    return rows, names


async def fetch_history(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int, Names]:
    """Returns the events of the content, its runs, comments and generations, oldest first, and their actors' names."""
    arguments = {"content_id": str(content_id), "page_offset": page.offset, "page_size": page.page_size}
    return await _listed(db, "list_content_history", arguments)


async def fetch_activity(db: Db, *, query: ActivityQuery, before: UUID | None) -> tuple[list[Row], Names]:
    """Returns the events of a page and one more, newest first, and the names of their actors."""
    arguments: dict[str, Any] = {
        "brand_id": str(query.brand_id),
        "filters": query.filters(),
        "before_id": str(before) if before else None,
        "page_size": query.page_size + 1,
    }
    rows, _, names = await _listed(db, "list_activity", arguments)
    return rows, names
