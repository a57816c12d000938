from uuid import UUID

from lib.core.db import Db, Row, fetch_one

_PROFILE = (
    "id,first_name,last_name,timezone,language,"
    "brand_members!brand_members_user_id_fkey(role,expires_at,brand_id,brands!brand_members_brand_id_fkey(name,slug))"
)


async def fetch_profile(db: Db, *, user_id: UUID) -> Row | None:
    """The profile with its memberships; those of deleted brands come without a brand."""
    return await fetch_one(db.from_("profiles").select(_PROFILE).eq("id", str(user_id)).limit(1))
