"""A worker in a process of its own, for tests that kill it: ``python -m tests.webhooks.worker SECONDS``."""

import asyncio
import os
import sys

from lib.core.data.db import connect_with
from lib.core.telemetry.context import begin_context
from lib.webhooks.sender import send_due
from lib.webhooks.sending.repository import add_deliveries


async def main(seconds: float) -> None:
    begin_context("a worker of a test")
    db = connect_with(os.environ["SUPABASE_SECRET_KEY"])
    print("ready", flush=True)
    while True:
        await add_deliveries(db, batch=20)
        await send_due(db, seconds=seconds)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
