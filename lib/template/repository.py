from typing import Any
from uuid import UUID

from postgrest.types import CountMethod

from lib.core.data.db import Db, Row, call, command, fetch_listing, fetch_one, fetch_page
from lib.core.http.envelope import PageRequest
from lib.template.models import NewTemplate, TemplateChanges

_VERSION_COLUMNS = "template_id,version,name,content_type,input_fields,output_fields,created_by,created_at"


async def fetch_template(db: Db, *, template_id: UUID) -> Row | None:
    """With its use; also one that is not active."""
    arguments = {"template_id": str(template_id), "is_active": None, "page_size": 1}
    rows, _ = await fetch_listing(call(db, "list_templates", arguments))
    return rows[0] if rows else None


async def fetch_templates(db: Db, *, filters: dict[str, Any], page: PageRequest) -> tuple[list[Row], int]:
    """Those of the brand and the global ones; without a brand all that the caller may see."""
    arguments = filters | {"page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_templates", arguments))


async def create(db: Db, *, template: NewTemplate) -> list[Row]:
    brand = str(template.brand_id) if template.brand_id else None
    return await command(db, "create_template", {"brand_id": brand, "details": template.as_row()})


async def update(db: Db, *, template_id: UUID, expected_version: int, changes: TemplateChanges) -> list[Row]:
    arguments = {"template_id": str(template_id), "expected_version": expected_version, "changes": changes.as_row()}
    return await command(db, "update_template", arguments)


async def delete(db: Db, *, template_id: UUID) -> None:
    await command(db, "delete_template", {"template_id": str(template_id)})


async def fetch_versions(db: Db, *, template_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    query = db.from_("template_versions").select(_VERSION_COLUMNS, count=CountMethod.exact)
    query = query.eq("template_id", str(template_id)).order("version", desc=True)
    return await fetch_page(query.range(page.offset, page.last))


async def fetch_version(db: Db, *, template_id: UUID, version: int) -> Row | None:
    query = db.from_("template_versions").select(_VERSION_COLUMNS).eq("template_id", str(template_id))
    return await fetch_one(query.eq("version", version).limit(1))
