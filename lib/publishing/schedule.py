"""The scheduled publication of contents, their ways to channels, and the consumer that purges the edge cache."""

from collections import Counter
from typing import Final

from lib.core.data.db import Db
from lib.events import Consumer
from lib.jobs import ScheduledTask
from lib.jobs.registry import BackgroundWork, sql_task
from lib.publishing import repository
from lib.publishing.edge_purge import STALING, purge_delivered
from lib.publishing.saga.work import work_off_publications

# One call may publish many contents, and no other task may delay them.
PUBLISH_SHARE: Final = 8


async def publish_due(db: Db) -> dict[str, int]:
    """Publishes what is due and archives what has expired. Returns how many by outcome. Two at once share the work."""
    return dict(Counter(row["outcome"] for row in await repository.publish_due_contents(db)))


BACKGROUND: Final = BackgroundWork(
    tasks=(
        ScheduledTask("publish_due", "minute", publish_due, share=PUBLISH_SHARE, is_first=True),
        sql_task("withdraw_of_deleted_brands", every="minute"),
        sql_task("withdraw_again", every="minute"),
        # Waits for other sides, and for those that answer slowly a short slice would never be long enough.
        ScheduledTask("publications", "minute", work_off_publications, share=PUBLISH_SHARE, is_prompt=True),
    ),
    consumers=(Consumer("edge_cache", STALING, purge_delivered, is_prompt=True),),
)
