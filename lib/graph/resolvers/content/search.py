"""Resolves the search of contents and suggestions."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from lib import content
from lib.content import SearchQuery, Suggestion, SuggestionQuery
from lib.content.queries import Facets, Found, SearchHit, SearchSortKey, TypedText
from lib.core.http.models import RequestModel, SearchText
from lib.graph.engine.arguments import renamed, validated
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import DEFAULT_PAGE_SIZE, PageInfo, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.content.contents import bindings

bindings.represents("SearchHit", SearchHit)
bindings.represents("SearchFacets", Facets)
bindings.represents("ContentSuggestion", Suggestion)
bindings.enum("SearchSort", UPDATED_AT="updatedAt", CREATED_AT="createdAt")


# Where a client finds the parts of a search that are validated together with its filter.
_OF_OPTIONS: Final = {f"options.filter.{name}": f"options.pagination.{name}" for name in ("page", "pageSize")}


class SearchPage(RequestModel):
    """The page of a search by its number."""

    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE


class SearchOptions(RequestModel):
    """How a search answers."""

    filter: dict[str, Any] | None = None
    sort: SearchSortKey = "relevance"
    pagination: SearchPage | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of the matches of a search."""

    nodes: list[SearchHit]
    page_info: PageInfo
    total_count: int
    facets: Facets
    is_truncated: bool


bindings.represents("SearchResults", SearchResults)


@bindings.query(operation="contents.search")
async def search_content(info: Info, *, query: SearchText, options: SearchOptions | None = None) -> SearchResults:
    """Searches contents by their words."""
    options = options or SearchOptions()
    place = (options.pagination or SearchPage()).model_dump(by_alias=True)
    values = {**(options.filter or {}), "q": query, "sort": options.sort, **place}
    with renamed(**_OF_OPTIONS):
        asked = validated(SearchQuery, values, at="options.filter")
    found: Found = await content.search_contents(info.context.principal, query=asked)
    page = connection_of(found.hits, Paging(asked.page_size, number=asked.page), total=found.total)
    return SearchResults(found.hits, page.page_info, found.total, found.facets, found.is_truncated)


@bindings.query(operation="contents.suggest", many=20)
async def suggest_contents(
    info: Info, *, query: TypedText, brand_id: UUID | None = None, limit: Annotated[int, Field(ge=1, le=20)] = 8
) -> list[Suggestion]:
    """Suggests contents while their titles are typed."""
    values = {"q": query, "brandId": brand_id, "limit": limit}
    return await content.suggest_contents(info.context.principal, query=validated(SuggestionQuery, values, at="query"))


for _kind in ("SearchHit", "ContentSuggestion"):
    bindings.link(_kind, "content", links.read_content, lambda found: {"content_id": found.id})
    bindings.link(_kind, "brand", links.read_brand, lambda found: {"brand_id": found.brand_id})
