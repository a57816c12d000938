"""The use cases of channels: `(principal, *, …)`, with typed payloads."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.conditional import current_if_expected, is_expected
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import Conflict, ErrorDetail, PreconditionFailed, ValidationFailed
from lib.core.http.models import RequestModel
from lib.core.http.validation import details_of
from lib.publishing.channels import repository
from lib.publishing.channels.adapters import adapter_of
from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.models import (
    Channel,
    ChannelChanges,
    ChannelIssue,
    DryRun,
    DryRunRequest,
    NewChannel,
    PlannedRequest,
)
from lib.publishing.channels.publications import understood, work_of
from lib.publishing.channels.secrets import seal
from lib.publishing.channels.settings import CREDENTIALS, SETTINGS, ChannelSettings, ExternalKind
from lib.publishing.channels.wire import DryWire

# The settings with the address that receives credentials or signatures.
SENT_TO: Mapping[ExternalKind, str] = {
    "webhook": "url",
    "wordpress": "siteUrl",
    "contentful": "apiUrl",
    "shopify": "shopUrl",
    "s3": "endpointUrl",
}


def _new_id() -> UUID:
    """Returns a UUID of version 7: the credentials are encrypted for the id of a channel that is still to be made."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def _read[M: RequestModel](model: type[M], field: str, values: dict[str, Any]) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = [item | {"loc": ("body", field, *item["loc"])} for item in error.errors(include_url=False)]
        details = details_of(errors, {field: values})
        raise ValidationFailed("the channel is not valid", details=details) from None


def _check_mapping(kind: ExternalKind, settings: ChannelSettings, mapping: Mapping[str, str]) -> None:
    adapter = adapter_of(kind)
    details: list[ErrorDetail] = [
        {"field": f"fieldMapping.{target}", "code": "INVALID_FORMAT", "message": "is not a field of the target"}
        for target in mapping
        if not adapter.takes(settings, target)
    ]
    if details:
        raise ValidationFailed("the channel is not valid", details=details[:20])


def _stored(settings: RequestModel) -> dict[str, Any]:
    return settings.model_dump(mode="json", by_alias=True)


async def list_channels(principal: Principal, *, brand_id: UUID, page: PageRequest) -> tuple[list[Channel], int]:
    """Lists the channels of a brand, its own delivery first. Raises Forbidden without `integration.manage` and NotFound
    for strangers to the brand."""
    rows, total = await repository.fetch_list(principal.db, brand_id=brand_id, page=page)
    return read_rows(Channel, rows), total


async def get_channel(principal: Principal, *, channel_id: UUID) -> Channel:
    """Returns a channel. Raises Forbidden without `integration.manage` and NotFound."""
    return read_row(Channel, await repository.fetch(principal.db, channel_id=channel_id))


async def create_channel(principal: Principal, *, channel: NewChannel) -> Channel:
    """Creates a channel. Raises ValidationFailed, Conflict for a name that is taken, Forbidden and NotFound."""
    settings = _read(SETTINGS[channel.kind], "settings", channel.settings)
    credentials = _read(CREDENTIALS[channel.kind], "credentials", channel.credentials)
    _check_mapping(channel.kind, settings, channel.field_mapping)
    channel_id = _new_id()
    details = channel.model_dump(mode="json", exclude={"brand_id", "settings", "credentials"})
    row = await repository.create(
        principal.db,
        channel_id=channel_id,
        brand_id=channel.brand_id,
        details=details | {"settings": _stored(settings)},
        credentials=seal(credentials, channel_id=channel_id),
    )
    return read_row(Channel, row)


async def update_channel(
    principal: Principal, *, channel_id: UUID, expected_version: int, changes: ChannelChanges
) -> Channel:
    """Changes a channel. Raises PreconditionFailed for a stale version, and what `create_channel` raises."""
    try:
        return await _update_present(principal, channel_id, expected_version, changes)
    except PreconditionFailed as error:
        if current_if_expected(error) is None:
            raise
    # Another user changed it in the meantime, to a version that the request takes too: it is checked as it is now.
    return await _update_present(principal, channel_id, expected_version, changes)


