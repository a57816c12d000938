"""Leads from objects of claims to others, which are null where the caller may not read them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType, get_named_type

from lib import brand, content
from lib.brand import BrandRead
from lib.claims import catalogue, statements
from lib.claims.catalogue import ClaimBrand, Ingredient, Product
from lib.claims.statements import Claim
from lib.content import Content
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import wants


def needs_more(info: Info, *known: str) -> bool:
    """Tells whether a field of an object was asked for that its reference does not have."""
    kind = get_named_type(info.return_type)
    names: Iterable[str] = kind.fields if isinstance(kind, GraphQLObjectType) else ()
    return any(wants(info, name) for name in names if name not in known)


def _id_in(parent: Any, name: str) -> UUID | None:
    found = parent.get(name) if isinstance(parent, dict) else getattr(parent, name)  # type: ignore[reportUnknownMemberType]
    return found if found is None or isinstance(found, UUID) else UUID(str(found))  # type: ignore[reportUnknownArgumentType]


async def find_claim(info: Info, claim_id: UUID | None) -> Claim | None:
    """Returns a claim by its id."""
    return await loaded(statements.get_claim(info.context.principal, claim_id=claim_id)) if claim_id else None


async def find_brand(info: Info, brand_id: UUID | None) -> BrandRead | None:
    """Returns a brand by its id."""
    if brand_id is None:
        return None
    found = await loaded(brand.get_brand(info.context.principal, brand_id=brand_id, cached=None))
    return found[0] if found else None


async def find_item[T: (ClaimBrand, Product, Ingredient)](info: Info, model: type[T], item_id: UUID) -> T | None:
    """Returns an item of the catalogue by its id."""
    return await loaded(catalogue.get_item(info.context.principal, model, item_id=item_id))


async def claim_of(parent: Any, info: Info) -> Claim | None:
    """Returns the claim of an object that has `claimId`."""
    return await find_claim(info, _id_in(parent, "claim_id"))


async def brand_of(parent: Any, info: Info) -> BrandRead | None:
    """Returns the brand of an object that has `brandId`."""
    return await find_brand(info, _id_in(parent, "brand_id"))


async def content_of(parent: Any, info: Info) -> Content | None:
    """Returns the content of an object that has `contentId`."""
    content_id = _id_in(parent, "content_id")
    if content_id is None:
        return None
    found = await loaded(content.get_content(info.context.principal, content_id=content_id))
    return found[0] if found else None
