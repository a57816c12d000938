"""The calls of the data API about impact, tasks, bills of materials and settings, each as the caller."""

from uuid import UUID

from lib.claims.impact.models import (
    ClaimSettingsRequest,
    ClaimTaskQuery,
    ImpactPageRequest,
    ImpactRequest,
    TasksRequest,
)
from lib.core.data.db import Db, Row, call, command, fetch_listing, run
from lib.core.http.client import PATIENT_SECONDS


def _about(claim_id: UUID, request: ImpactRequest) -> Row:
    return {
        "claim_id": str(claim_id),
        "override_id": str(request.override_id) if request.override_id else None,
        "evidence_id": str(request.evidence_id) if request.evidence_id else None,
        "change": request.change.model_dump(mode="json", by_alias=True, exclude_none=True),
    }


async def fetch_impact(db: Db, *, claim_id: UUID, request: ImpactPageRequest) -> Row:
    """Reads a page of what a change touches."""
    place = {"page_offset": (request.page - 1) * request.page_size, "page_size": request.page_size}
    return (await run(call(db, "read_claim_impact", _about(claim_id, request) | place))).data


async def open_tasks(db: Db, *, claim_id: UUID, request: TasksRequest) -> Row:
    """Opens a task for each sentence that a change touches; returns {items, remaining, refused}."""
    arguments = _about(claim_id, request) | {
        "assignee_id": str(request.assignee_id) if request.assignee_id else None,
        "due_on": request.due_on.isoformat() if request.due_on else None,
    }
    return (await command(db, "open_claim_tasks", arguments, seconds=PATIENT_SECONDS))[0]


async def fetch_tasks(db: Db, *, query: ClaimTaskQuery) -> tuple[list[Row], int]:
    """Reads a page of tasks, those due first, and how many there are."""
    return await fetch_listing(call(db, "list_claim_tasks", query.arguments()))


async def close_task(db: Db, *, task_id: UUID, state: str, comment: str) -> Row:
    """Closes a task and returns it."""
    arguments = {"task_id": str(task_id), "state": state, "comment": comment}
    return (await command(db, "close_claim_task", arguments))[0]


async def fetch_content_claims(db: Db, *, content_id: UUID, version: int | None, offset: int, size: int) -> Row:
    """Reads a page of the claim bill of materials of a content."""
    arguments = {"content_id": str(content_id), "version": version, "page_offset": offset, "page_size": size}
    return (await run(call(db, "get_content_claims", arguments))).data


async def fetch_settings(db: Db, *, brand_id: UUID) -> Row:
    """Reads how a brand works with claims."""
    return (await run(call(db, "read_claim_settings", {"brand_id": str(brand_id)}))).data


async def set_settings(db: Db, *, brand_id: UUID, expected_version: int, request: ClaimSettingsRequest) -> Row:
    """Sets how a brand works with claims, and returns it."""
    arguments = {"brand_id": str(brand_id), "expected_version": expected_version} | request.model_dump(mode="json")
    return (await command(db, "set_claim_settings", arguments))[0]
