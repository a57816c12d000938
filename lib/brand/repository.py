from uuid import UUID

from postgrest.types import CountMethod

from lib.core.db import Db, Row, fetch_one, fetch_page
from lib.core.envelope import PageRequest

_COLUMNS = (
    "id,name,slug,description,identity,tone_of_voice,guardrails,key_messages,target_audience,"
    "country,language,allowed_content_types,version,created_at,updated_at"
)


async def fetch_brand(db: Db, *, brand_id: UUID) -> Row | None:
    query = db.from_("brands").select(_COLUMNS).eq("id", str(brand_id)).is_("deleted_at", "null")
    return await fetch_one(query.limit(1))


async def fetch_brands(db: Db, *, page: PageRequest) -> tuple[list[Row], int]:
    query = db.from_("brands").select(_COLUMNS, count=CountMethod.exact).is_("deleted_at", "null")
    return await fetch_page(query.order("name").order("id").range(page.offset, page.last))
