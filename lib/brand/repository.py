"""The calls of the data API about brands, each as the caller."""

from typing import Any
from uuid import UUID

from lib.brand.models import (
    AgencyChanges,
    BrandChanges,
    MemberAssignment,
    NewAgency,
    NewBrand,
    WorkflowAssignments,
)
from lib.brand.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, fetch_listing, run
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.envelope import PageRequest

register_unique_fields(UNIQUE_FIELDS)


async def read(db: Db, *, brand_id: UUID, known_version: int | None) -> Row:
    """Reads {version, brand, access, sub_brands}; brand is null where it has the known version."""
    return (await run(call(db, "read_brand", {"brand_id": str(brand_id), "known_version": known_version}))).data


async def fetch_list(db: Db, *, query: str | None, parent_id: UUID | None, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of the caller's brands by name, with their counts, and how many there are."""
    arguments = {
        "query": query,
        "parent_brand_id": str(parent_id) if parent_id else None,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_brands", arguments))


async def fetch_counts(db: Db, *, brand_id: UUID) -> Row:
    """Returns how much a brand holds."""
    return (await run(call(db, "get_brand_counts", {"brand_id": str(brand_id)}))).data


async def create(db: Db, *, brand: NewBrand) -> list[Row]:
    """Creates a brand and returns it."""
    details = brand.as_row()
    name, slug = details.pop("name"), details.pop("slug", None)
    given = {key: value for key, value in details.items() if value is not None}
    return await command(db, "create_brand", {"name": name, "slug": slug or "", "details": given})


async def update(db: Db, *, brand_id: UUID, expected_version: int, changes: BrandChanges) -> list[Row]:
    """Changes the values of a brand that were sent, and returns the brand."""
    arguments = {"brand_id": str(brand_id), "expected_version": expected_version, "changes": changes.as_row()}
    return await command(db, "update_brand", arguments)


async def delete(db: Db, *, brand_id: UUID, is_cascade: bool) -> None:
    """Hides a brand."""
    await command(db, "delete_brand", {"brand_id": str(brand_id), "is_cascade": is_cascade})


async def fetch_members(db: Db, *, brand_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of members by name, and how many there are."""
    arguments = {"brand_id": str(brand_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_members", arguments))


async def assign_member(db: Db, *, brand_id: UUID, user_id: UUID, assignment: MemberAssignment) -> list[Row]:
    """Changes a membership, or invites a colleague. Returns the membership, or the id of the invitation."""
    arguments = {"brand_id": str(brand_id), "user_id": str(user_id)} | assignment.model_dump(mode="json")
    return await command(db, "assign_member", arguments)


async def leave_brand(db: Db, *, brand_id: UUID) -> None:
    """Ends the caller's own membership."""
    await command(db, "leave_brand", {"brand_id": str(brand_id)})


async def remove_member(db: Db, *, brand_id: UUID, user_id: UUID) -> None:
    """Ends a membership."""
    await command(db, "remove_member", {"brand_id": str(brand_id), "user_id": str(user_id)})


async def set_workflows(db: Db, *, brand_id: UUID, assignments: WorkflowAssignments) -> list[Row]:
    """Replaces the workflows of a brand, and returns the brand."""
    wished = [assignment.model_dump(mode="json") for assignment in assignments.workflows]
    return await command(db, "set_brand_workflows", {"brand_id": str(brand_id), "assignments": wished})


async def link_master_claim_brand(db: Db, *, brand_id: UUID, master_id: UUID, is_linked: bool) -> list[Row]:
    """Links a master claim brand or removes the link, and returns the brand."""
    arguments: dict[str, Any] = {"brand_id": str(brand_id), "master_claim_brand_id": str(master_id)}
    return await command(db, "link_master_claim_brand", arguments | {"is_linked": is_linked})


async def add_agency(db: Db, *, brand_id: UUID, agency: NewAgency) -> list[Row]:
    """Adds an agency to a brand and returns it."""
    return await command(db, "add_agency", {"brand_id": str(brand_id), "details": agency.model_dump(mode="json")})


async def change_agency(db: Db, *, brand_id: UUID, agency_id: UUID, changes: AgencyChanges) -> list[Row]:
    """Changes the values of an agency that were sent, and returns the agency."""
    named = changes.model_dump(mode="json", exclude_unset=True)
    arguments = {"brand_id": str(brand_id), "agency_id": str(agency_id), "changes": named}
    return await command(db, "change_agency", arguments)


async def remove_agency(db: Db, *, brand_id: UUID, agency_id: UUID) -> None:
    """Removes an agency."""
    await command(db, "remove_agency", {"brand_id": str(brand_id), "agency_id": str(agency_id)})


async def fetch_delivery_settings(db: Db, *, brand_id: UUID) -> Row:
    """Returns how the published contents of a brand are delivered."""
    return (await run(call(db, "read_delivery_settings", {"brand_id": str(brand_id)}))).data


async def set_delivery(db: Db, *, brand_id: UUID, mode: str, key_hash: str | None, presentation: dict[str, Any]) -> Row:
    """Sets how the published contents of a brand are delivered, and returns it.

    ``key_hash``: SHA-256, null to keep the key; ``presentation``: the other settings that change.
    """
    arguments = {"brand_id": str(brand_id), "mode": mode, "key_hash": key_hash, "presentation": presentation}
    [settings] = await command(db, "set_delivery", arguments)
    return settings
