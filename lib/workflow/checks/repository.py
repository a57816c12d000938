"""The call of the data API that runs an automated step, as the service role."""

from lib.core.data.db import Db, command_once


async def run_step(db: Db, *, step_run_id: str, round_number: int) -> None:
    """Runs the check of a step. The database ignores a step that is closed or was opened again."""
    await command_once(db, "run_automated_step", {"step_run_id": step_run_id, "round": round_number})
