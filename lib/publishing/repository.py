"""The function of the database that publishes and archives what is due."""

from lib.core.data.db import Db, Row, call, run
from lib.core.http.client import PATIENT_SECONDS


async def publish_due_contents(db: Db) -> list[Row]:
    """Publishes what is due and archives what has expired. Returns a row with an ``outcome`` for each content."""
    return (await run(call(db, "publish_due_contents", {}), seconds=PATIENT_SECONDS)).data
