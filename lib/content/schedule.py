"""The scheduled tasks of contents and of their reviews."""

from typing import Final

from lib.jobs.registry import BackgroundWork, sql_task

BACKGROUND: Final = BackgroundWork(
    tasks=(
        sql_task("time_out_runs", every="minute"),
        sql_task("chase_tasks", every="minute"),
        sql_task("refresh_search", every="minute"),
        sql_task("refresh_analytics", every="hour"),
    )
)
