"""Looks at what was built: functions, files, and each function running inside its own bundle."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name

from tools.licenses import shipped_packages
from tools.package import BUILD, ENVIRONMENT, OUTPUT, require
from tools.package.imports import Imports

# Megabytes without bytecode, which the builder adds as far as there is room.
MAX_BUNDLE_MB: Final = 55
LARGER_BUNDLES: Final = {"ai": 95, "cron": 110, "graph": 130, "identity": 100, "outbound": 65}
UNWANTED: Final = ("tests/", "local/", "supabase/", "tools/", "bench/", "docs/", "public/")

# Runs inside the bundle, with its own interpreter: one request, whether the response is ours, and whether all that the
# function imports later can be imported.
PROBE: Final = """
import asyncio, importlib, json, sys
name, path, bundle, later = sys.argv[1:5]
application = importlib.import_module("api." + name).app
scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": b"",
         "query_string": b"", "headers": [(b"host", b"bundle")], "scheme": "https", "root_path": "",
         "client": ("127.0.0.1", 1), "server": ("bundle", 443), "asgi": {"version": "3.0"}}
sent = []
async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}
async def send(message):
    sent.append(message)
asyncio.run(application(scope, receive, send))
for module in later.split():
    importlib.import_module(module)
body = json.loads(b"".join(message.get("body", b"") for message in sent))
elsewhere = sorted({m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)
                    and not m.__file__.startswith((bundle, sys.base_prefix))})
print(json.dumps({"status": sent[0]["status"], "success": body["success"], "elsewhere": elsewhere}))
"""

# A request that each function answers without calling a service: any status of the middleware is enough.
EXPECTED_STATUS: Final = {"ai": 404, "delivery": 404, "graph": 404, "system": 200}
PROBE_PATHS: Final = {
    "cron": "/api/v1/cron/minute",
    "delivery": "/api/v1/delivery/nothing",
    "governance": "/api/v1/workflows",
    "graph": "/api/v1/graphql/nothing",
    "outbound": "/api/v1/events",
    "transfers": "/api/v1/contents/export",
    "identity": "/api/v1/users/me",
    "ai": "/api/v1/ai/nothing",
    "system": "/api/v1/health",
}

# Modules that a package loads when it is used, and not when it is imported.
LOADED_LATER: Final = {"PIL": ("PIL._imaging", "PIL._webp")}

# Packages that Vercel's builder adds to a bundle.
BUILDERS: Final = {"pip", "vercel-runtime"}


@dataclass(frozen=True)
class Bundle:
    """A bundle as the platform lays it out."""

    folder: Path
    megabytes: float
    """Without bytecode."""
    bytecode_megabytes: float


def _limits_of(name: str, config: dict[str, Any]) -> dict[str, Any]:
    return next(limits for pattern, limits in config["functions"].items() if fnmatch(f"api/{name}.py", pattern))


def check_static_files() -> None:
    """Asserts that public/ is published, and nothing else."""
    published = {str(path.relative_to(OUTPUT / "static")) for path in (OUTPUT / "static").rglob("*") if path.is_file()}
    expected = {str(path.relative_to(BUILD / "public")) for path in (BUILD / "public").rglob("*") if path.is_file()}
    require(published == expected, f"published files differ from public/: {sorted(published ^ expected)}")
    print(f"static files      {len(published)}, all of public/ and nothing else")


def _check_licenses(bundle: Path) -> None:
    """Asserts that THIRD_PARTY_LICENSES.md names every package of a bundle."""
    shipped = {
        canonicalize_name(path.name.removesuffix(".dist-info").rpartition("-")[0])
        for path in bundle.rglob("*.dist-info")
    }
    unnamed = shipped - {part.name for part in shipped_packages()} - BUILDERS
    require(bool(shipped) and not unnamed, f"THIRD_PARTY_LICENSES.md does not name {sorted(unnamed)}")


def _unpack(function: Path) -> Bundle:
    config = json.loads((function / ".vc-config.json").read_text())
    folder = BUILD / ".vercel" / "bundles" / function.stem
    size = bytecode = 0
    for name, source in config.get("filePathMap", {}).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(BUILD / source, target)
        if target.suffix == ".pyc":
            bytecode += target.stat().st_size
        else:
            size += target.stat().st_size
    for path in function.iterdir():
        if path.is_file() and path.name != ".vc-config.json":
            shutil.copy2(path, folder / path.name)
    return Bundle(folder, size / 1_000_000, bytecode / 1_000_000)


def _probe(name: str, bundle: Path, imports: Imports) -> None:
    path = PROBE_PATHS.get(name, f"/api/v1/{name}")
    setup = f"import sys; sys.path[:0] = [{str(bundle)!r}, {str(bundle / '_vendor')!r}]\n"
    used = [module for package in imports.packages for module in LOADED_LATER.get(package, ())]
    later = " ".join([*sorted(imports.modules | imports.packages), *used])
    result = subprocess.run(
        [f"{sys.base_prefix}/bin/python3.12", "-I", "-S", "-c", setup + PROBE, name, path, str(bundle), later],
        env=ENVIRONMENT,
        cwd=bundle,
        capture_output=True,
        text=True,
        check=False,
    )
    require(result.returncode == 0, f"{name} does not run inside its bundle:\n{result.stderr[-2000:]}")
    answer = json.loads(result.stdout.splitlines()[-1])
    expected = EXPECTED_STATUS.get(name, 401)
    require(answer["status"] == expected, f"{name} answered {answer['status']} to GET {path}, not {expected}")
    require(answer["elsewhere"] == [], f"{name} imported from outside its bundle: {answer['elsewhere'][:3]}")
    print(f"answers {answer['status']} to GET {path}")


def check_function(name: str, config: dict[str, Any], imports: Imports) -> None:
    """Asserts that a function was built as vercel.json says, is small, and runs. Prints what it looked at."""
    function = OUTPUT / "functions" / "api" / f"{name}.func"
    require(function.is_dir(), f"api/{name}.py did not become a function")
    built = json.loads((function / ".vc-config.json").read_text())
    limits = _limits_of(name, config)
    seconds = limits["maxDuration"]
    require(built.get("maxDuration") == seconds, f"{name}: maxDuration is {built.get('maxDuration')}, not {seconds}")
    # Fluid compute ignores it, and the Hobby plan refuses some values: memory is set in the dashboard.
    require("memory" not in limits, f"{name}: vercel.json sets memory")
    bundle = _unpack(function)
    most = LARGER_BUNDLES.get(name, MAX_BUNDLE_MB)
    require(bundle.megabytes <= most, f"{name}: {bundle.megabytes:.0f} MB unpacked, but at most {most} are planned")
    names = [str(path.relative_to(bundle.folder)) for path in bundle.folder.rglob("*")]
    unwanted = [entry for entry in names if entry.startswith(UNWANTED)]
    require(not unwanted, f"{name}: the bundle holds {unwanted[:3]}")
    _check_licenses(bundle.folder)
    sizes = f"{bundle.megabytes:.0f} MB and {bundle.bytecode_megabytes:.0f} MB of bytecode"
    print(f"{name:<17} {seconds} s, bundle {sizes}, ", end="")
    _probe(name, bundle.folder, imports)
