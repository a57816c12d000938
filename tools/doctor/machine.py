"""Checks a machine that is to run the platform: its programs, its packages, its ports, its disk, a running stack.

It runs before anything is installed, under any Python 3: standard library only, and older syntax.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tools.doctor.findings import Finding, error, ok, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MIN_NODE = "20.19"
# Packages take 1.2 GB, the data of the stack up to 1 GB.
MIN_FREE_GB = 3
SETUP = "run `make setup`"


def _version(command: str, *arguments: str) -> str | None:
    """The first version number that a command prints; None where it does not run."""
    if shutil.which(command) is None:
        return None
    try:
        done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found.group(0) if done.returncode == 0 and found else None


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def check_python(root: Path = ROOT) -> Finding:
    """Looks for Python 3.12: that of .venv, else one on the PATH."""
    own = root / ".venv" / "bin" / "python"
    for command in (str(own), "python3.12", "python3", "python"):
        version = _version(command, "--version")
        if version is not None and version.startswith("3.12."):
            return ok("python", f"{version} ({command})")
    return error("python", "Python 3.12 is not found: install it, or name it with PYTHON=/path/to/python3.12")


def check_node() -> Finding:
    """Looks for Node.js with npm."""
    version = _version("node", "--version")
    if version is None:
        return error("node", f"not found: install Node.js {MIN_NODE} or newer")
    if _numbers(version) < _numbers(MIN_NODE):
        return error("node", f"{version} is too old: install Node.js {MIN_NODE} or newer")
    if shutil.which("npm") is None:
        return error("node", f"{version}, but npm is not found: it comes with Node.js")
    return ok("node", version)


def check_git() -> Finding:
    """Looks for git, which packaging and the history of migrations need."""
    version = _version("git", "--version")
    return ok("git", version) if version else error("git", "not found: `make check` and `make package` need it")


def check_packages(root: Path = ROOT) -> Iterator[Finding]:
    """Compares the installed packages with the pinned files, as tools/setup.sh does."""
    pinned = "".join(
        (root / name).read_text() for name in (".python-version", "requirements.txt", "requirements-dev.txt")
    )
    stamp = root / ".venv" / "installed.txt"
    is_current = stamp.is_file() and stamp.read_text().strip() == pinned.strip()
    yield ok("python packages", "as pinned") if is_current else warn("python packages", f"not as pinned: {SETUP}")
    lock, node_stamp = root / "local" / "package-lock.json", root / "local" / "node_modules" / "installed.json"
    is_current = node_stamp.is_file() and node_stamp.read_bytes() == lock.read_bytes()
    yield ok("npm packages", "as pinned") if is_current else warn("npm packages", f"not as pinned: {SETUP}")


def check_disk(folder: Path = ROOT) -> Finding:
    """Compares the free space of the disk with the needs of packages and data."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < MIN_FREE_GB:
        return error("disk", f"{free:.1f} GB free: packages and data need {MIN_FREE_GB} GB")
    return ok("disk", f"{free:.0f} GB free")


def check_system() -> Finding:
    """Names the operating system: the stack was tried on Linux x86-64."""
    return ok("system", sys.platform) if sys.platform == "linux" else warn("system", f"{sys.platform} is not tried")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_ports(ports: dict[str, int]) -> Iterator[Finding]:
    """Names the ports that something else holds."""
    taken = [(part, port) for part, port in ports.items() if not _is_free(port)]
    for part, port in taken:
        yield error("ports", f"{port} ({part}) is in use: stop what listens there, or set MIXERAI_{part.upper()}_PORT")
    if not taken:
        yield ok("ports", "free: " + ", ".join(str(port) for port in ports.values()))


def check_stack() -> Iterator[Finding]:
    """Describes a running stack and whether it runs the code of this checkout; without one, checks its ports."""
    try:
        from local.stack.client import check_code, find_running
        from local.stack.processes import StackError
        from local.stack.settings import SettingsError, load_settings
    except ImportError as missing:
        yield warn("stack", f"cannot be looked at without the package {missing.name}: {SETUP}")
        return
    try:
        running = find_running()
        if running is None:
            yield ok("stack", "does not run; `make dev` starts it")
            yield from check_ports(load_settings().ports)
            return
        minutes = round((time.time() - running.started_at) / 60)
        yield ok("stack", f"runs for {minutes} min at {running.urls['web']} (process {running.pid})")
        check_code(running)
    except (StackError, SettingsError) as problem:
        yield error("stack", str(problem))


def check_machine() -> Iterator[Finding]:
    """Checks everything that the local platform needs."""
    yield check_system()
    yield check_python()
    yield check_node()
    yield check_git()
    yield from check_packages()
    yield check_disk()
    yield from check_stack()
