"""The calls of the data API about channels: those of users as the caller, the others with the client of the service."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, command_once, fetch_listing, run
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.envelope import PageRequest
from lib.publishing.unique_fields import UNIQUE_FIELDS

register_unique_fields(UNIQUE_FIELDS)


async def fetch_list(db: Db, *, brand_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of the channels of a brand, and how many there are."""
    arguments = {"brand_id": str(brand_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_channels", arguments))


async def fetch(db: Db, *, channel_id: UUID) -> Row:
    """Reads a channel without its credentials. Raises NotFound."""
    return (await run(call(db, "get_channel", {"channel_id": str(channel_id)}))).data


async def fetch_access(db: Db, *, channel_id: UUID, content_id: UUID | None = None) -> Row:
    """Reads a channel with its ciphertext and, for a dry run, a content: {channel, publication, document}."""
    arguments = {"channel_id": str(channel_id), "content_id": str(content_id) if content_id else None}
    return (await run(call(db, "read_channel_access", arguments))).data


async def create(db: Db, *, channel_id: UUID, brand_id: UUID, details: Row, credentials: str) -> Row:
    """Creates a channel with encrypted credentials, and returns it."""
    arguments = {
        "channel_id": str(channel_id),
        "brand_id": str(brand_id),
        "details": details,
        "credentials": credentials,
    }
    return (await command(db, "create_channel", arguments))[0]


async def update(db: Db, *, channel_id: UUID, expected_version: int, changes: Row, credentials: str | None) -> Row:
    """Changes the given values of a channel, and returns it. Raises PreconditionFailed for any other version."""
    arguments = {
        "channel_id": str(channel_id),
        "expected_version": expected_version,
        "changes": changes,
        "credentials": credentials,
    }
    return (await command(db, "update_channel", arguments, is_checked=True))[0]


async def delete(db: Db, *, channel_id: UUID, leave_published: bool) -> None:
    """Deletes a channel. Raises Conflict while contents are published there, unless they shall stay."""
    await command(db, "delete_channel", {"channel_id": str(channel_id), "leave_published": leave_published})


async def record_check(db: Db, *, channel_id: UUID, outcome: Row) -> Row:
    """Notes how the check of a connection ended, and returns the channel."""
    return (await command_once(db, "record_channel_check", {"channel_id": str(channel_id), "outcome": outcome}))[0]


async def fetch_targets(db: Db, *, content_id: UUID) -> list[Row]:
    """Reads the channels that take a content, with the client of the service."""
    return (await run(call(db, "list_channel_targets", {"content_id": str(content_id)}))).data


async def fetch_content(db: Db, *, channel_id: UUID, content_id: UUID, version: int | None) -> Row:
    """Reads a channel and a content for it, {channel, document}, with the client of the service. Raises NotFound."""
    arguments = {"channel_id": str(channel_id), "content_id": str(content_id), "version": version}
    return (await run(call(db, "read_channel_content", arguments))).data


async def begin(db: Db, *, channel_id: UUID, content_id: UUID, version: int | None) -> Row | None:
    """Notes an attempt, with the client of the service, and returns what it needs; None where there is nothing to do.

    ``version``: to publish; None: to unpublish.
    """
    arguments = {"channel_id": str(channel_id), "content_id": str(content_id), "version": version}
    return (await run(call(db, "begin_channel_publication", arguments))).data


async def keep(db: Db, *, publication_id: str, memory: dict[str, Any]) -> None:
    """Keeps what an adapter notes before it changes the target, with the client of the service."""
    await run(call(db, "keep_channel_memory", {"publication_id": publication_id, "memory": memory}))


async def end(db: Db, *, publication_id: str, outcome: Row) -> None:
    """Notes how an attempt ended, with the client of the service."""
    await run(call(db, "end_channel_publication", {"publication_id": publication_id, "outcome": outcome}))
