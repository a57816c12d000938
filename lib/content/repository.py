from typing import Any
from uuid import UUID

from postgrest.types import CountMethod

from lib.content.models import ContentChanges, ContentFilter, NewContent
from lib.core.db import Db, Row, call, fetch_one, fetch_page, fetch_rows
from lib.core.envelope import PageRequest

_COLUMNS = (
    "id,brand_id,template_id,template_version,type,status,title,fields,metadata,tags,version,"
    "published_at,published_by,created_by,created_at,updated_by,updated_at"
)


async def _call(db: Db, function: str, arguments: dict[str, Any]) -> Row | None:
    """One command that answers with the content as it is afterwards."""
    return await fetch_one(call(db, function, arguments).select(_COLUMNS))


async def create(db: Db, *, content: NewContent) -> Row | None:
    arguments = content.model_dump(mode="json", exclude={"metadata"})
    arguments["metadata"] = content.metadata.model_dump(by_alias=True, exclude_none=True)
    return await _call(db, "create_content", arguments)


async def update(db: Db, *, content_id: UUID, expected_version: int, changes: ContentChanges) -> Row | None:
    changed = changes.model_dump(mode="json", exclude_unset=True, exclude={"metadata"})
    if changes.metadata is not None:
        changed["metadata"] = changes.metadata.model_dump(by_alias=True, exclude_none=True)
    arguments = {"content_id": str(content_id), "expected_version": expected_version, "changes": changed}
    return await _call(db, "update_content", arguments)


async def submit(db: Db, *, content_id: UUID) -> Row | None:
    return await _call(db, "submit_content", {"content_id": str(content_id)})


async def approve(db: Db, *, content_id: UUID, comment: str, expected_version: int | None) -> Row | None:
    arguments = {"content_id": str(content_id), "comment": comment, "expected_version": expected_version}
    return await _call(db, "approve_content", arguments)


async def publish(db: Db, *, content_id: UUID, expected_version: int | None) -> Row | None:
    arguments = {"content_id": str(content_id), "expected_version": expected_version}
    return await _call(db, "publish_content", arguments)


async def fetch(db: Db, *, content_id: UUID) -> Row | None:
    query = db.from_("contents").select(_COLUMNS).eq("id", str(content_id)).is_("deleted_at", "null")
    return await fetch_one(query.limit(1))


async def fetch_list(db: Db, *, filters: ContentFilter, page: PageRequest) -> tuple[list[Row], int]:
    query = db.from_("contents").select(_COLUMNS, count=CountMethod.exact).is_("deleted_at", "null")
    for column, value in filters.model_dump(mode="json", exclude_none=True).items():
        query = query.eq(column, value)
    return await fetch_page(query.order("updated_at", desc=True).order("id").range(page.offset, page.last))


async def search(db: Db, *, query: str, brand_id: UUID | None, limit: int) -> list[Row]:
    brand = str(brand_id) if brand_id else None
    return await fetch_rows(call(db, "search_contents", {"query": query, "brand": brand, "max_results": limit}))


async def fetch_versions(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Newest first. 404 comes from the function: an empty list would not tell a stranger from a draft."""
    query = call(db, "list_content_versions", {"content_id": str(content_id)}, count=CountMethod.exact)
    return await fetch_page(query.range(page.offset, page.last))


async def fetch_history(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Oldest first: the story of the content with its runs and generations."""
    query = call(db, "list_content_history", {"content_id": str(content_id)}, count=CountMethod.exact)
    return await fetch_page(query.range(page.offset, page.last))
