"""Publishes contents to channels, for the saga: each call may be repeated, after a kill at any point as well."""

import json
import logging
import re
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from lib.core.data.db import Db, Row
from lib.core.http.errors import Conflict, NotFound
from lib.core.http.models import check_storable
from lib.core.telemetry.logs import log
from lib.publishing.channels import repository
from lib.publishing.channels.adapters import adapter_of
from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.secrets import unseal
from lib.publishing.channels.settings import CREDENTIALS, SETTINGS
from lib.publishing.channels.wire import LiveWire
from lib.publishing.channels.work import Adapter, ChannelProblem, ChannelResult, Memory, Remote, Work

MAX_MEMORY: Final = 1_500_000
REMOTE_ID: Final = re.compile(r"[\x21-\x7e]{1,2000}")
LINK: Final = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,1990}")


@dataclass(frozen=True, slots=True)
class ChannelTarget:
    """A channel that takes a content."""

    channel_id: UUID
    kind: str
    is_required: bool
    """Whether the publication fails as a whole where this channel fails."""


async def targets_of(db: Db, *, content_id: UUID) -> list[ChannelTarget]:
    """Returns the active channels outside of the platform that take a content. ``db``: the client of the service."""
    rows = await repository.fetch_targets(db, content_id=content_id)
    return [ChannelTarget(UUID(row["channel_id"]), row["kind"], row["is_required"]) for row in rows]


def work_of(channel: Row, publication: Row | None, document: Row | None, *, content_id: UUID) -> Work[Any, Any]:
    """Returns the work of an adapter with a channel and a content. Raises ChannelFailed.

    ``channel``: the row with its ciphertext.
    """
    opened = unseal(channel["credentials"], channel_id=channel["id"])
    try:
        settings = SETTINGS[channel["kind"]].model_validate(channel["settings"])
        credentials = CREDENTIALS[channel["kind"]].model_validate(opened)
    except ValidationError:
        raise ChannelFailed("the settings of the channel are not valid any more", is_final=True) from None
    adapter = adapter_of(channel["kind"])
    known = publication or {}
    return Work(
        channel_id=UUID(channel["id"]),
        channel_version=channel["version"],
        settings=settings,
        credentials=credentials,
        mapping=channel["field_mapping"] or adapter.fields_of(settings),
        content_id=content_id,
        document=document or {},
        remote=Remote(
            remote_id=known.get("remote_id"),
            url=known.get("url"),
            memory=known.get("memory") or {},
            round=known.get("round", 0),
        ),
        wire=LiveWire(adapter.secrets(settings, credentials)),
    )


def _keeping(db: Db, work: Work[Any, Any], publication_id: str) -> Work[Any, Any]:
    async def keep(memory: Memory) -> None:
        if len(json.dumps(memory)) > MAX_MEMORY:
            raise ChannelFailed("the target has more than can be kept to restore it", is_final=True)
        check_storable(memory)
        await repository.keep(db, publication_id=publication_id, memory=memory)

    return replace(work, keep=keep)


async def publish_to_channel(db: Db, *, channel_id: UUID, content_id: UUID, version: int) -> ChannelResult:
    """Publishes a version of a content to a channel, or updates it there, and notes the result.

    Does nothing where the channel, as it is, has this version. ``db``: the client of the service. Raises ChannelFailed.
    """
    begun = await _begin(db, channel_id=channel_id, content_id=content_id, version=version)
    if begun is None:
        raise ChannelFailed("the channel or the version of the content is gone", is_final=True)
    publication = begun["publication"]
    if begun["is_done"]:
        return ChannelResult(publication["remote_id"], publication["url"])
    channel = begun["channel"]
    work: Work[Any, Any] | None = None
    try:
        work = _keeping(db, work_of(channel, publication, begun["document"], content_id=content_id), publication["id"])
        result = _sound(await understood(_publish(adapter_of(channel["kind"]), work)))
    except ChannelFailed as error:
        # Not there for certain: no earlier attempt may have succeeded, and this one changed nothing.
        is_standing = begun["was_standing"] or (work is not None and work.wire.may_have_changed)
        outcome = _failed(error) | {"is_standing": is_standing}
        await repository.end(db, publication_id=publication["id"], outcome=outcome)
        raise
    outcome = {
        "status": "published",
        "version": version,
        "channel_version": channel["version"],
        "remote_id": result.remote_id,
        "url": result.url,
    }
    await repository.end(db, publication_id=publication["id"], outcome=outcome)
    return result


async def problems_of(
    db: Db, *, channel_id: UUID, content_id: UUID, version: int | None = None
) -> list[ChannelProblem]:
    """Returns the reasons why a channel refuses a content, found without asking the target.

    ``version``: that of the content; None: the present one. ``db``: the client of the service.
    """
    try:
        found = await repository.fetch_content(db, channel_id=channel_id, content_id=content_id, version=version)
    except NotFound:
        return [ChannelProblem("target", "the channel or the version of the content is gone")]
    try:
        work = work_of(found["channel"], None, found["document"], content_id=content_id)
    except ChannelFailed as error:
        return [ChannelProblem("target", str(error))]
    return adapter_of(found["channel"]["kind"]).validate(work)


def _failed(error: ChannelFailed) -> Row:
    return {"status": "failed", "error": str(error), "answer": error.answer}


async def understood[T](asked: Awaitable[T]) -> T:
    """Returns what an adapter returns. Raises ChannelFailed for an answer in a form that no documentation describes."""
    try:
        return await asked
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        log(logging.WARNING, "a target answered in an unknown form", error=error)
        raise ChannelFailed("the answer of the target has an unknown form", is_final=False) from error


def _sound(result: ChannelResult) -> ChannelResult:
    """Returns a result that can be stored and shown: the link is what a target says, and may be anything."""
    if not REMOTE_ID.fullmatch(result.remote_id):
        raise ChannelFailed("the target answered with an id that cannot be used", is_final=True)
    is_link = result.url is not None and LINK.fullmatch(result.url) is not None
    return result if is_link else ChannelResult(result.remote_id, None)


async def _publish(adapter: Adapter[Any, Any], work: Work[Any, Any]) -> ChannelResult:
    problems = adapter.validate(work)
    if problems:
        listed = "; ".join(f"{problem.field} {problem.message}" for problem in problems)
        raise ChannelFailed(listed[:1000], is_final=True)
    return await (adapter.update(work) if work.remote.remote_id else adapter.publish(work))


async def unpublish_from_channel(db: Db, *, channel_id: UUID, content_id: UUID) -> None:
    """Takes a content back from a channel. Does nothing where it never was there. Raises ChannelFailed."""
    begun = await _begin(db, channel_id=channel_id, content_id=content_id, version=None)
    if begun is None:
        return
    publication, channel = begun["publication"], begun["channel"]
    try:
        work = _keeping(db, work_of(channel, publication, None, content_id=content_id), publication["id"])
        await understood(adapter_of(channel["kind"]).unpublish(work))
    except ChannelFailed as error:
        await repository.end(db, publication_id=publication["id"], outcome=_failed(error))
        raise
    await repository.end(db, publication_id=publication["id"], outcome={"status": "unpublished"})


async def _begin(db: Db, *, channel_id: UUID, content_id: UUID, version: int | None) -> Row | None:
    try:
        return await repository.begin(db, channel_id=channel_id, content_id=content_id, version=version)
    except (NotFound, Conflict):
        return None
