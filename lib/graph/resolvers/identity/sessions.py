"""Resolves the caller's sessions, remembered devices and second factors."""

from typing import Any
from uuid import UUID

from lib.graph.engine.binding import Info
from lib.graph.resolvers.identity.people import bindings
from lib.identity import second_factor
from lib.identity import sessions as service
from lib.identity.second_factor import FactorListed
from lib.identity.sessions import DeviceListed, SessionListed, SessionState

bindings.represents("Session", SessionListed)
bindings.represents("SessionState", SessionState)
bindings.represents("RememberedDevice", DeviceListed)
bindings.represents("SecondFactor", FactorListed)


@bindings.query(operation="sessions.list")
async def sessions(info: Info) -> list[SessionListed]:
    """Lists the caller's sessions."""
    return await service.list_sessions(info.context.person())


@bindings.query(operation="devices.list")
async def devices(info: Info) -> list[DeviceListed]:
    """Lists the caller's remembered devices."""
    return await service.list_devices(info.context.person())


@bindings.query(operation="secondFactors.list")
async def second_factors(info: Info) -> list[FactorListed]:
    """Lists the caller's second factors."""
    return await second_factor.list_factors(info.context.person())


@bindings.mutation(operation="sessions.extend")
async def extend_session(info: Info) -> dict[str, Any]:
    """Extends the session of the request."""
    return {"session": await service.extend_session(info.context.person())}


@bindings.mutation(operation="sessions.end")
async def end_session(info: Info, *, id: UUID) -> dict[str, Any]:
    """Ends one of the caller's sessions."""
    await service.end_session(info.context.person(), session_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="devices.forget")
async def forget_device(info: Info, *, id: UUID) -> dict[str, Any]:
    """Forgets a remembered device."""
    await service.forget_device(info.context.person(), device_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="secondFactors.delete")
async def delete_second_factor(info: Info, *, id: UUID) -> dict[str, Any]:
    """Removes a second factor."""
    await second_factor.remove_factor(info.context.person(), factor_id=id)
    return {"deletedId": id}
