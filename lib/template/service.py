from uuid import UUID

from pydantic import ValidationError

from lib.core.db import Row
from lib.core.envelope import PageRequest
from lib.core.errors import InternalError, NotFound, Unprocessable
from lib.core.principal import Principal
from lib.template import repository
from lib.template.models import NewTemplate, Template


def _to_template(row: Row) -> Template:
    """Fields are JSON in the database, where an admin of a brand can write them past our models."""
    try:
        return Template.model_validate(row)
    except ValidationError as error:
        raise Unprocessable(f"the stored fields of template {row['id']} have an invalid shape") from error


async def get_template(principal: Principal, *, template_id: UUID) -> Template:
    row = await repository.fetch_template(principal.db, template_id=template_id)
    if row is None:
        raise NotFound("template not found")
    return _to_template(row)


async def list_templates(
    principal: Principal, *, brand_id: UUID | None, page: PageRequest
) -> tuple[list[Template], int]:
    rows, total = await repository.fetch_templates(principal.db, brand_id=brand_id, page=page)
    return [_to_template(row) for row in rows], total


async def create_template(principal: Principal, *, template: NewTemplate) -> Template:
    """Raises Forbidden unless the caller is an admin of the brand, whether or not there is such a brand."""
    row = await repository.insert_template(principal.db, template=template)
    if row is None:
        raise InternalError("the template was not returned")
    return _to_template(row)
