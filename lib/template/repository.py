"""The calls of the data API about templates, each as the caller."""

from dataclasses import asdict
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.envelope import PageRequest
from lib.template.models import NewTemplate, TemplateChanges, TemplateFilters
from lib.template.unique_fields import UNIQUE_FIELDS

register_unique_fields(UNIQUE_FIELDS)


async def fetch_template(db: Db, *, template_id: UUID) -> Row | None:
    """Reads a template with its use, also one that is not active."""
    arguments = {"template_id": str(template_id), "is_active": None, "page_size": 1}
    rows, _ = await fetch_listing(call(db, "list_templates", arguments))
    return rows[0] if rows else None


async def fetch_templates(db: Db, *, filters: TemplateFilters, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of templates by name, global ones among them, and how many there are."""
    arguments = asdict(filters) | {
        "brand_id": str(filters.brand_id) if filters.brand_id else None,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_templates", arguments))


async def create(db: Db, *, template: NewTemplate) -> list[Row]:
    """Creates a template and returns it."""
    brand = str(template.brand_id) if template.brand_id else None
    return await command(db, "create_template", {"brand_id": brand, "details": template.as_row()})


async def update(db: Db, *, template_id: UUID, expected_version: int, changes: TemplateChanges) -> list[Row]:
    """Changes the values of a template that were sent, and returns the template."""
    arguments = {"template_id": str(template_id), "expected_version": expected_version, "changes": changes.as_row()}
    return await command(db, "update_template", arguments)


async def delete(db: Db, *, template_id: UUID) -> None:
    """Deletes a template."""
    await command(db, "delete_template", {"template_id": str(template_id)})


async def fetch_versions(db: Db, *, template_id: UUID, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of the versions of a template, newest first, and how many there are."""
    arguments = {"template_id": str(template_id), "page_offset": page.offset, "page_size": page.page_size}
    return await fetch_listing(call(db, "list_template_versions", arguments))


async def fetch_version(db: Db, *, template_id: UUID, version: int) -> Row | None:
    """Reads one version of a template."""
    arguments = {"template_id": str(template_id), "version": version}
    rows, _ = await fetch_listing(call(db, "list_template_versions", arguments))
    return rows[0] if rows else None
