from collections import Counter

from lib.core.db import Db, call, fetch_rows


async def publish_due(db: Db) -> dict[str, int]:
    """Publishes what is due and archives what has expired; how many of which. Two at once share the work."""
    rows = await fetch_rows(call(db, "publish_due_contents", {}))
    return dict(Counter(row["outcome"] for row in rows))
