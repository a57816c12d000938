"""The use cases of brands: `(principal, *, …)`, with typed payloads."""

import hashlib
import secrets
from typing import Final
from uuid import UUID

from lib.brand import repository
from lib.brand.models import (
    Agency,
    AgencyChanges,
    Brand,
    BrandChanges,
    BrandCounts,
    BrandListed,
    BrandMembership,
    BrandRead,
    DeliverySettings,
    DeliverySettingsRead,
    DeliverySettingsRequest,
    InvitedColleague,
    Member,
    MemberAssignment,
    NewAgency,
    NewBrand,
    WorkflowAssignments,
)
from lib.core.auth.principal import Person, Principal
from lib.core.data.cache import Entry, VersionedCache
from lib.core.data.db import Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound

# The document that all members of a brand may read. The data API checks at each request whether the caller is one, and
# which version is the newest; the cache saves it composing the document again.
_CACHE: Final = VersionedCache("brand:v2", seconds=3600)
KEY_PREFIX: Final = "mdk_"


async def cached_brand(*, brand_id: UUID) -> Entry | None:
    """Returns what the caches hold of a brand. It may be shown only after `get_brand` has checked the caller."""
    return await _CACHE.get(str(brand_id))


async def get_brand(principal: Principal, *, brand_id: UUID, cached: Entry | None) -> tuple[BrandRead, Entry | None]:
    """Returns a brand with the caller's permitted actions, and an entry for the caches if theirs is old.

    Raises NotFound for callers who are no members of the brand.
    """
    known_version = cached.version if cached else None
    answer = await repository.read(principal.db, brand_id=brand_id, known_version=known_version)
    document: Row | None = answer["brand"]
    fresh = Entry(answer["version"], document) if document is not None else None
    entry = fresh or cached
    assert entry is not None, "the database holds back only what is known already"
    return read_row(BrandRead, entry.value | answer["access"] | {"sub_brands": answer["sub_brands"]}), fresh


async def remember_brand(*, brand_id: UUID, entry: Entry) -> None:
    """Gives the caches a newer entry."""
    await _CACHE.put(str(brand_id), entry)


async def forget_brand(*, brand_id: UUID) -> None:
    """Drops the entry of the caches after a change. A stale entry costs one extra lookup and is never served."""
    await _CACHE.drop(str(brand_id))


def _to_brand(rows: list[Row]) -> Brand:
    if not rows:
        raise NotFound("brand not found")
    return read_row(Brand, rows[0])


async def list_brands(
    principal: Principal, *, query: str | None, parent_id: UUID | None, page: PageRequest
) -> tuple[list[BrandListed], int]:
    """Lists the caller's brands by name with their counts, and how many there are."""
    rows, total = await repository.fetch_list(principal.db, query=query, parent_id=parent_id, page=page)
    return read_rows(BrandListed, rows), total


async def get_counts(principal: Principal, *, brand_id: UUID) -> BrandCounts:
    """Returns how much a brand holds. Raises NotFound for callers who are no members."""
    return read_row(BrandCounts, await repository.fetch_counts(principal.db, brand_id=brand_id))


async def create_brand(principal: Principal, *, brand: NewBrand) -> Brand:
    """Raises Forbidden unless the caller is a platform admin, Conflict where the name or the slug is taken."""
    return _to_brand(await repository.create(principal.db, brand=brand))


async def update_brand(principal: Principal, *, brand_id: UUID, expected_version: int, changes: BrandChanges) -> Brand:
    """Raises PreconditionFailed, with the current version in its details, when another change came first."""
    rows = await repository.update(principal.db, brand_id=brand_id, expected_version=expected_version, changes=changes)
    return _to_brand(rows)


async def delete_brand(principal: Principal, *, brand_id: UUID, is_cascade: bool) -> None:
    """Raises Conflict with the counts of contents and workflows while there are any, unless cascading."""
    await repository.delete(principal.db, brand_id=brand_id, is_cascade=is_cascade)


async def list_members(principal: Principal, *, brand_id: UUID, page: PageRequest) -> tuple[list[Member], int]:
    """Lists the members of a brand by name. Raises NotFound for callers who are no members."""
    rows, total = await repository.fetch_members(principal.db, brand_id=brand_id, page=page)
    return read_rows(Member, rows), total


