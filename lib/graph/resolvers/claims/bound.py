"""The bindings of claims, and what their resolvers share."""

from typing import Final

from lib.claims.fields import ListQuery
from lib.graph.engine.binding import Bindings
from lib.graph.engine.paging import Paging

bindings = Bindings()

PAGES: Final = {"page": "the arguments of paging say it", "pageSize": "the arguments of paging say it"}


def paged[T: ListQuery](query: T, paging: Paging, **fixed: object) -> T:
    """Returns a query for a page, with the filters that the place of the field fixes."""
    return query.model_copy(update={"page": paging.page, "page_size": paging.page_size, **fixed})
