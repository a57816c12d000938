"""The data calls of watching, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_listing, run
from lib.core.http.envelope import PageRequest


async def fetch_watchers(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Returns a page of the people who watch a content, and the number of all. Raises NotFound."""
    arguments = {"content_id": str(content_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_watchers", arguments))


async def fetch_watching(db: Db, *, content_id: UUID) -> bool:
    """Tells whether the caller watches a content. Raises NotFound."""
    return (await run(call(db, "read_watching", {"content_id": str(content_id)}))).data


async def set_watching(db: Db, *, content_id: UUID, is_watching: bool) -> None:
    """Makes the caller watch a content, or no longer. Raises NotFound."""
    await command(db, "set_watching", {"content_id": str(content_id), "is_watching": is_watching})
