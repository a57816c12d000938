"""Resolves contents and lists of them."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from lib import content, template
from lib.content import Content, ContentHead, ContentQuery, Score
from lib.content.models import PublicationBrief
from lib.content.people import PersonDetails
from lib.content.queries import COLUMNS, ContentFilters, Direction, Expandable, SortKey
from lib.graph.engine.binding import Bindings, Info, loaded
from lib.graph.engine.lookahead import selected, wants
from lib.graph.engine.paging import Connection, Paging, cursor_behind, cursor_connection
from lib.graph.resolvers import links

bindings = Bindings()
bindings.represents("Content", Content, ContentHead)
bindings.represents("ContentPerson", PersonDetails)
bindings.represents("PublicationBrief", PublicationBrief)
bindings.represents("ContentScore", Score)
bindings.represents("ContentFilter", ContentFilters)
bindings.enum(
    "ContentSort",
    UPDATED_AT="updatedAt",
    CREATED_AT="createdAt",
    DUE_AT="dueAt",
    SCHEDULED_FOR="scheduledFor",
)
# The fields of the objects that contents embed. Where others are asked for, the object is read itself.
_EMBEDDED: Final[dict[Expandable, set[str]]] = {
    "brand": {"__typename", "id", "name", "slug"},
    "template": {"__typename", "id", "name", "version", "contentType", "isActive"},
}


def _embedded(info: Info, path: str = "") -> list[Expandable]:
    """Returns what contents are to embed for the fields asked for; ``path`` leads to the contents."""
    asked = selected(info, path)
    expand: list[Expandable] = [name for name, part in _EMBEDDED.items() if name in asked and asked[name] <= part]
    return [*expand, "people"] if "people" in asked else expand


async def load(info: Info, content_id: UUID, expand: Iterable[Expandable] = ()) -> Content:
    """Returns a content with its texts. Raises NotFound."""
    return await info.context.once(links.read_content, content_id=content_id, expand=tuple(expand))


@bindings.node("Content")
@bindings.query("content", operation="contents.get")
async def find_content(info: Info, id: UUID) -> Content:
    """Finds a content by its id."""
    return await load(info, id, _embedded(info))


@bindings.query("contents", operation="contents.list")
async def list_contents(
    info: Info,
    *,
    paging: Paging,
    filter: ContentFilters | None = None,
    sort: SortKey = "updatedAt",
    direction: Direction | None = None,
) -> Connection[ContentHead]:
    """Lists contents, by page or after a cursor."""
    given = filter.model_dump(exclude_unset=True) if filter else {}
    place: dict[str, Any] = {"cursor": paging.cursor} if paging.cursor else {"page": paging.number or 1}
    query = ContentQuery(**given, **place, sort=sort, direction=direction, page_size=paging.page_size)
    query.expand = _embedded(info, "nodes")
    is_counted = wants(info, "totalCount")
    items, total, following = await content.list_contents(info.context.principal, query=query, is_counted=is_counted)
    cursor_of = cursor_behind(query.order, value=COLUMNS[sort])
    return cursor_connection(
        items, paging, next_cursor=following, total=total if is_counted else None, cursor_of=cursor_of
    )


async def _text_of(parent: ContentHead, info: Info, name: str) -> Any:
    """Reads what lists lack; None in the bin, whose contents are read when they are restored."""
    return getattr(await loaded(load(info, parent.id)), name, None)


@bindings.field("Content", "fields", is_given=True)
async def fields_of(parent: ContentHead, info: Info) -> dict[str, Any] | None:
    """Returns the values of the template's fields."""
    return await _text_of(parent, info, "fields")


@bindings.field("Content", "body", is_given=True)
async def body_of(parent: ContentHead, info: Info) -> str | None:
    """Returns the text."""
    return await _text_of(parent, info, "body")


@bindings.field("Content", "metadata", is_given=True)
async def metadata_of(parent: ContentHead, info: Info) -> dict[str, Any] | None:
    """Returns what search engines show."""
    return await _text_of(parent, info, "metadata")


@bindings.field("Content", "plainTexts", is_given=True)
async def plain_texts_of(parent: ContentHead, info: Info) -> list[str] | None:
    """Returns the paths of plain texts."""
    return await _text_of(parent, info, "plain_texts")


@bindings.field("Content", "provenance", is_given=True)
async def provenance_of(parent: ContentHead, info: Info) -> dict[str, Any] | None:
    """Returns the origins of what a model wrote."""
    return await _text_of(parent, info, "provenance")


@bindings.field("Content", "publicationBegun")
async def publication_begun_of(parent: ContentHead, info: Info) -> PublicationBrief | None:
    """Returns the publication that the mutation began."""
    return parent.publication if isinstance(parent, Content) else None


@bindings.field("Content", "scoreParts", operation="contents.getScore")
async def score_parts_of(parent: ContentHead, info: Info) -> Score | None:
    """Returns the parts of the score."""
    return await loaded(content.get_score(info.context.principal, content_id=parent.id))


@bindings.field("Content", "people")
async def people_of(parent: ContentHead, info: Info) -> list[PersonDetails] | None:
    """Returns the people whom the content names, with their profiles."""
    if parent.people is None:
        found = await loaded(load(info, parent.id, ["people"]))
        return found.people if found else None
    return parent.people


bindings.link("Content", "brand", links.read_brand, links.brand_id_of, embedded="brand")


bindings.link(
    "Content",
    "template",
    template.get_template,
    lambda item: {"template_id": item.template_id} if item.template_id else None,
    embedded="template",
)
