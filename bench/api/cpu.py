"""The processor time of processes that run, exact to the microsecond. Linux only."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

TICKS: Final = os.sysconf("SC_CLK_TCK")
PROC: Final = Path("/proc")
_SCHEDULED: Final = 2


def process_seconds(pid: int) -> float:
    """Returns the user and system time of all threads of a process, in seconds; 0 for one that has ended."""
    with suppress(OSError):
        # The clock of another process: clock_getcpuclockid(3), which Python does not have.
        return time.clock_gettime((~pid << 3) | _SCHEDULED)
    return 0.0


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()


def ended_children_seconds(pid: int) -> float:
    """Returns the time of all children of a process that have ended, in seconds."""
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) / TICKS


def parent_of(pid: int) -> int:
    return int(_stat(pid)[1])


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    for folder in PROC.iterdir():
        with suppress(OSError):
            if folder.name.isdecimal() and parent_of(int(folder.name)) == pid:
                found.append(int(folder.name))
    return found


def resident_megabytes(pid: int) -> float:
    """Returns the memory that a process holds now."""
    pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass(frozen=True)
class Processes:
    """The processes of one platform."""

    function: int
    postmaster: int
    """The parent of all processes of Postgres."""
    kv: tuple[int, ...]
    """The stand-in of KV and its Redis."""
    data_api: tuple[int, ...]
    """The stand-in of the data API."""


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time, by part."""

    function: float
    postgres: float
    kv: float
    data_api: float

    @classmethod
    def read(cls, processes: Processes) -> Self:
        """Reads the clocks of the parts: of Postgres with each process that it has, and each that has ended."""
        postmaster = processes.postmaster
        postgres = ended_children_seconds(postmaster) + sum(map(process_seconds, children_of(postmaster)))
        return cls(
            process_seconds(processes.function),
            postgres,
            sum(map(process_seconds, processes.kv)),
            sum(map(process_seconds, processes.data_api)),
        )

    def since(self, earlier: "Spent") -> "Spent":
        return Spent(
            self.function - earlier.function,
            self.postgres - earlier.postgres,
            self.kv - earlier.kv,
            self.data_api - earlier.data_api,
        )

    def plus(self, other: "Spent") -> "Spent":
        return self.since(Spent(-other.function, -other.postgres, -other.kv, -other.data_api))
