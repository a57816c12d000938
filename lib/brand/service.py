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
    BrandListed,
    BrandMembership,
    BrandRead,
    Delivery,
    DeliveryRequest,
    Member,
    MemberAssignment,
    NewAgency,
    NewBrand,
    WorkflowAssignments,
)
from lib.core.auth.principal import Principal
from lib.core.data.cache import Entry, VersionedCache
from lib.core.data.db import Row
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound

# What all members of a brand may read of it. Whether the caller is one, and which version is the newest, the data API
# says at each request; the cache spares it putting the brand together again.
_CACHE: Final = VersionedCache("brand:v1", seconds=3600)
KEY_PREFIX: Final = "mdk_"


async def cached_brand(brand_id: UUID) -> Entry | None:
    """What the caches hold: to be asked beside the session, and to be shown to nobody before ``get_brand``."""
    return await _CACHE.get(str(brand_id))


async def get_brand(principal: Principal, *, brand_id: UUID, cached: Entry | None) -> tuple[BrandRead, Entry | None]:
    """The brand, and the entry that the caches should have from now on, where they have another."""
    known_version = cached.version if cached else None
    answer = await repository.read(principal.db, brand_id=brand_id, known_version=known_version)
    document: Row | None = answer["brand"]
    fresh = Entry(answer["version"], document) if document is not None else None
    entry = fresh or cached
    assert entry is not None, "the database holds back only what is known already"
    return BrandRead.model_validate(entry.value | {"sub_brands": answer["sub_brands"]}), fresh


async def remember_brand(brand_id: UUID, entry: Entry) -> None:
    await _CACHE.put(str(brand_id), entry)


async def forget_brand(brand_id: UUID) -> None:
    await _CACHE.drop(str(brand_id))


def _to_brand(rows: list[Row]) -> Brand:
    if not rows:
        raise NotFound("brand not found")
    return Brand.model_validate(rows[0])


async def list_brands(
    principal: Principal, *, query: str | None, parent_id: UUID | None, page: PageRequest
) -> tuple[list[BrandListed], int]:
    rows, total = await repository.fetch_list(principal.db, query=query, parent_id=parent_id, page=page)
    return [BrandListed.model_validate(row) for row in rows], total


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
    rows, total = await repository.fetch_members(principal.db, brand_id=brand_id, page=page)
    return [Member.model_validate(row) for row in rows], total


async def assign_member(
    principal: Principal, *, brand_id: UUID, user_id: UUID, assignment: MemberAssignment
) -> BrandMembership:
    rows = await repository.assign_member(principal.db, brand_id=brand_id, user_id=user_id, assignment=assignment)
    return BrandMembership.model_validate(rows[0])


async def remove_member(principal: Principal, *, brand_id: UUID, user_id: UUID) -> None:
    """Open tasks go to others; what the person did stays theirs."""
    await repository.remove_member(principal.db, brand_id=brand_id, user_id=user_id)


async def set_workflows(principal: Principal, *, brand_id: UUID, assignments: WorkflowAssignments) -> Brand:
    return _to_brand(await repository.set_workflows(principal.db, brand_id=brand_id, assignments=assignments))


async def link_master_claim_brand(principal: Principal, *, brand_id: UUID, master_id: UUID, is_linked: bool) -> Brand:
    rows = await repository.link_master_claim_brand(
        principal.db, brand_id=brand_id, master_id=master_id, is_linked=is_linked
    )
    return _to_brand(rows)


async def add_agency(principal: Principal, *, brand_id: UUID, agency: NewAgency) -> Agency:
    return Agency.model_validate((await repository.add_agency(principal.db, brand_id=brand_id, agency=agency))[0])


async def change_agency(principal: Principal, *, brand_id: UUID, agency_id: UUID, changes: AgencyChanges) -> Agency:
    rows = await repository.change_agency(principal.db, brand_id=brand_id, agency_id=agency_id, changes=changes)
    return Agency.model_validate(rows[0])


async def remove_agency(principal: Principal, *, brand_id: UUID, agency_id: UUID) -> None:
    await repository.remove_agency(principal.db, brand_id=brand_id, agency_id=agency_id)


async def set_delivery(principal: Principal, *, brand_id: UUID, request: DeliveryRequest) -> Delivery:
    """A key is 190 random bits: its plain hash is all that is kept, and all that anyone could look up."""
    key = KEY_PREFIX + secrets.token_urlsafe(24) if request.new_key else None
    key_hash = hashlib.sha256(key.encode()).hexdigest() if key else None
    await repository.set_delivery(principal.db, brand_id=brand_id, mode=request.mode, key_hash=key_hash)
    return Delivery(mode=request.mode, key=key)
