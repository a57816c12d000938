"""The use cases of contents. SQL decides what the caller may do (supabase/schemas/content/data/rules.sql)."""

import hashlib
from typing import Final
from uuid import UUID

from pydantic_core import to_json

from lib.content import repository
from lib.content.activity import ActivityEntry, ActivityQuery, describe
from lib.content.commands import Command, Deletion, NewContent, Update
from lib.content.diff import Comparison, compare
from lib.content.highlight import as_html
from lib.content.markup import Written, text_length, write_for_brand
from lib.content.models import Content, ContentHead, Score
from lib.content.people import Names, name_people
from lib.content.queries import (
    COLUMNS,
    ContentQuery,
    Expandable,
    Facets,
    Found,
    SearchHit,
    SearchQuery,
    Suggestion,
    SuggestionQuery,
)
from lib.content.reviews import as_review
from lib.content.versions import ContentVersion, ContentVersionListed, HistoryEntry
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.cursor import cut_page, decode_cursor
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound
from lib.core.http.heavy import run_heavy
from lib.core.http.selection import selection_of

# Columns that the version tells already.
_TEXTS: Final = frozenset({"body", "fields", "metadata", "provenance"})
_PEOPLE: Final = ("assignees", "published_by", "created_by", "updated_by")


def as_content(row: Row, answer: Row) -> Row:
    """Returns a row of a content with the people and the expanded objects of the answer that it came in."""
    shown = name_people(row, answer["people"], *_PEOPLE)
    shown.pop("people", None)
    if shown.get("review"):
        shown["review"] = as_review(shown["review"])
    if "brands" in answer:
        shown["brand"] = answer["brands"].get(row["brand_id"])
    if "templates" in answer:
        shown["template"] = answer["templates"].get(row["template_id"])
    if "profiles" in answer:
        named = {*row["assignees"], row["published_by"], row["created_by"], row["updated_by"]}
        shown["people"] = [profile for person, profile in answer["profiles"].items() if person in named]
    return shown


def content_of(rows: list[Row]) -> Content:
    """Returns the content that a command answers as its one row. Raises NotFound where it answers none."""
    if not rows:
        raise NotFound("content not found")
    return read_row(Content, rows[0], shape=lambda row: as_content(row, row))


def _told(rows: list[Row], written: Written) -> Content:
    """Returns the content that a command answers, and tells what was removed from its texts."""
    content = content_of(rows)
    written.tell(content.plain_texts)
    return content


async def create_content(principal: Principal, *, content: NewContent) -> Content:
    """Creates a draft. Raises Forbidden below editor, and NotFound for strangers to the brand."""

    async def send(written: Written) -> list[Row]:
        return await repository.create(principal.db, content=content, written=written)

    length = text_length(content.body, content.fields)
    rows, written = await write_for_brand(content.brand_id, length=length, write=content.written, send=send)
    return _told(rows, written)


async def update_content(principal: Principal, *, content_id: UUID, update: Update) -> Content:
    """Applies changes. Raises PreconditionFailed, with the current version, when another change came first."""

    async def send(written: Written) -> list[Row]:
        return await repository.update(principal.db, content_id=content_id, update=update, written=written)

    length = text_length(update.changes.body, update.changes.fields)
    rows, written = await write_for_brand(content_id, length=length, write=update.changes.written, send=send)
    return _told(rows, written)


async def act(
    principal: Principal, *, content_id: UUID, action: Command, expected_version: int | None = None
) -> Content:
    """Runs an action and returns the content after it.

    Raises Forbidden or Conflict with the rule that refuses it in the details, and PreconditionFailed where a version is
    expected and the content has another.
    """
    rows = await repository.act(principal.db, content_id=content_id, action=action, expected_version=expected_version)
    return content_of(rows)


async def delete_content(principal: Principal, *, content_id: UUID, expected_version: int | None = None) -> None:
    """Moves a content to the bin; ``Restoration`` brings it back. Raises as ``act`` does."""
    await repository.act(principal.db, content_id=content_id, action=Deletion(), expected_version=expected_version)


async def get_content(
    principal: Principal, *, content_id: UUID, expand: list[Expandable] | None = None
) -> tuple[Content, str]:
    """Returns a content and a hash of its properties other than the texts.

    The version alone does not tell a stored answer from a new one: the permitted actions, names and the score change
    without it.
    """
    row = await repository.fetch(principal.db, content_id=content_id, expand=list(expand or []))
    item = read_row(Content, row, shape=lambda row: as_content(row, row))
    # Made from the row of the database: making it from the model would build the answer twice.
    beside = to_json({name: value for name, value in row.items() if name not in _TEXTS})
    return item, hashlib.blake2b(beside, digest_size=8).hexdigest()


