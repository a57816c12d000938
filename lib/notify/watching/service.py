"""The use cases of watching."""

from uuid import UUID

from lib.core.auth.principal import Person, Principal
from lib.core.data.reading import read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.models import PersonReference
from lib.notify.watching import repository
from lib.notify.watching.models import Watching


async def list_watchers(
    principal: Principal, *, content_id: UUID, page: PageRequest
) -> tuple[list[PersonReference], int]:
    """Returns a page of the members who watch a content, and their number. Raises NotFound."""
    rows, total = await repository.fetch_watchers(principal.db, content_id=content_id, page=page)
    return read_rows(PersonReference, rows), total


async def is_watching(principal: Person, *, content_id: UUID) -> Watching:
    """Tells whether the caller watches a content. Raises NotFound."""
    return Watching(is_watching=await repository.fetch_watching(principal.db, content_id=content_id))


async def set_watching(principal: Person, *, content_id: UUID, is_watching: bool) -> Watching:
    """Makes the caller watch a content, or no longer. Raises NotFound."""
    await repository.set_watching(principal.db, content_id=content_id, is_watching=is_watching)
    return Watching(is_watching=is_watching)
