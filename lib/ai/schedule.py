"""The scheduled tasks of the AI tools, and the queue of embeddings."""

from typing import Final

from lib.ai.embeddings.service import EMBEDDINGS
from lib.jobs.registry import BackgroundWork, sql_task

BACKGROUND: Final = BackgroundWork(
    tasks=(sql_task("fail_stale_generations", every="minute"), sql_task("enqueue_missing_embeddings", every="minute")),
    handlers=(EMBEDDINGS,),
)
