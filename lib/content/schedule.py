"""The scheduled tasks of contents and of their reviews."""

from typing import Final

from lib.jobs.registry import BackgroundWork, sql_task

BACKGROUND: Final = BackgroundWork(
    tasks=(
        sql_task("time_out_runs"),
        sql_task("chase_tasks"),
        sql_task("refresh_search"),
        sql_task("refresh_analytics", every="hour"),
    )
)
