"""Runs as files, so that a later one can be compared: bench/results/<date>-<name>.json."""

import argparse
import json
import os
import platform as machine
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import psycopg

from bench.api.platforms import Platform

FOLDER: Final = Path(__file__).resolve().parents[1] / "results"
COMPARED: Final = ("function", "postgres", "rate")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), machine.machine())


def _postgres_version(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("show server_version").fetchone()
        return row[0] if row else ""


@dataclass
class Run:
    """The figures of one run: milliseconds a request by operation, credential and number of connections."""

    date: str
    commits: list[str]
    machine: dict[str, Any]
    rows: int
    brands: int
    figures: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    """By ``<operation> | <caller> | <connections>``; other figures by their names."""

    @classmethod
    def begin(cls, platforms: list[Platform], given: argparse.Namespace) -> Self:
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        described = {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "python": machine.python_version(),
            "node": node,
            "postgres": _postgres_version(platforms[0].stack.database_url),
        }
        commits = [each.commit() for each in platforms]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(now, commits, described, given.rows, given.brands)

    def heading(self) -> str:
        described = ", ".join(f"{name} {value}" for name, value in self.machine.items())
        against = f" against {self.commits[1]}" if len(self.commits) > 1 else ""
        return (
            f"{self.rows:,} contents of three years in {self.brands} brands; {self.commits[0]}{against}\n{described}\n"
            "processor time in ms a request; × over the plain table, over bare FastAPI"
        )

    def add(self, key: str, figures: Mapping[str, float]) -> None:
        self.figures[key] = dict(figures)

    def save(self, name: str) -> Path:
        FOLDER.mkdir(exist_ok=True)
        file = FOLDER / f"{self.date[:10]}-{name}.json"
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")
        return file


def newest_saved() -> tuple[str, Run] | None:
    """Returns the name and the figures of the run that was measured last."""
    runs = [(file.stem, Run(**json.loads(file.read_text()))) for file in FOLDER.glob("*.json")]
    return max(runs, key=lambda named: named[1].date, default=None)


def print_changes(saved: tuple[str, Run], run: Run) -> None:
    """Prints the ratios of this run to a saved one. Milliseconds of different machines cannot be compared."""
    name, before = saved
    print(f"\nthis run as a multiple of {name} ({before.commits[0]}, {before.rows:,} rows)")
    if before.machine != run.machine or before.rows != run.rows:
        print("another machine, other versions or other data: the ratios say little")
    print(f"{'':48}{'function':>9}{'postgres':>9}{'rate':>9}")
    for key, figures in run.figures.items():
        known = before.figures.get(key, {})
        ratios = [
            figures[each] / known[each] if known.get(each) else float("nan") for each in COMPARED if each in figures
        ]
        if known and ratios:
            print(f"{key:48}" + "".join(f"{ratio:9.2f}" for ratio in ratios))
