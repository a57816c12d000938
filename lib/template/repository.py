from uuid import UUID

from postgrest.types import CountMethod

from lib.core.db import Db, Row, fetch_one, fetch_page
from lib.core.envelope import PageRequest
from lib.template.models import NewTemplate

_COLUMNS = (
    "id,brand_id,name,description,content_type,input_fields,output_fields,is_active,version,created_at,updated_at"
)


async def fetch_template(db: Db, *, template_id: UUID) -> Row | None:
    return await fetch_one(db.from_("templates").select(_COLUMNS).eq("id", str(template_id)).limit(1))


async def fetch_templates(db: Db, *, brand_id: UUID | None, page: PageRequest) -> tuple[list[Row], int]:
    """Those of the brand and the global ones; without a brand all that the caller may see."""
    query = db.from_("templates").select(_COLUMNS, count=CountMethod.exact).eq("is_active", "true")
    if brand_id is not None:
        query = query.or_(f"brand_id.is.null,brand_id.eq.{brand_id}")
    return await fetch_page(query.order("name").order("id").range(page.offset, page.last))


async def insert_template(db: Db, *, template: NewTemplate) -> Row | None:
    fields = {
        "input_fields": [field.model_dump(by_alias=True, exclude_none=True) for field in template.input_fields],
        "output_fields": [field.model_dump(by_alias=True, exclude_none=True) for field in template.output_fields],
    }
    row = template.model_dump(mode="json", exclude={"input_fields", "output_fields"}) | fields
    return await fetch_one(db.from_("templates").insert(row).select(_COLUMNS))