async def list_contents(
    principal: Principal, *, query: ContentQuery, is_counted: bool | None = None
) -> tuple[list[ContentHead], int, str | None]:
    """Returns the items, their number in all (0 unless counted), and the cursor after the last, if others follow.

    ``is_counted``: None for pages by number only. Raises ValidationFailed for a cursor of another order and for fields
    that contents do not have.
    """
    selection_of(ContentHead, query.fields)
    cursor = decode_cursor(query.cursor, query.order) if query.cursor else None
    counted = cursor is None if is_counted is None else is_counted
    answer = await repository.fetch_list(principal.db, query=query, cursor=cursor, is_counted=counted)
    rows, following = cut_page(answer["items"], query.page_size, query.order, value=COLUMNS[query.sort])
    access = {content_id: group for group in answer["access"] for content_id in group["content_ids"]}
    items = read_rows(ContentHead, rows, shape=lambda row: as_content(row, answer) | access.get(row["id"], {}))
    return items, answer["total"] or 0, following


def _with_highlights(row: Row) -> Row:
    return row | {name: as_html(row[name]) for name in ("title_highlight", "text_highlight")}


async def search_contents(principal: Principal, *, query: SearchQuery) -> Found:
    """Returns the hits of a page and what is known of all matches."""
    found = await repository.search(principal.db, query=query)
    hits = read_rows(SearchHit, found["items"], shape=_with_highlights)
    return Found(hits, read_row(Facets, found["facets"]), found["total"], found["is_truncated"])


async def suggest_contents(principal: Principal, *, query: SuggestionQuery) -> list[Suggestion]:
    """Returns contents whose titles begin with the typed text, then those with similar titles."""
    rows = await repository.suggest(principal.db, query=query)
    return read_rows(Suggestion, rows)


async def get_score(principal: Principal, *, content_id: UUID) -> Score:
    """Returns the score of a content and its parts (domain §3)."""
    return read_row(Score, await repository.fetch_score(principal.db, content_id=content_id))


def _as_version(row: Row, names: Names) -> Row:
    return name_people(row | {"reviewer": row["reviewer_id"]}, names, "reviewer", "created_by")


async def list_versions(
    principal: Principal, *, content_id: UUID, page: PageRequest
) -> tuple[list[ContentVersionListed], int]:
    """Returns the versions of a content, newest first, and their number."""
    rows, total, names = await repository.fetch_version_list(principal.db, content_id=content_id, page=page)
    return read_rows(ContentVersionListed, rows, shape=lambda row: _as_version(row, names)), total


async def get_version(principal: Principal, *, content_id: UUID, version: int) -> ContentVersion:
    """Returns a version with its text. Raises NotFound for autosaves that were dropped."""
    rows, names = await repository.fetch_versions(principal.db, content_id=content_id, versions=[version])
    if not rows:
        raise NotFound("version not found")
    return read_row(ContentVersion, rows[0], shape=lambda row: _as_version(row, names))


async def get_versions(
    principal: Principal, *, content_id: UUID, versions: tuple[int, ...]
) -> dict[int, ContentVersion]:
    """Returns versions with their texts by their numbers, without autosaves that were dropped."""
    rows, names = await repository.fetch_versions(principal.db, content_id=content_id, versions=list(versions))
    found = read_rows(ContentVersion, rows, shape=lambda row: _as_version(row, names))
    return {each.version: each for each in found}


async def compare_versions(principal: Principal, *, content_id: UUID, from_version: int, to_version: int) -> Comparison:
    """Returns what changed between two versions. Raises NotFound where one of them does not exist."""
    rows, _ = await repository.fetch_versions(principal.db, content_id=content_id, versions=[from_version, to_version])
    snapshots = {row["version"]: row["snapshot"] for row in rows}
    if from_version not in snapshots or to_version not in snapshots:
        raise NotFound("version not found")
    changes = await run_heavy(compare, snapshots[from_version], snapshots[to_version])
    return Comparison(from_version=from_version, to_version=to_version, changes=changes)


async def list_history(principal: Principal, *, content_id: UUID, page: PageRequest) -> tuple[list[HistoryEntry], int]:
    """Returns the events of a content, oldest first, and their number."""
    rows, total, names = await repository.fetch_history(principal.db, content_id=content_id, page=page)
    entries = read_rows(
        HistoryEntry, rows, shape=lambda row: name_people(row | {"actor": row["actor_id"]}, names, "actor")
    )
    return entries, total


async def list_activity(principal: Principal, *, query: ActivityQuery) -> tuple[list[ActivityEntry], str | None]:
    """Returns the events of a brand, newest first, and the cursor after the last, if others follow."""
    before = decode_cursor(query.cursor, "-id").id if query.cursor else None
    rows, names = await repository.fetch_activity(principal.db, query=query, before=before)
    page, following = cut_page(rows, query.page_size, "-id")
    return read_rows(ActivityEntry, page, shape=lambda row: describe(row, names)), following
