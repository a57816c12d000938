"""Runs the Vercel CLI over a copy of the tree."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.package import BUILD, ROOT, require

VERCEL: Final = ROOT / "local" / "node_modules" / ".bin" / "vercel"
NO_PROJECT: Final = {"projectId": "prj_local", "orgId": "team_local", "settings": {"framework": None}}


def copy_tracked_files() -> None:
    """Copies the tree as git would clone it, with uncommitted changes, so that stray files do not get in."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    shutil.rmtree(BUILD, ignore_errors=True)
    for name in filter(None, listing.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (BUILD / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, BUILD / name)
    (BUILD / ".vercel").mkdir()
    project = ROOT / ".vercel" / "project.json"  # written by `vercel pull`
    text = project.read_text() if project.is_file() else json.dumps(NO_PROJECT)
    (BUILD / ".vercel" / "project.json").write_text(text)


def build(*, has_bytecode: bool) -> None:
    """Builds the copy, with bytecode as on the platform if wanted. Raises PackageError with the output of the CLI."""
    environment = {
        **{name: os.environ[name] for name in ("HOME", "SSL_CERT_FILE", "PIP_CERT") if name in os.environ},
        # It needs uv, which setup installs beside this interpreter.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "VERCEL_TELEMETRY_DISABLED": "1",
        "NO_UPDATE_NOTIFIER": "1",
        # The platform sets it for its own builds. Without bytecode each start of an instance compiles every module.
        "VERCEL_PYTHON_COMPILEALL": str(int(has_bytecode)),
    }
    command = [str(VERCEL), "build", "--yes", "--token", "x", "--cwd", str(BUILD)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    require(result.returncode == 0, f"vercel build failed:\n{result.stdout}{result.stderr}")
