"""A worker that sends mail until it is killed. It prints a line before each run."""

import asyncio
import os

from lib.core.data.db import connect_with
from lib.core.telemetry.context import begin_context
from lib.notify import deliver_mail


async def main() -> None:
    begin_context("a worker")
    db = connect_with(os.environ["SUPABASE_SECRET_KEY"])
    while True:
        print("begins", flush=True)
        await deliver_mail(db, seconds=30)


asyncio.run(main())
