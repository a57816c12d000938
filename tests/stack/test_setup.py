"""Tests the message for a newcomer whose machine lacks something: one line that says what to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from local.stack.settings import ROOT

TOOLS = ("sh", "dirname", "cat", "sed", "cmp", "cp", "mkdir")
GOOD_PYTHON = "#!/bin/sh\nexit 0\n"
OLD_PYTHON = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Creates an empty clone and a PATH with few programs."""
    for name in ("tools/setup.sh", ".python-version", "requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / "local").mkdir()
    shutil.copy2(ROOT / "local" / "package-lock.json", tmp_path / "local")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (binaries / tool).symlink_to(found)
    return tmp_path


def put(checkout: Path, name: str, script: str) -> None:
    path = checkout / "bin" / name
    path.write_text(script)
    path.chmod(0o755)


def run(checkout: Path) -> str:
    result = subprocess.run(
        ["/bin/sh", str(checkout / "tools" / "setup.sh")],
        env={"PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def stamp_python(checkout: Path) -> None:
    """Pretends that the virtual environment is installed."""
    (checkout / ".venv").mkdir()
    names = (".python-version", "requirements.txt", "requirements-dev.txt")
    text = "".join((checkout / name).read_text() for name in names)
    (checkout / ".venv" / "installed.txt").write_text(text)


@pytest.mark.parametrize("python", [None, OLD_PYTHON])
def test_no_python_of_that_version(checkout: Path, python: str | None) -> None:
    if python:
        put(checkout, "python3", python)
    assert run(checkout).startswith("error: Python 3.12 is needed")


def test_no_node(checkout: Path) -> None:
    stamp_python(checkout)
    assert run(checkout).startswith("error: Node.js 20.19 or newer is needed: install it")


def test_an_old_node(checkout: Path) -> None:
    stamp_python(checkout)
    put(checkout, "node", "#!/bin/sh\necho v18.20.1\n")
    assert run(checkout) == "error: Node.js 20.19 or newer is needed, and this is v18.20.1\n"


def test_no_npm(checkout: Path) -> None:
    stamp_python(checkout)
    put(checkout, "node", "#!/bin/sh\necho v20.19.0\n")
    assert run(checkout).startswith("error: npm is needed")
