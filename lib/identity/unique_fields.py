"""The unique indexes of this context, each with the field of the API that it is about."""

from typing import Final

UNIQUE_FIELDS: Final = {
    "brand_members_pkey": "userId",
    "invitations_pending_idx": "email",
    "sso_connections_entity_id_key": "entityId",
    "sso_group_roles_pkey": "groupName",
}
