"""The queue of deliveries, for the service."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, run
from lib.core.http.client import PATIENT_SECONDS


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where deliveries are sent."""

    id: str
    url: str
    secrets: tuple[tuple[str, str], ...]
    """Ids and ciphertexts, the newest first."""
    is_suspect: bool
    """Whether it failed or was slow the last times."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that this worker sends."""

    id: str
    brand_id: str
    event_id: str
    endpoint: Endpoint
    body: str | None
    """The same text for all deliveries of an event; None where the log has it no more."""


async def add_deliveries(db: Db, *, batch: int) -> Row:
    """Looks at the next events of the log. Returns {looked_at, added, is_pending}."""
    return (await run(call(db, "add_webhook_deliveries", {"batch": batch}), seconds=PATIENT_SECONDS)).data


async def claim(
    db: Db,
    *,
    worker: str,
    batch: int,
    busy_endpoints: Iterable[str],
    busy_brands: Iterable[str],
    most_failing: int,
) -> list[Leased]:
    """Leases due deliveries to a worker for 60 seconds, in fair turns."""
    arguments = {
        "worker": worker,
        "batch": batch,
        "busy_endpoints": list(busy_endpoints),
        "busy_brands": list(busy_brands),
        "most_failing": most_failing,
    }
    data = (await run(call(db, "claim_webhook_deliveries", arguments), seconds=PATIENT_SECONDS)).data
    known: Mapping[str, Any] = data["endpoints"]
    endpoints = {
        endpoint_id: Endpoint(
            endpoint_id, said["url"], tuple((key, value) for key, value in said["secrets"]), said["isSuspect"]
        )
        for endpoint_id, said in known.items()
    }
    bodies: Mapping[str, str | None] = data["bodies"]
    return [
        Leased(delivery_id, brand_id, event_id, endpoints[endpoint_id], bodies.get(event_id))
        for delivery_id, endpoint_id, brand_id, event_id in data["deliveries"]
        if endpoint_id in endpoints
    ]


async def record(db: Db, *, worker: str, results: Sequence[Mapping[str, Any]]) -> int:
    """Records outcomes of deliveries that the worker still holds. Returns how many."""
    arguments = {"worker": worker, "results": list(results)}
    return (await run(call(db, "record_webhook_attempts", arguments))).data


async def release(db: Db, *, worker: str, ids: Iterable[str | UUID]) -> None:
    """Gives back deliveries that were not sent."""
    arguments = {"worker": worker, "ids": [str(delivery_id) for delivery_id in ids]}
    await run(call(db, "release_webhook_deliveries", arguments))


async def forget(db: Db) -> Row:
    """Deletes a batch of old rows. Returns {attempts, deliveries, secrets, has_more}."""
    return (await run(call(db, "forget_webhook_deliveries", {}), seconds=PATIENT_SECONDS)).data
