"""One child process of the stack: started in its own session, watched, and always stopped."""

import asyncio
import ctypes
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from local.tls import TLS

PR_SET_PDEATHSIG: Final = 1
STOP_SECONDS: Final = 8.0


class StackError(Exception):
    """Raised if a part cannot start; the message is one line that says what to do."""


def die_with_parent() -> None:
    """Runs in the child: asks Linux for SIGTERM if the supervisor dies without cleaning up."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Process:
    name: str
    command: Sequence[str | Path]
    environment: dict[str, str]
    log: Path
    is_ready: Callable[[], Awaitable[bool]]
    stop_signal: signal.Signals = signal.SIGTERM
    user: tuple[int, int] | None = None
    """The user and group id to run as, if the stack itself runs as root."""
    ready_seconds: float = 60.0
    handle: asyncio.subprocess.Process | None = field(default=None, init=False)
    is_restarting: bool = field(default=False, init=False)
    """Whether its end is meant, since another one takes its place."""

    async def start(self) -> None:
        """Returns once the part answers. Raises StackError with the end of its log if it does not."""
        began = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        user, group = self.user or (None, None)
        with self.log.open("wb") as log:
            self.handle = await asyncio.create_subprocess_exec(
                *map(str, self.command),
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
                user=user,
                group=group,
                extra_groups=[] if self.user else None,
            )
        while not await self.is_ready():
            if self.handle.returncode is not None:
                raise StackError(f"{self.name} stopped while starting:\n{self.log_tail()}")
            if time.monotonic() - began > self.ready_seconds:
                raise StackError(f"{self.name} did not answer in {self.ready_seconds:.0f} s:\n{self.log_tail()}")
            await asyncio.sleep(0.03)

    async def stop(self) -> None:
        if self.handle is None or self.handle.returncode is not None:
            return
        self.handle.send_signal(self.stop_signal)
        try:
            await asyncio.wait_for(self.handle.wait(), STOP_SECONDS)
        except TimeoutError:
            os.killpg(self.handle.pid, signal.SIGKILL)
            await self.handle.wait()

    def log_tail(self) -> str:
        return tail(self.log)


def tail(log: Path, lines: int = 15) -> str:
    """Returns the end of a log, indented, to be shown below an error."""
    text = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in text) or "    (it wrote nothing)"


async def answers_http(url: str) -> bool:
    async with httpx.AsyncClient(timeout=2.0, verify=TLS) as client:
        try:
            return (await client.get(url)).status_code < 500
        except httpx.TransportError:
            return False


async def accepts_connections(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def run_to_end(name: str, command: Sequence[str | Path], environment: dict[str, str], log: Path) -> None:
    """Runs a command that ends by itself. Raises StackError with the end of its output if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        handle = await asyncio.create_subprocess_exec(
            *map(str, command),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,
        )
        code = await handle.wait()
    if code != 0:
        raise StackError(f"{name} failed with exit code {code}:\n{tail(log)}")
