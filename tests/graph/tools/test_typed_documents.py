"""Runs the examples of docs/examples/graphql with the types that generators write from the schema."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.stack.settings import ROOT
from tests.support.world import Brand, World
from tools.contract import graphql

pytestmark = pytest.mark.anyio

TSC = ROOT / "local" / "node_modules" / ".bin" / "tsc"


def run(*command: str | Path, folder: Path = ROOT) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def seen_by(world: World, brand: Brand, *command: str | Path, folder: Path) -> list[dict[str, Any]]:
    """Runs an example as an editor of a brand, and returns what it prints."""
    settings = {
        "api": f"{world.stack.urls['web']}/api/v1",
        "accessToken": brand.editor.access_token,
        "brandId": brand.id,
    }
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        json.dumps(settings),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
    return [json.loads(line) for line in output.splitlines()]


async def check(world: World, *command: str | Path, folder: Path) -> None:
    brand = await world.brand()
    old = [(await world.draft(brand))["title"] for _ in range(2)]
    created, renamed, stale, listed = await seen_by(world, brand, *command, folder=folder)
    assert created == {"created": "Made with types", "version": 1}
    assert renamed == {"renamed": "Renamed with types", "version": 2}
    assert stale == {"stale": True, "currentVersion": 2}
    assert sorted(listed["titles"]) == sorted([*old, "Renamed with types"])


async def test_typescript(world: World, tmp_path: Path) -> None:
    graphql.write_typescript(run, tmp_path, graphql.EXAMPLES / "documents")
    shutil.copy(graphql.EXAMPLES / "rename-content.ts", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    run(TSC, "-p", tmp_path, "--noEmit", "false", "--outDir", tmp_path / "built")
    shutil.copy(tmp_path / "package.json", tmp_path / "built")
    await check(world, "node", "built/rename-content.js", folder=tmp_path)


async def test_python(world: World, tmp_path: Path) -> None:
    graphql.write_python(run, tmp_path, graphql.EXAMPLES / "documents")
    shutil.copy(graphql.EXAMPLES / "rename_content.py", tmp_path)
    await check(world, sys.executable, "rename_content.py", folder=tmp_path)
