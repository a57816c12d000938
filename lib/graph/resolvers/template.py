"""Resolves templates: lib/graph/schema/template.graphql and its neighbours"""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, StringConstraints

from lib import template
from lib.content.models import TemplateSummary
from lib.core.auth.principal import Principal
from lib.core.http.models import RequestModel, SearchText
from lib.graph.engine.binding import Bindings, Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.template import NewTemplate, Template, TemplateChanges, TemplateFilters, TemplateRead, TemplateVersion
from lib.template.fields import Choice, Condition, InputField, OutputField, Validation
from lib.template.models import TemplateProblem, Usage

ONLY_REST: Final[dict[str, str]] = {}
type Version = Annotated[int, Field(ge=1)]
type AnyTemplate = Template | TemplateSummary

bindings = Bindings()
bindings.represents("Template", Template, TemplateRead, TemplateSummary)
bindings.represents("TemplateVersion", TemplateVersion)
bindings.represents("TemplateUsage", Usage)
bindings.represents("TemplateProblem", TemplateProblem)
bindings.represents("InputField", InputField)
bindings.represents("OutputField", OutputField)
bindings.represents("FieldChoice", Choice)
bindings.represents("FieldCondition", Condition)
bindings.represents("FieldValidation", Validation)


class TemplateFilter(RequestModel):
    """Which templates to list."""

    brand_id: UUID | None = None
    content_type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] | None = None
    category: SearchText | None = None
    q: SearchText | None = None
    active: bool = True

    def filters(self) -> TemplateFilters:
        """Returns the filters as the service takes them."""
        return TemplateFilters(
            brand_id=self.brand_id,
            content_type=self.content_type,
            category=self.category,
            query=self.q,
            is_active=self.active,
        )


bindings.represents("TemplateFilter", TemplateFilter)


@bindings.node("Template")
@bindings.query("template", operation="templates.get")
async def find_template(info: Info, id: UUID) -> TemplateRead:
    """Finds a template by its id."""
    return await info.context.once(template.get_template, template_id=id)


@bindings.query("templates", operation="templates.list")
async def list_templates(
    info: Info, *, paging: Paging, filter: TemplateFilter | None = None
) -> Connection[TemplateRead]:
    """Lists templates."""
    filters = (filter or TemplateFilter()).filters()
    items, total = await template.list_templates(info.context.principal, filters=filters, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.field("Brand", "templates", operation="templates.list")
async def templates_of(
    parent: Any, info: Info, *, paging: Paging, filter: TemplateFilter | None = None
) -> Connection[TemplateRead]:
    """Lists the templates of a brand."""
    own = (filter or TemplateFilter()).model_copy(update={"brand_id": parent.id})
    own.model_fields_set.add("brand_id")
    return await list_templates(info, paging=paging, filter=own)


@bindings.query(operation="templates.getVersion")
async def template_version(info: Info, *, template_id: UUID, version: Version) -> TemplateVersion:
    """Finds a template as it was in one version."""
    return await info.context.once(template.get_version, template_id=template_id, version=version)


@bindings.whole("Template")
async def whole_template(info: Info, part: AnyTemplate) -> TemplateRead:
    """Reads a template of which a content shows a part."""
    return await find_template(info, part.id)


@bindings.field("Template", "problems")
async def problems_of(parent: AnyTemplate, info: Info) -> list[TemplateProblem]:
    """Returns what cannot work, which lists do not have."""
    known = parent.problems if isinstance(parent, Template) else None
    return (await find_template(info, parent.id)).problems or [] if known is None else known


@bindings.field("Template", "versions", operation="templates.listVersions")
async def versions_of(parent: AnyTemplate, info: Info, *, paging: Paging) -> Connection[TemplateVersion]:
    """Lists the versions of a template."""
    items, total = await template.list_versions(info.context.principal, template_id=parent.id, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.field("Template", "atVersion", operation="templates.getVersion")
async def at_version(parent: AnyTemplate, info: Info, *, number: Version) -> TemplateVersion | None:
    """Returns a template as it was in one version."""
    return await loaded(template_version(info, template_id=parent.id, version=number))


async def _brand_of(principal: Principal, *, brand_id: UUID | None = None, template_id: UUID | None = None) -> Any:
    """Reads a brand, and first which one it is where only its template is known."""
    if template_id is not None:
        brand_id = (await template.get_template(principal, template_id=template_id)).brand_id
    return await links.read_brand(principal, brand_id=brand_id) if brand_id else None


def _owner_of(parent: AnyTemplate) -> dict[str, Any] | None:
    if not isinstance(parent, Template):
        return {"template_id": parent.id}
    return {"brand_id": parent.brand_id} if parent.brand_id else None


bindings.link("Template", "brand", _brand_of, _owner_of)
bindings.link(
    "TemplateVersion", "template", template.get_template, lambda version: {"template_id": version.template_id}
)
bindings.link(
    "Content",
    "templateForm",
    template.get_version,
    lambda item: {"template_id": item.template_id, "version": item.template_version} if item.template_id else None,
    operation="templates.getVersion",
)


@bindings.mutation(operation="templates.create")
async def create_template(info: Info, *, input: NewTemplate) -> dict[str, Any]:
    """Creates a template."""
    return {"template": await template.create_template(info.context.principal, template=input)}


@bindings.mutation(operation="templates.update")
async def update_template(info: Info, *, id: UUID, input: TemplateChanges, expected_version: int) -> dict[str, Any]:
    """Changes a template."""
    changed = await template.update_template(
        info.context.principal, template_id=id, expected_version=expected_version, changes=input
    )
    return {"template": changed}


@bindings.mutation(operation="templates.delete")
async def delete_template(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deletes a template."""
    await template.delete_template(info.context.principal, template_id=id)
    return {"deletedId": id}
