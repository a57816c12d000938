"""The use cases of templates: `(principal, *, …)`, with typed payloads."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound
from lib.template import repository
from lib.template.models import (
    NewTemplate,
    Template,
    TemplateChanges,
    TemplateFilters,
    TemplateRead,
    TemplateVersion,
)


def _with_usage(row: Row) -> Row:
    return row | {"usage": {"count": row["usage_count"], "last_used_at": row["last_used_at"]}}


async def get_template(principal: Principal, *, template_id: UUID) -> TemplateRead:
    """Returns a template with its use, also one that is not active.

    Raises NotFound, and Unprocessable where its stored fields have an invalid shape (domain §4).
    """
    row = await repository.fetch_template(principal.db, template_id=template_id)
    if row is None:
        raise NotFound("template not found")
    return read_row(TemplateRead, row, shape=_with_usage)


async def list_templates(
    principal: Principal, *, filters: TemplateFilters, page: PageRequest
) -> tuple[list[TemplateRead], int]:
    """Lists global templates and those of the caller's brands by name, and how many there are."""
    rows, total = await repository.fetch_templates(principal.db, filters=filters, page=page)
    return read_rows(TemplateRead, rows, shape=_with_usage), total


async def create_template(principal: Principal, *, template: NewTemplate) -> Template:
    """Creates a template of a brand, or a global one.

    Raises NotFound for callers who are no members of the brand, Forbidden for members without `template.write` and
    where the plan has no more templates, ValidationFailed for fields that cannot work together.
    """
    rows = await repository.create(principal.db, template=template)
    return read_row(Template, rows[0])


async def update_template(
    principal: Principal, *, template_id: UUID, expected_version: int, changes: TemplateChanges
) -> Template:
    """Changes a template; contents keep to the version that they were made from.

    Raises PreconditionFailed for a stale version, and what `create_template` raises.
    """
    rows = await repository.update(
        principal.db, template_id=template_id, expected_version=expected_version, changes=changes
    )
    return read_row(Template, rows[0])


async def delete_template(principal: Principal, *, template_id: UUID) -> None:
    """Deletes a template. Raises Forbidden unless the caller is a platform admin, Conflict while contents use it."""
    await repository.delete(principal.db, template_id=template_id)


async def list_versions(
    principal: Principal, *, template_id: UUID, page: PageRequest
) -> tuple[list[TemplateVersion], int]:
    """Lists the versions of a template, newest first, and how many there are. Raises NotFound."""
    rows, total = await repository.fetch_versions(principal.db, template_id=template_id, page=page)
    if total == 0:
        raise NotFound("template not found")
    return read_rows(TemplateVersion, rows), total


async def get_version(principal: Principal, *, template_id: UUID, version: int) -> TemplateVersion:
    """Returns a template as it was in one version. Raises NotFound."""
    row = await repository.fetch_version(principal.db, template_id=template_id, version=version)
    if row is None:
        raise NotFound("template version not found")
    return read_row(TemplateVersion, row)
