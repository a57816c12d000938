"""Resolves the caller's permissions, the sender settings of brands, dead letters and the configuration."""

from typing import Any
from uuid import UUID

from lib.core.public_config import PublicConfig, get_public_config
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of, cursor_behind, cursor_connection
from lib.graph.resolvers.administration.bound import PAGE, bindings, link_brand, link_named_brand
from lib.identity.permissions import BrandPermissions, list_permissions
from lib.jobs import dead_letters as letters
from lib.jobs.dead_letters import DeadLetter, DeadLetterQuery
from lib.notify.mail.addressing import MailSettings, NewMailSettings, get_mail_settings, replace_mail_settings

_NAMED = ("brandId", "brandName", "brandSlug")

bindings.represents("BrandPermissions", BrandPermissions)
bindings.represents("PublicConfig", PublicConfig)
bindings.represents("MailSettings", MailSettings)
bindings.represents("MailSettingsInput", NewMailSettings)
bindings.represents("DeadLetter", DeadLetter)
bindings.represents("DeadLetterFilter", DeadLetterQuery, omits={"pageSize": PAGE, "cursor": PAGE})
link_named_brand("BrandPermissions", *_NAMED)
link_named_brand("DeadLetter", *_NAMED)
link_brand("MailSettings")


@bindings.query(operation="permissions.list")
async def permissions(info: Info, *, paging: Paging, brand_id: UUID | None = None) -> Connection[BrandPermissions]:
    """Lists what the caller may do in each brand."""
    rows, total = await list_permissions(info.context.principal, brand_id=brand_id, page=paging.request)
    return connection_of(rows, paging, total=total)


@bindings.query(operation="system.getConfig")
async def config(info: Info) -> PublicConfig:
    """Returns what a browser needs for live updates."""
    return get_public_config()


@bindings.query(operation="mail.getSettings")
async def mail_settings(info: Info, *, brand_id: UUID) -> MailSettings:
    """Returns the sender settings of a brand."""
    return await get_mail_settings(info.context.principal, brand_id=brand_id)


@bindings.mutation("replaceMailSettings", operation="mail.replaceSettings")
async def replace_settings(
    info: Info, *, brand_id: UUID, input: NewMailSettings, expected_version: int
) -> dict[str, Any]:
    """Replaces the sender settings of a brand."""
    settings = await replace_mail_settings(
        info.context.principal, brand_id=brand_id, settings=input, expected_version=expected_version
    )
    return {"mailSettings": settings}


@bindings.query(operation="deadLetters.list")
async def dead_letters(info: Info, *, paging: Paging, filter: DeadLetterQuery | None = None) -> Connection[DeadLetter]:
    """Lists work that was set aside."""
    paging.require_first()
    place = {"page_size": paging.page_size, "cursor": paging.cursor}
    query = (filter or DeadLetterQuery()).model_copy(update=place)
    found, following = await letters.list_letters(info.context.person(), query=query)
    return cursor_connection(
        found, paging, next_cursor=following, cursor_of=cursor_behind(letters.ORDER, value="died_at")
    )


@bindings.mutation(operation="deadLetters.requeue")
async def requeue_dead_letter(info: Info, *, id: UUID) -> dict[str, Any]:
    """Has work tried again."""
    await letters.requeue_letter(info.context.person(), letter_id=id)
    return {"requeuedId": id}


@bindings.mutation(operation="deadLetters.dismiss")
async def dismiss_dead_letter(info: Info, *, id: UUID) -> dict[str, Any]:
    """Removes a dead letter."""
    await letters.dismiss_letter(info.context.person(), letter_id=id)
    return {"deletedId": id}
