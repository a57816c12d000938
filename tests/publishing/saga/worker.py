"""A process that carries out publications when it is told to, to be killed at any point of that.

`python -m tests.publishing.saga.worker` with the environment of the functions: prints `ready`, and works for a while
for each line that comes in.
"""

import asyncio
import sys

from lib.core.data.service_role import connect_as_service
from lib.publishing.saga.work import work_off_publications


async def main() -> None:
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        await work_off_publications(connect_as_service(), seconds=30)
        print("done", flush=True)


asyncio.run(main())
