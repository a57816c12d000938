from lib.core.data.db import Db, Row, call, fetch_rows, run


async def register(db: Db, *, consumer: str) -> None:
    await run(call(db, "register_consumer", {"name": consumer}))


async def claim(db: Db, *, consumer: str, worker: str, batch: int) -> list[Row]:
    """The next batch, for this worker until its lease ends; empty when there is none."""
    arguments = {"consumer": consumer, "worker": worker, "batch": batch}
    return await fetch_rows(call(db, "claim_events", arguments))


async def acknowledge(db: Db, *, batch_id: str, worker: str) -> None:
    await run(call(db, "acknowledge_events", {"batch_id": batch_id, "worker": worker}))
