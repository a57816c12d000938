"""Leads from objects to those of other contexts, which are null where the caller may not read them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from lib import brand, content
from lib.brand import BrandRead
from lib.claims import catalogue, statements
from lib.claims.catalogue import ClaimBrand, Ingredient, Product
from lib.claims.statements import Claim
from lib.content import Content
from lib.content.queries import Expandable
from lib.core.auth.principal import Principal
from lib.graph.engine.binding import Info
from lib.workflow import definitions
from lib.workflow.definitions import Workflow


async def read_brand(principal: Principal, *, brand_id: UUID) -> BrandRead:
    """Reads a brand, for `Bindings.link`."""
    return (await brand.get_brand(principal, brand_id=brand_id, cached=None))[0]


async def read_content(principal: Principal, *, content_id: UUID, expand: tuple[Expandable, ...] = ()) -> Content:
    """Reads a content, for `Bindings.link`."""
    return (await content.get_content(principal, content_id=content_id, expand=list(expand)))[0]


async def read_claim(principal: Principal, *, claim_id: UUID) -> Claim:
    """Reads a claim, for `Bindings.link`."""
    return await statements.get_claim(principal, claim_id=claim_id)


async def read_item[T: (ClaimBrand, Product, Ingredient)](principal: Principal, *, model: type[T], item_id: UUID) -> T:
    """Reads an item of the catalogue of claims, for `Bindings.link`."""
    return await catalogue.get_item(principal, model, item_id=item_id)


async def read_workflow(principal: Principal, *, workflow_id: UUID) -> Workflow:
    """Reads a workflow, for `Bindings.link`."""
    return await definitions.get_workflow(principal, workflow_id=workflow_id)


def argument(name: str, attribute: str | None = None) -> Callable[[Any], dict[str, Any] | None]:
    """Returns what makes the argument ``name`` of an id that an object has, for `Bindings.link`.

    ``attribute``: where the object has the id, or what it refers to, if that is not called as the argument.
    """
    place = attribute or name

    def argument_of(parent: Any) -> dict[str, Any] | None:
        found = parent.get(place) if isinstance(parent, dict) else getattr(parent, place)  # type: ignore[reportUnknownMemberType]
        found = getattr(found, "id", found)  # type: ignore[reportUnknownArgumentType]
        return {name: found if isinstance(found, UUID) else UUID(str(found))} if found else None  # type: ignore[reportUnknownArgumentType]

    return argument_of


brand_id_of = argument("brand_id")
content_id_of = argument("content_id")
claim_id_of = argument("claim_id")
workflow_id_of = argument("workflow_id")
referred_brand_of = argument("brand_id", "brand")


def item_of(model: type[ClaimBrand | Product | Ingredient], attribute: str) -> Callable[[Any], dict[str, Any] | None]:
    """Returns what makes the arguments of `read_item` of an id, or of a reference, that an object has."""
    id_of = argument("item_id", attribute)

    def arguments_of(parent: Any) -> dict[str, Any] | None:
        found = id_of(parent)
        return {"model": model} | found if found else None

    return arguments_of


async def referred_brand_id_of(parent: Any, info: Info) -> str | None:
    """Returns the id of the brand of an object that refers to it as `brand`."""
    return str(parent.brand.id) if parent.brand else None
