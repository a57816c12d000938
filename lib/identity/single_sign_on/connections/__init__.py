"""Connections of accounts to SAML identity providers: set up, tested, changed and removed by platform admins."""

from lib.identity.single_sign_on.connections.checks import check_draft, check_stored
from lib.identity.single_sign_on.connections.models import (
    ConnectionChanges,
    ConnectionDraft,
    ConnectionReport,
    NewConnection,
    SsoConnection,
)
from lib.identity.single_sign_on.connections.service import (
    create_connection,
    delete_connection,
    get_connection,
    list_connections,
    update_connection,
)

__all__ = [
    "ConnectionChanges",
    "ConnectionDraft",
    "ConnectionReport",
    "NewConnection",
    "SsoConnection",
    "check_draft",
    "check_stored",
    "create_connection",
    "delete_connection",
    "get_connection",
    "list_connections",
    "update_connection",
]
