from collections import Counter

from lib.core.data.db import Db, call, run
from lib.core.http.client import PATIENT_SECONDS


async def publish_due(db: Db) -> dict[str, int]:
    """Publishes what is due and archives what has expired; how many of which. Two at once share the work."""
    answer = await run(call(db, "publish_due_contents", {}), seconds=PATIENT_SECONDS)
    return dict(Counter(row["outcome"] for row in answer.data))
