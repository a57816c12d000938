"""Processes that carry out publications when they are told to, to be killed at any point of that.

`python -m tests.publishing.saga.worker` with the environment of the functions: for each line that comes in it forks a
process that works until nothing is due, prints the id of that, and `ended` once it is over.
"""

import asyncio
import os
import sys

from lib.core.data.service_role import connect_as_service
from lib.publishing.saga.work import work_off_publications


async def work() -> None:
    await work_off_publications(connect_as_service(), seconds=30)


def main() -> None:
    print("ready", flush=True)
    while sys.stdin.readline():
        child = os.fork()
        if child == 0:
            asyncio.run(work())
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


main()
