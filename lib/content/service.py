from uuid import UUID

from lib.content import repository
from lib.content.models import (
    Content,
    ContentChanges,
    ContentFilter,
    ContentVersion,
    HistoryEntry,
    NewContent,
    SearchHit,
)
from lib.core.db import Row
from lib.core.envelope import PageRequest
from lib.core.errors import NotFound
from lib.core.principal import Principal


def _to_content(row: Row | None) -> Content:
    if row is None:
        raise NotFound("content not found")
    return Content.model_validate(row)


async def create_content(principal: Principal, *, content: NewContent) -> Content:
    return _to_content(await repository.create(principal.db, content=content))


async def update_content(
    principal: Principal, *, content_id: UUID, expected_version: int, changes: ContentChanges
) -> Content:
    """Raises PreconditionFailed, with the current version in its details, when another change came first."""
    row = await repository.update(
        principal.db, content_id=content_id, expected_version=expected_version, changes=changes
    )
    return _to_content(row)


async def submit_content(principal: Principal, *, content_id: UUID) -> Content:
    return _to_content(await repository.submit(principal.db, content_id=content_id))


async def approve_content(
    principal: Principal, *, content_id: UUID, comment: str, expected_version: int | None
) -> Content:
    row = await repository.approve(
        principal.db, content_id=content_id, comment=comment, expected_version=expected_version
    )
    return _to_content(row)


async def publish_content(principal: Principal, *, content_id: UUID, expected_version: int | None) -> Content:
    row = await repository.publish(principal.db, content_id=content_id, expected_version=expected_version)
    return _to_content(row)


async def get_content(principal: Principal, *, content_id: UUID) -> Content:
    return _to_content(await repository.fetch(principal.db, content_id=content_id))


async def list_contents(
    principal: Principal, *, filters: ContentFilter, page: PageRequest
) -> tuple[list[Content], int]:
    rows, total = await repository.fetch_list(principal.db, filters=filters, page=page)
    return [Content.model_validate(row) for row in rows], total


async def search_contents(principal: Principal, *, query: str, brand_id: UUID | None, limit: int) -> list[SearchHit]:
    rows = await repository.search(principal.db, query=query, brand_id=brand_id, limit=limit)
    return [SearchHit.model_validate(row) for row in rows]


async def list_versions(
    principal: Principal, *, content_id: UUID, page: PageRequest
) -> tuple[list[ContentVersion], int]:
    rows, total = await repository.fetch_versions(principal.db, content_id=content_id, page=page)
    return [ContentVersion.model_validate(row) for row in rows], total


async def list_history(principal: Principal, *, content_id: UUID, page: PageRequest) -> tuple[list[HistoryEntry], int]:
    rows, total = await repository.fetch_history(principal.db, content_id=content_id, page=page)
    return [HistoryEntry.model_validate(row) for row in rows], total
