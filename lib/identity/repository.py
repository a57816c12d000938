"""The queries of identity, each as the caller."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, fetch_one, fetch_rows

_PROFILE = (
    "id,first_name,last_name,timezone,language,avatar_path,"
    "brand_members!brand_members_user_id_fkey(role,expires_at,brand_id,brands!brand_members_brand_id_fkey(name,slug))"
)
_SESSION = "id,device_name,user_agent,address,method,mfa_verified_at,last_seen_at,expires_at,created_at"
_INVITATION = (
    "id,brand_id,email,role,permissions,membership_expires_at,status,delivery,expires_at,created_by,created_at"
)
_KEY = "id,brand_id,user_id,name,prefix,scopes,allowed_addresses,expires_at,last_used_at,revoked_at,created_at"


async def fetch_profile(db: Db, *, user_id: UUID) -> Row | None:
    """The profile with its memberships; those of deleted brands come without a brand."""
    return await fetch_one(db.from_("profiles").select(_PROFILE).eq("id", str(user_id)).limit(1))


async def update_profile(db: Db, *, user_id: UUID, changes: dict[str, Any]) -> bool:
    """Whether there was one."""
    query = db.from_("profiles").update(changes).eq("id", str(user_id)).select("id")
    return bool(await fetch_rows(query))


async def fetch_sessions(db: Db, *, user_id: UUID) -> list[Row]:
    query = db.from_("user_sessions").select(_SESSION).eq("user_id", str(user_id)).is_("ended_at", "null")
    return await fetch_rows(query.gt("expires_at", "now()").order("last_seen_at", desc=True))


async def fetch_devices(db: Db) -> list[Row]:
    columns = "id,name,expires_at,created_at"
    return await fetch_rows(db.from_("trusted_devices").select(columns).order("created_at", desc=True))


async def fetch_factors(db: Db) -> list[Row]:
    columns = "id,kind,name,verified_at,last_used_at,created_at"
    return await fetch_rows(db.from_("mfa_factors").select(columns).order("created_at"))


async def fetch_brand_name(db: Db, *, brand_id: UUID) -> str | None:
    row = await fetch_one(db.from_("brands").select("name").eq("id", str(brand_id)).limit(1))
    return row["name"] if row else None


async def fetch_invitations(db: Db, *, brand_id: UUID, status: str | None) -> list[Row]:
    query = db.from_("invitations").select(_INVITATION).eq("brand_id", str(brand_id))
    if status is not None:
        query = query.eq("status", status)
    return await fetch_rows(query.order("created_at", desc=True).limit(200))


async def fetch_invitation(db: Db, *, invitation_id: UUID) -> Row | None:
    columns = f"{_INVITATION},brands!invitations_brand_id_fkey(name)"
    return await fetch_one(db.from_("invitations").select(columns).eq("id", str(invitation_id)).limit(1))


async def fetch_keys(db: Db, *, brand_id: UUID) -> list[Row]:
    query = db.from_("api_keys").select(_KEY).eq("brand_id", str(brand_id))
    return await fetch_rows(query.order("created_at", desc=True).limit(200))


async def fetch_preferences(db: Db) -> Row | None:
    return await fetch_one(db.from_("notification_preferences").select("*").limit(1))