async def _update_present(
    principal: Principal, channel_id: UUID, expected_version: int, changes: ChannelChanges
) -> Channel:
    present = await get_channel(principal, channel_id=channel_id)
    if present.kind == "delivery":
        raise Conflict("the built-in channel is set up at PUT /brands/{id}/delivery")
    if not is_expected(present.version, expected_version):
        # Refused here, so that the address is compared with that of the version which is changed.
        raise PreconditionFailed(
            "the channel was changed by someone else",
            details=[{"field": "version", "code": "CONFLICT", "message": str(present.version)}],
        )
    named = changes.model_dump(mode="json", exclude_unset=True, exclude={"settings", "credentials"})
    if changes.settings is not None or changes.field_mapping is not None:
        settings = _read(
            SETTINGS[present.kind], "settings", present.settings if changes.settings is None else changes.settings
        )
        mapping = present.field_mapping if changes.field_mapping is None else changes.field_mapping
        _check_mapping(present.kind, settings, mapping)
        if changes.settings is not None:
            named["settings"] = _stored(settings)
            if changes.credentials is None:
                _require_same_address(present, named["settings"])
    sealed = None
    if changes.credentials is not None:
        credentials = _read(CREDENTIALS[present.kind], "credentials", changes.credentials)
        sealed = seal(credentials, channel_id=channel_id)
    row = await repository.update(
        principal.db, channel_id=channel_id, expected_version=present.version, changes=named, credentials=sealed
    )
    return read_row(Channel, row)


def _require_same_address(present: Channel, settings: Mapping[str, Any]) -> None:
    """Refuses to send the stored credentials elsewhere: a user who may change a channel may not read them. The database
    refuses it as well."""
    name = SENT_TO.get(present.kind) if present.kind != "delivery" else None
    if name is None or settings.get(name) == present.settings.get(name):
        return
    raise ValidationFailed(
        "the credentials are needed for another address",
        details=[
            {"field": "credentials", "code": "REQUIRED_FIELD_MISSING", "message": "is required with another address"}
        ],
    )


async def delete_channel(principal: Principal, *, channel_id: UUID, leave_published: bool) -> None:
    """Deletes a channel. Raises Conflict while contents are published there, unless they shall stay."""
    present = await get_channel(principal, channel_id=channel_id)
    if present.is_built_in:
        raise Conflict("the built-in channel is switched off at PUT /brands/{id}/delivery")
    await repository.delete(principal.db, channel_id=channel_id, leave_published=leave_published)


async def check_channel(principal: Principal, *, channel_id: UUID) -> Channel:
    """Asks the target whether the credentials suffice, and notes the answer. Raises Forbidden and NotFound."""
    present = await get_channel(principal, channel_id=channel_id)
    if present.is_built_in:
        raise Conflict("the built-in channel needs no check")
    access = await repository.fetch_access(principal.db, channel_id=channel_id)
    try:
        work = work_of(access["channel"], None, None, content_id=channel_id)
        message = await understood(adapter_of(access["channel"]["kind"]).check(work))
        outcome = {"is_usable": True, "message": message}
    except ChannelFailed as error:
        outcome = {"is_usable": False, "message": error.full}
    return read_row(Channel, await repository.record_check(principal.db, channel_id=channel_id, outcome=outcome))


async def dry_run(principal: Principal, *, channel_id: UUID, request: DryRunRequest) -> DryRun:
    """Returns what publishing a content as it is now would send, without sending it. Raises Forbidden and NotFound."""
    present = await get_channel(principal, channel_id=channel_id)
    if present.is_built_in:
        raise Conflict("the built-in channel sends nothing: it is asked")
    access = await repository.fetch_access(principal.db, channel_id=channel_id, content_id=request.content_id)
    adapter = adapter_of(access["channel"]["kind"])
    known = access["publication"]
    is_update = known is not None and known["remote_id"] is not None
    problems: list[ChannelIssue] = []
    planned: list[PlannedRequest] = []
    try:
        work = work_of(access["channel"], known, access["document"], content_id=request.content_id)
        problems += [ChannelIssue(field=each.field, message=each.message) for each in adapter.validate(work)]
        wire = DryWire(work.wire)
        work = replace(work, wire=wire)
        try:
            await understood(adapter.update(work) if is_update else adapter.publish(work))
        finally:
            planned += [
                PlannedRequest(
                    method=each.method,
                    url=each.url,
                    headers=dict(each.headers),
                    body=each.body,
                    was_sent=each.is_reading,
                )
                for each in wire.planned
            ]
    except ChannelFailed as error:
        problems.append(ChannelIssue(field="target", message=error.full))
    return DryRun(
        action="update" if is_update else "publish",
        is_publishable=not problems,
        problems=problems,
        requests=planned,
    )
