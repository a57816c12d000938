"""The calls of the data API about checks, each as the caller."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, command_once, fetch_listing, run
from lib.core.http.envelope import PageRequest


async def fetch_claims(db: Db, *, brand_id: UUID, markets: list[str], product_ids: list[UUID]) -> Row:
    """Reads what a text of a brand is compared with."""
    arguments = {
        "brand_id": str(brand_id),
        "markets": markets,
        "product_ids": [str(product) for product in product_ids],
    }
    return (await run(call(db, "read_claims_to_check", arguments))).data


async def fetch_claims_of_content(db: Db, *, content_id: UUID, markets: list[str]) -> Row:
    """Reads what a content is compared with, and its text."""
    return (await run(call(db, "read_claims_to_check", {"content_id": str(content_id), "markets": markets}))).data


async def fetch_claims_to_recheck(db: Db, *, content_id: UUID) -> Row | None:
    """Reads, as the service, what a scheduled content is compared with where its last check no longer holds."""
    return (await run(call(db, "read_claims_to_recheck", {"content_id": str(content_id)}))).data


async def record(db: Db, *, content: Row, claims_state: str, results: list[dict[str, Any]]) -> list[Row]:
    """Stores the check of a content, a result for each market, and returns the checks."""
    arguments = {
        "content_id": content["id"],
        "content_version": content["version"],
        "checked_text": content["text"],
        "claims_state": claims_state,
        "results": results,
    }
    return await command(db, "record_claim_check", arguments)


async def record_again(db: Db, *, content: Row, claims_state: str, results: list[dict[str, Any]]) -> None:
    """Stores, as the service, the check of a scheduled content."""
    arguments = {
        "content_id": content["id"],
        "checked_text": content["text"],
        "claims_state": claims_state,
        "results": results,
    }
    await command_once(db, "record_claim_recheck", arguments)


async def fetch_check(db: Db, *, content_id: UUID, check_id: UUID) -> Row:
    """Reads a check of a content with its findings."""
    arguments = {"content_id": str(content_id), "check_id": str(check_id)}
    return (await run(call(db, "read_claim_check", arguments))).data


async def fetch_checks(db: Db, *, content_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of the checks of a content, newest first, and how many there are."""
    arguments = {"content_id": str(content_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_claim_checks", arguments))


async def override(db: Db, *, content_id: UUID, check_id: UUID, reason: str) -> Row:
    """Accepts the violations of a check, and returns it."""
    arguments = {"content_id": str(content_id), "check_id": str(check_id), "reason": reason}
    return (await command(db, "override_claim_check", arguments))[0]
