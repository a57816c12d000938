"""The use cases of publications: `(principal, *, …)`, with typed payloads. SQL decides what the caller may do."""

from typing import Final
from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.cursor import cut_page, decode_cursor
from lib.publishing.saga import repository
from lib.publishing.saga.models import Publication, PublicationQuery

PUBLICATION_ORDER: Final = "-id"
"""The order of lists, as their cursors name it."""
type Names = dict[str, str | None]


def _as_publication(row: Row, names: Names) -> Row:
    person = row["requested_by"]
    return row | {"requested_by": {"id": person, "name": names[person]} if person in names else None}


def _read(row: Row) -> Publication:
    return read_row(Publication, row, shape=lambda row: _as_publication(row, row["people"]))


async def get_publication(principal: Principal, *, content_id: UUID) -> Publication:
    """Returns the present publication of a content, or its last one. Raises NotFound."""
    return _read(await repository.fetch_publication(principal.db, content_id=content_id))


async def list_publications(principal: Principal, *, query: PublicationQuery) -> tuple[list[Publication], str | None]:
    """Returns publications, newest first, and the cursor after the last, if others follow.

    Raises NotFound for a brand or a content that the caller may not read.
    """
    before = decode_cursor(query.cursor, PUBLICATION_ORDER).id if query.cursor else None
    answer = await repository.fetch_publications(principal.db, query=query, before=before)
    page, following = cut_page(answer["items"], query.page_size, PUBLICATION_ORDER)
    return read_rows(Publication, page, shape=lambda row: _as_publication(row, answer["people"])), following


async def cancel_publication(principal: Principal, *, content_id: UUID) -> Publication:
    """Cancels a publication that is under way, or undoes the rest of one. Raises Conflict where nothing is left."""
    return _read(await repository.cancel(principal.db, content_id=content_id))


async def retry_publication(principal: Principal, *, content_id: UUID) -> Publication:
    """Goes on with a publication, or begins another one. Raises Conflict where nothing is left to be done."""
    return _read(await repository.retry(principal.db, content_id=content_id))
