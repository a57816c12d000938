"""A copy of the platform beside the running one: its own functions, data API and KV over its own database.

Tests that run at the same time each work in a copy, so that none meets the rows, jobs, events or settings of
another. The database is cloned from a template, which is made once for each state of the migrations. The servers of
Postgres, Redis, mail, models and AWS are those of the running stack.
"""

import asyncio
import fcntl
import hashlib
import os
import random
import socket
import tempfile
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
import redis
from psycopg import sql

from local.stack import parts
from local.stack.scratch import apply_migrations, empty_database, migration_files
from local.stack.settings import ROOT, STATE, SUPERUSER, StackSettings, with_role
from local.stack.supervisor import Supervisor

TEMPLATE_PREFIX: Final = "template_of_tests_"
# An arbitrary number, shared by everyone who makes or clones the template.
TEMPLATE_LOCK: Final = 7_140_355
FREE_PORTS: Final = range(25_000, 32_000)
OWN_PARTS: Final = ("supabase", "kv", "web")
# The locks of the ports that were given out last. Something listens on the earliest by the time its lock is dropped.
MAX_RESERVATIONS: Final = 100
_reservations: Final[deque[int]] = deque()


def free_port() -> int:
    """Returns a port that nothing listens on, below those that systems give to outgoing connections.

    It is this process's own: others that look for a port at the same time get another, also before anything listens.
    """
    folder = Path(tempfile.gettempdir()) / f"mixerai-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for port in random.sample(FREE_PORTS, len(FREE_PORTS)):
        reservation = os.open(folder / str(port), os.O_CREAT | os.O_WRONLY)
        try:
            fcntl.flock(reservation, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            os.close(reservation)
            continue
        _reservations.append(reservation)
        if len(_reservations) > MAX_RESERVATIONS:
            os.close(_reservations.popleft())
        return port
    raise OSError("no port is free")


def _template_name() -> str:
    """Derives a name from the content of all files that the template is made from."""
    texts = [text for _, text in migration_files()]
    made_of = (
        "supabase/seed.sql",
        "local/supabase/auth/schema.sql",
        "local/supabase/bootstrap.sql",
        "local/supabase/bootstrap.mjs",
        "local/supabase/configuration.mjs",
    )
    texts += [(ROOT / name).read_text() for name in (*made_of, "local/package-lock.json")]
    return TEMPLATE_PREFIX + hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _make_template(server: psycopg.Connection, server_url: str, name: str) -> None:
    outdated = server.execute("select datname from pg_database where datname like %s", [TEMPLATE_PREFIX + "%"])
    for (former,) in outdated.fetchall():
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(former)))
    with empty_database(server_url) as url:
        apply_migrations(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute((ROOT / "supabase" / "seed.sql").read_text().encode())
        made = url.rsplit("/", 1)[1]
        query = sql.SQL("create database {} template {} owner postgres")
        server.execute(query.format(sql.Identifier(name), sql.Identifier(made)))


def clone_database(server_url: str, name: str) -> None:
    """Makes a database that is migrated and seeded, by copying files."""
    with psycopg.connect(with_role(server_url, SUPERUSER), autocommit=True) as server:
        server.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        template = _template_name()
        if server.execute("select from pg_database where datname = %s", [template]).fetchone() is None:
            _make_template(server, server_url, template)
        query = sql.SQL("create database {} template {} owner postgres")
        server.execute(query.format(sql.Identifier(name), sql.Identifier(template)))


class CopySupervisor(Supervisor):
    def __init__(self, settings: StackSettings, number: int) -> None:
        """Runs a copy. ``number``: from 1 to 15, unused by other copies; it selects the Redis database."""
        name = f"copy_{uuid4().hex[:12]}"
        super().__init__(
            replace(
                settings,
                ports=settings.ports | {part: free_port() for part in OWN_PARTS},
                database=name,
                redis_database=number,
                folder=STATE / "copies" / str(number),
            )
        )
        self.server_url = settings.database_url
        self.cloning: asyncio.Task[None] | None = None

    async def _start_all(self) -> None:
        settings = self.settings

        async def start_database() -> None:
            # Shielded: a thread cannot be stopped, so the end waits for it before it drops the database.
            self.cloning = asyncio.create_task(asyncio.to_thread(clone_database, self.server_url, settings.database))
            await asyncio.shield(self.cloning)
            await self._start(parts.supabase(settings))

        work = [start_database(), self._start(parts.web(settings))]
        if not settings.is_replaced("UPSTASH_REDIS_REST_URL"):
            with redis.Redis(port=settings.ports["redis"], db=settings.redis_database) as server:
                server.flushdb()
            work.append(self._start(parts.kv(settings)))
        await self._start_together(work)

    async def _clean_up(self) -> None:
        if self.cloning is not None:
            await asyncio.wait([self.cloning])
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(with_role(self.server_url, SUPERUSER), autocommit=True) as server,
        ):
            server.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(self.settings.database))
            )
