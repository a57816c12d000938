"""Resolves the people of brands: lib/graph/schema/brand_parts.graphql"""

from typing import Any
from uuid import UUID

from lib import brand
from lib.brand import BrandMembership, InvitedColleague, Member, MemberAssignment
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.brand.bound import bindings

bindings.represents("Member", Member)
bindings.represents("BrandMembership", BrandMembership)
bindings.represents("InvitedColleague", InvitedColleague)
bindings.link("BrandMembership", "brand", links.read_brand, links.brand_id_of)


@bindings.field("Brand", "members", operation="members.list")
async def members_of(parent: Any, info: Info, *, paging: Paging) -> Connection[Member]:
    """Lists the members of a brand."""
    items, total = await brand.list_members(info.context.principal, brand_id=parent.id, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="members.assign")
async def assign_member(info: Info, *, brand_id: UUID, user_id: UUID, input: MemberAssignment) -> dict[str, Any]:
    """Replaces a membership, or invites a colleague."""
    given = await brand.assign_member(info.context.principal, brand_id=brand_id, user_id=user_id, assignment=input)
    return {"invitation" if isinstance(given, InvitedColleague) else "membership": given}


@bindings.mutation(operation="members.delete")
async def remove_member(info: Info, *, brand_id: UUID, user_id: UUID) -> dict[str, Any]:
    """Ends a membership."""
    await brand.remove_member(info.context.principal, brand_id=brand_id, user_id=user_id)
    return {"deletedId": user_id}


@bindings.mutation(operation="members.leave")
async def leave_brand(info: Info, *, brand_id: UUID) -> dict[str, Any]:
    """Ends the caller's own membership."""
    await brand.leave_brand(info.context.person(), brand_id=brand_id)
    return {"deletedId": brand_id}
