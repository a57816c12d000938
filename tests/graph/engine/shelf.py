"""A small schema with every kind of field that costs something, whose resolvers count their calls."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from graphql import GraphQLObjectType, build_schema

from lib.core.http.envelope import MAX_PAGE_SIZE
from lib.graph.engine.page_sizes import DEFAULT_PAGE

SDL: Final = """
input Pagination { page: Int = 1  pageSize: Int = 20 }
interface Node { id: ID! }
type Person implements Node { id: ID!  name: String  brands: [Brand!]! }
type Brand implements Node {
  id: ID!
  name: String
  owner: Person
  people: [Person!]!
  contents(first: Int, after: String, pagination: Pagination): ContentConnection!
}
type PageInfo { hasNextPage: Boolean! }
type ContentEdge { cursor: String!  node: Content! }
type ContentConnection { nodes: [Content!]!  edges: [ContentEdge!]!  pageInfo: PageInfo!  totalCount: Int }
type Content implements Node {
  id: ID!
  title: String
  score: Int
  brand: Brand
  subject: Subject
  similar(first: Int = 3): [Content!]!
}
union Subject = Brand | Person
type Found { contents: ContentConnection!  facets: [Facet!]! }
type Facet { name: String  brand: Brand }
type Query {
  content(id: ID): Content
  contents(first: Int, pagination: Pagination): ContentConnection!
  search(pagination: Pagination = {pageSize: 7}): Found!
  node(id: ID): Node
  nodes(ids: [ID!]!): [Node]!
}
type Mutation { rename(id: ID): Content  publish(id: ID): Content }
"""
LIST: Final = 10
PEOPLE: Final = 4


def page_of(sent: dict[str, Any]) -> int:
    """Returns the size of a page as the API takes it. Raises ValueError for a size that it refuses."""
    pagination: dict[str, Any] = sent.get("pagination") or {}
    given = [each for each in (sent.get("first"), pagination.get("pageSize")) if each is not None]
    size = given[0] if given else DEFAULT_PAGE
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise ValueError(size)
    return size


def made(kind: str) -> dict[str, Any]:
    return {"__typename": kind, "id": "1", "name": "N", "title": "T"}


class Shelf:
    """The schema, and how often each resolver was called since it was made."""

    def __init__(self) -> None:
        self.schema = build_schema(SDL)
        self.calls: Counter[str] = Counter()
        self.turn = 0
        one: dict[str, str] = {
            "Content.brand": "Brand", "Brand.owner": "Person", "Query.content": "Content", "Facet.brand": "Brand",
            "Mutation.rename": "Content", "Mutation.publish": "Content",
        }  # fmt: skip
        many = {"Person.brands": ("Brand", LIST), "Brand.people": ("Person", PEOPLE)}
        for name, kind in one.items():
            self._bind(name, lambda _, kind=kind: made(kind))
        for name, (kind, count) in many.items():
            self._bind(name, lambda _, kind=kind, count=count: [made(kind)] * count)
        self._bind("Content.score", lambda _: 5)
        self._bind("ContentConnection.totalCount", lambda _: 5)
        self._bind("Content.subject", lambda _: self._any("Brand", "Person"))
        self._bind("Content.similar", lambda sent: [made("Content")] * page_of(sent))
        self._bind("Query.node", lambda _: self._any("Brand", "Person", "Content"))
        self._bind("Query.nodes", lambda sent: [self._any("Brand", "Content") for _ in sent["ids"]])
        for name in ("Query.contents", "Brand.contents"):
            self._bind(name, lambda sent: self._page(page_of(sent)))
        self._bind("Query.search", lambda sent: self._found(page_of(sent)))
        self._field("Brand.people").extensions["many"] = PEOPLE

    def _field(self, name: str) -> Any:
        kind, field = name.split(".")
        found = self.schema.type_map[kind]
        assert isinstance(found, GraphQLObjectType)
        return found.fields[field]

    def _bind(self, name: str, answer: Callable[[dict[str, Any]], Any]) -> None:
        def resolve(_: Any, info: Any, **sent: Any) -> Any:
            self.calls[name] += 1
            return answer(sent)

        self._field(name).resolve = resolve

    def _any(self, *kinds: str) -> dict[str, Any]:
        self.turn += 1
        return made(kinds[self.turn % len(kinds)])

    def _page(self, size: int) -> dict[str, Any]:
        nodes = [made("Content")] * size
        edges = [{"cursor": "c", "node": node} for node in nodes]
        return {"nodes": nodes, "edges": edges, "pageInfo": {"hasNextPage": False}}

    def _found(self, size: int) -> dict[str, Any]:
        return {"contents": self._page(size), "facets": [{"name": "F"} for _ in range(LIST)]}
