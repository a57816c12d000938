"""The bindings of administration, and what their resolvers share."""

from typing import Any, Final
from uuid import UUID

from lib import brand
from lib.brand import BrandRead
from lib.core.auth.principal import Principal
from lib.graph.engine.binding import Bindings, Info

bindings = Bindings()

PAGE: Final = "the arguments of paging say it"


async def read_brand(principal: Principal, *, brand_id: UUID) -> BrandRead:
    """Reads a brand that an object belongs to."""
    return (await brand.get_brand(principal, brand_id=brand_id, cached=None))[0]


def _named_brand(parent: Any) -> dict[str, Any] | None:
    return {"brand_id": parent.brand.id} if parent.brand else None


def _id(parent: Any) -> dict[str, Any]:
    return {"brand_id": parent.brand_id}


def link_brand(type_name: str) -> None:
    """Binds the brand of a type whose model has its id."""
    bindings.link(type_name, "brand", read_brand, _id)


def link_named_brand(type_name: str, *names: str) -> None:
    """Binds the brand of a type whose model names it, and fields of that name: `brandId`, `brandName`, `brandSlug`.

    The caller may not be allowed to read the brand itself, and is told of it all the same, as in REST.
    """
    bindings.link(type_name, "brand", read_brand, _named_brand)
    for name in names:
        _bind_name(type_name, name)


def _bind_name(type_name: str, name: str) -> None:
    attribute = name.removeprefix("brand").lower()

    async def read(parent: Any, info: Info) -> str | None:
        return str(getattr(parent.brand, attribute)) if parent.brand else None

    bindings.field(type_name, name, cost=0)(read)
