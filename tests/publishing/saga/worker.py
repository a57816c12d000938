"""Processes that carry out publications when they are told to, to be killed at any point of that.

`python -m tests.publishing.saga.worker` with the environment of the functions: for each line that comes in it forks a
process that works until nothing is due, prints the id of that, and `ended` once it is over. The modules that the work
needs are imported before, so that a short life is a life of work.
"""

import asyncio
import importlib
import os
import pkgutil
import sys

from lib.core.data.service_role import connect_as_service
from lib.publishing.channels import adapters
from lib.publishing.saga.work import work_off_publications

HEAVY = ("cryptography.hazmat.primitives.ciphers.aead", "lib.core.security.crypto", "lib.core.security.outgoing")


async def work() -> None:
    await work_off_publications(connect_as_service(), seconds=30)


def import_all() -> None:
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        asyncio.run(work())
        os.write(write_end, "\n".join(sys.modules).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as names:
        needed = names.read().split()
    os.wait()
    needed += [f"{adapters.__name__}.{module.name}" for module in pkgutil.iter_modules(adapters.__path__)]
    for name in (*needed, *HEAVY):
        if name != "__main__":
            importlib.import_module(name)


def main() -> None:
    import_all()
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
