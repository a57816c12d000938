"""Starts every part in order, and stops all of them if one ends or a signal arrives."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterable
from urllib.parse import urlsplit

from local.stack import parts
from local.stack.fingerprint import fingerprint
from local.stack.postgres import PostgresInstallation
from local.stack.processes import Process, StackError
from local.stack.settings import ROOT, StackSettings


def say(text: str) -> None:
    print(text, flush=True)


def _first_error(errors: BaseExceptionGroup[StackError]) -> StackError:
    error = errors.exceptions[0]
    return _first_error(error) if isinstance(error, BaseExceptionGroup) else error


class Supervisor:
    """The life of one stack: ``run`` starts the parts, reports it, and stops all of them at the end."""

    def __init__(self, settings: StackSettings) -> None:
        self.settings = settings
        self.running: list[Process] = []
        self.fingerprint = fingerprint()
        self.started_at = time.time()
        self.replaced = asyncio.Event()

    async def _start_all(self) -> None:
        """Returns once every part answers. Raises StackError."""
        raise NotImplementedError

    async def _clean_up(self) -> None:
        """Runs after all parts have stopped."""

    async def _start_together(self, work: Iterable[Coroutine[None, None, None]]) -> None:
        """Returns once all have started. Raises the first StackError."""
        try:
            async with asyncio.TaskGroup() as group:
                for coroutine in work:
                    group.create_task(coroutine)
        except* StackError as errors:
            raise _first_error(errors) from None

    async def _start(self, process: Process) -> None:
        began = time.monotonic()
        self.running.append(process)
        await process.start()
        say(f"  {process.name:<10} ready in {time.monotonic() - began:.1f} s")

    def _write_state(self) -> None:
        state = {
            "pid": os.getpid(),
            "urls": {name: self.settings.url(name) for name in self.settings.ports},
            "database_url": self.settings.database_url,
            "environment": self.settings.platform_environment(),
            "logs": str(self.settings.logs),
            "redis_url": self.settings.redis_url,
            "started_at": self.started_at,
            "root": str(ROOT),
            "fingerprint": self.fingerprint,
        }
        self.settings.state_file.write_text(json.dumps(state, indent=2))
        self.settings.state_file.chmod(0o600)

    async def _first_end(self, stop: asyncio.Event) -> Process | None:
        """Waits for a signal (None) or for the first part that ends by itself, and not for being restarted."""
        while True:
            self.replaced.clear()
            waits = {
                asyncio.create_task(part.handle.wait()): part
                for part in self.running
                if part.handle is not None and not part.is_restarting
            }
            stopped, replaced = asyncio.create_task(stop.wait()), asyncio.create_task(self.replaced.wait())
            done, pending = await asyncio.wait([*waits, stopped, replaced], return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            if stopped in done:
                return None
            ended = [waits[task] for task in done if task in waits and not waits[task].is_restarting]
            if ended:
                return ended[0]

    def part(self, name: str) -> Process:
        """Returns the running part of this name."""
        return next(process for process in self.running if process.name == name)

    async def restart(self, process: Process) -> None:
        """Stops a part and starts it again; the others go on. Raises StackError where it does not start."""
        process.is_restarting = True
        try:
            await process.stop()
            await process.start()
            process.is_restarting = False
        finally:
            self.replaced.set()

    def refresh_fingerprint(self, part: str) -> None:
        """Writes down that a part of the stack runs the code as it is now."""
        self.fingerprint[part] = fingerprint()[part]
        self._write_state()

    async def beside(self) -> None:
        """Does what goes on beside the running parts; nothing by default."""

    async def _stop_all(self) -> None:
        self.settings.state_file.unlink(missing_ok=True)
        for process in reversed(self.running):  # the platform first, the database last
            await process.stop()
        await self._clean_up()

    async def run(self, banner: str) -> int:
        """Runs until a signal or the end of a part. Returns the exit code of the command."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        began = time.monotonic()
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        say("Starting the platform:")
        start = asyncio.create_task(self._start_all())
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(name, lambda: (stop.set(), start.cancel()))
        try:
            await start
            self._write_state()
            say(f"Ready in {time.monotonic() - began:.1f} s.\n{banner}")
            beside = asyncio.create_task(self.beside())
            try:
                ended = await self._first_end(stop)
            finally:
                beside.cancel()
                await asyncio.wait([beside])
            if ended is not None:
                say(f"{ended.name} ended unexpectedly; stopping the rest.\n{ended.log_tail()}")
                return 1
        except asyncio.CancelledError:
            if not stop.is_set():
                raise
        except StackError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            await self._stop_all()
        say("Stopped.")
        return 0


class PlatformSupervisor(Supervisor):
    """Builds the whole platform: the database and KV with their stand-ins, models, mail, storage and the functions."""

    def _check_ports(self, names: list[str]) -> None:
        for name in names:
            port = self.settings.ports[name]
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise StackError(
                        f"port {port} ({name}) is already in use: stop what listens there, "
                        f"or choose another with MIXERAI_{name.upper()}_PORT"
                    ) from None

    async def _start_database(self) -> None:
        installation = PostgresInstallation()
        installation.initialise()
        await self._start(installation.server(self.settings))
        began = time.monotonic()
        await parts.create_roles(self.settings)
        await parts.bootstrap_database(self.settings)
        await parts.migrate(self.settings)
        await parts.seed(self.settings)
        say(f"  {'schema':<10} migrated and seeded in {time.monotonic() - began:.1f} s")
        await self._start(parts.supabase(self.settings))

    async def _migrate_replacement(self) -> None:
        """Connects a Supabase project of the user: migrates it if its database is configured, and never seeds it."""
        url = self.settings.overrides.get("SUPABASE_DB_URL")
        if url:
            await parts.migrate(self.settings)
            say(f"  {'schema':<10} migrated on {urlsplit(url).hostname}")

    async def _start_kv(self) -> None:
        await self._start(parts.redis(self.settings))
        await self._start(parts.kv(self.settings))

    async def _start_aws(self) -> None:
        await self._start(parts.aws(self.settings))
        await asyncio.to_thread(parts.verify_sender, self.settings)

    async def _start_all(self) -> None:
        settings = self.settings
        ports = ["web", "mail", "aws", "channels"]
        work: list[Coroutine[None, None, None]] = []
        if settings.is_replaced("SUPABASE_URL"):
            work.append(self._migrate_replacement())
        else:
            ports += ["supabase", "postgres"]
            work.append(self._start_database())
        if not settings.is_replaced("UPSTASH_REDIS_REST_URL"):
            ports += ["redis", "kv"]
            work.append(self._start_kv())
        if not settings.has_own_models:
            ports += ["models"]
            work.append(self._start(parts.models(settings)))
        try:
            self._check_ports(ports)
        except StackError:
            for coroutine in work:
                coroutine.close()
            raise
        work += [self._start_aws(), *(self._start(make(settings)) for make in (parts.mail, parts.channels, parts.web))]
        await self._start_together(work)