async def assign_member(
    principal: Principal, *, brand_id: UUID, user_id: UUID, assignment: MemberAssignment
) -> BrandMembership | InvitedColleague:
    """Changes the membership of a person, or invites a colleague of the caller who is no member (domain §2).

    Raises Forbidden without `member.manage`, without recent authentication, for the caller's own membership, for roles
    and permissions that the caller does not hold, and where the plan has no more users (PLAN_LIMIT_EXCEEDED); NotFound
    for inactive people and those with whom the caller shares no brand; Conflict for a colleague who is invited already.
    """
    rows = await repository.assign_member(principal.db, brand_id=brand_id, user_id=user_id, assignment=assignment)
    (row,) = rows
    return read_row(InvitedColleague if "invitation_id" in row else BrandMembership, row)


async def leave_brand(principal: Person, *, brand_id: UUID) -> None:
    """Ends the caller's own membership, with the effects of `remove_member`.

    Raises NotFound for a brand that the caller is no member of; Conflict for its last admin, and for a role that the
    caller's identity provider gives.
    """
    await repository.leave_brand(principal.db, brand_id=brand_id)


async def remove_member(principal: Principal, *, brand_id: UUID, user_id: UUID) -> None:
    """Ends a membership: open tasks go to others, API keys are revoked, history stays attributed.

    Raises Forbidden as `assign_member` does, and NotFound.
    """
    await repository.remove_member(principal.db, brand_id=brand_id, user_id=user_id)


async def set_workflows(principal: Principal, *, brand_id: UUID, assignments: WorkflowAssignments) -> Brand:
    """Replaces the workflows of a brand. Raises ValidationFailed for workflows that are not active in the brand."""
    return _to_brand(await repository.set_workflows(principal.db, brand_id=brand_id, assignments=assignments))


async def link_master_claim_brand(principal: Principal, *, brand_id: UUID, master_id: UUID, is_linked: bool) -> Brand:
    """Links a master claim brand or removes the link. Raises Forbidden unless the caller is a platform admin."""
    rows = await repository.link_master_claim_brand(
        principal.db, brand_id=brand_id, master_id=master_id, is_linked=is_linked
    )
    return _to_brand(rows)


async def add_agency(principal: Principal, *, brand_id: UUID, agency: NewAgency) -> Agency:
    """Adds an agency. Raises Forbidden without `brand.update`, Conflict for a name that the brand has already."""
    return read_row(Agency, (await repository.add_agency(principal.db, brand_id=brand_id, agency=agency))[0])


async def change_agency(principal: Principal, *, brand_id: UUID, agency_id: UUID, changes: AgencyChanges) -> Agency:
    """Changes an agency. Raises what `add_agency` raises, and NotFound."""
    rows = await repository.change_agency(principal.db, brand_id=brand_id, agency_id=agency_id, changes=changes)
    return read_row(Agency, rows[0])


async def remove_agency(principal: Principal, *, brand_id: UUID, agency_id: UUID) -> None:
    """Removes an agency. Raises Forbidden without `brand.update`, NotFound."""
    await repository.remove_agency(principal.db, brand_id=brand_id, agency_id=agency_id)


async def set_delivery(principal: Principal, *, brand_id: UUID, request: DeliverySettingsRequest) -> DeliverySettings:
    """Sets who may read what a brand published and how it is presented, and makes a key where that is asked for.

    Only the SHA-256 of the key is stored: it has 192 random bits, so nothing can be guessed from the hash. Raises
    Forbidden without `brand.update`.
    """
    key = KEY_PREFIX + secrets.token_urlsafe(24) if request.new_key else None
    key_hash = hashlib.sha256(key.encode()).hexdigest() if key else None
    row = await repository.set_delivery(
        principal.db, brand_id=brand_id, mode=request.mode, key_hash=key_hash, presentation=request.presentation()
    )
    return read_row(DeliverySettings, row | {"key": key})


async def get_delivery(principal: Principal, *, brand_id: UUID) -> DeliverySettingsRead:
    """Returns how a brand delivers its published contents. Raises NotFound."""
    return read_row(DeliverySettingsRead, await repository.fetch_delivery_settings(principal.db, brand_id=brand_id))
