"""The functions of the database about publications."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, run
from lib.publishing.saga.models import PublicationQuery


async def fetch_publication(db: Db, *, content_id: UUID) -> Row:
    """Returns the present or last publication of a content, as the caller. Raises NotFound."""
    return (await run(call(db, "get_publication", {"content_id": str(content_id)}))).data


async def fetch_publications(db: Db, *, query: PublicationQuery, before: UUID | None) -> Row:
    """Returns {items, people} of a page and one item more, newest first, as the caller."""
    arguments = query.model_dump(mode="json", exclude={"cursor"}, exclude_none=True)
    arguments["page_size"] = query.page_size + 1
    if before is not None:
        arguments["before_id"] = str(before)
    return (await run(call(db, "list_publications", arguments))).data


async def cancel(db: Db, *, content_id: UUID) -> Row:
    """Cancels the publication of a content; returns it."""
    rows = await command(db, "cancel_publication", {"content_id": str(content_id)})
    return rows[0]


async def retry(db: Db, *, content_id: UUID) -> Row:
    """Takes up the publication of a content again; returns it."""
    rows = await command(db, "retry_publication", {"content_id": str(content_id)})
    return rows[0]


async def claim(db: Db, *, batch: int, busy_brands: list[UUID], most_of_brand: int) -> list[Row]:
    """Leases publications that are due to this worker, as the service: {publication_id, brand_id}."""
    arguments = {
        "batch": batch,
        "busy_brands": [str(brand) for brand in busy_brands],
        "most_of_brand": most_of_brand,
    }
    return (await run(call(db, "claim_publications", arguments))).data


async def advance(db: Db, *, publication_id: UUID) -> Row:
    """Does the steps that are due, as the service, and leases the next attempts on channels to it.

    Returns {attempts, to_validate}. The latter: the channels to be asked first whether they can take the content.
    """
    return (await run(call(db, "advance_publication", {"publication_id": str(publication_id)}))).data


async def record_validation(db: Db, *, publication_id: UUID, problems: dict[str, str]) -> None:
    """Records, as the service, which channels cannot take the content, by their ids."""
    await run(call(db, "record_validation", {"publication_id": str(publication_id), "problems": problems}))


async def record(
    db: Db, *, publication_id: UUID, attempt: Row, failure: Row | None = None, url: str | None = None
) -> None:
    """Records, as the service, how an attempt ended. ``failure``: {error, is_final, is_unknown, retry_seconds}."""
    arguments = _attempt(publication_id, attempt) | {"is_publication": attempt["is_publication"], "url": url}
    await run(call(db, "record_channel_attempt", arguments | (failure or {})))


async def release(db: Db, *, publication_id: UUID, attempt: Row) -> None:
    """Does not count, as the service, an attempt that was cut short."""
    await run(call(db, "release_channel_attempt", _attempt(publication_id, attempt)))


def _attempt(publication_id: UUID, attempt: Row) -> Row:
    return {
        "publication_id": str(publication_id),
        "channel_id": attempt["channel_id"],
        "lease_number": attempt["lease_number"],
    }
