"""/api/v1/sso-connections/*: the identity providers of accounts, set up by platform admins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.routes import Route
from lib.identity.single_sign_on import connections
from lib.identity.single_sign_on.connections import (
    ConnectionChanges,
    ConnectionDraft,
    ConnectionReport,
    NewConnection,
    SsoConnection,
)

router = APIRouter(route_class=Route, prefix="/api/v1/sso-connections", tags=["ssoConnections"])

type Paging = Annotated[PageRequest, Depends(page_request)]
type ConnectionId = Annotated[UUID, Path(description="The id of the connection.")]


@router.get("", name="list", responses=documented(401, 403))
async def list_connections(
    person: CurrentPerson,
    page: Paging,
    account_id: Annotated[
        UUID | None, Query(alias="accountId", description="Lists the connections of this account only.")
    ] = None,
) -> Page[SsoConnection]:
    """Lists connections to SAML identity providers by name. Requires a platform admin."""
    items, total = await connections.list_connections(person, account_id=account_id, page=page)
    filters = {"accountId": str(account_id) if account_id else None}
    return page_of(items, total, page, "/api/v1/sso-connections", filters)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_connection(person: CurrentPerson, response: Response, body: NewConnection) -> Success[SsoConnection]:
    """Connects an account to a SAML identity provider, by its metadata or by single values.

    Requires a platform admin who authenticated within the last 30 minutes, and a plan with single sign-on.
    """
    item = await connections.create_connection(person, connection=body)
    response.headers["Location"] = f"/api/v1/sso-connections/{item.id}"
    return Success(data=item)


@router.post("/test", name="test_draft", responses=documented(401, 403))
async def test_draft(person: CurrentPerson, body: ConnectionDraft) -> Success[ConnectionReport]:
    """Checks an identity provider before it is connected, without signing in; nothing is stored.

    SAML: metadata, entity id, sign-on URL, and whether the certificates are valid. OIDC: the discovery document of the
    issuer, its endpoints and PKCE. Requires a platform admin.
    """
    return Success(data=await connections.check_draft(person, draft=body))


@router.get("/{connection_id}", name="get", responses=documented(401, 403, 404))
async def get_connection(person: CurrentPerson, connection_id: ConnectionId) -> Success[SsoConnection]:
    """Returns a connection with its certificates and the roles of its groups. Requires a platform admin."""
    return Success(data=await connections.get_connection(person, connection_id=connection_id))


@router.patch("/{connection_id}", name="update", responses=documented(401, 403, 404, 409))
async def update_connection(
    person: CurrentPerson, connection_id: ConnectionId, body: ConnectionChanges
) -> Success[SsoConnection]:
    """Changes the given properties of a connection; `groupRoles`, `domains` and `certificates` are replaced as a whole.

    Requires a platform admin who authenticated within the last 30 minutes.
    """
    return Success(data=await connections.update_connection(person, connection_id=connection_id, changes=body))


@router.delete("/{connection_id}", status_code=204, name="delete", responses=documented(401, 403, 404))
async def delete_connection(person: CurrentPerson, connection_id: ConnectionId) -> Response:
    """Removes a connection, the memberships that its groups gave, and the sessions that it opened.

    Requires a platform admin who authenticated within the last 30 minutes.
    """
    await connections.delete_connection(person, connection_id=connection_id)
    return Response(status_code=204)


@router.post("/{connection_id}/test", name="test", responses=documented(401, 403, 404))
async def test_connection(person: CurrentPerson, connection_id: ConnectionId) -> Success[ConnectionReport]:
    """Checks a connection without signing in: entity id, sign-on URL, and whether its certificates are valid.

    Requires a platform admin.
    """
    return Success(data=await connections.check_stored(person, connection_id=connection_id))
