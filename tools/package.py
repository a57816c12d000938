"""Builds the deployment with the real Vercel CLI and inspects the result: ``make package``.

Asserts that each file of api/ became one function with the seconds of vercel.json, that only public/ is
published as files, that every bundle is small and contains only what runs, and that each function imports and answers
inside its bundle with nothing else on its path.
"""

import json
import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name

from tools.licenses import shipped_packages

ROOT: Final = Path(__file__).resolve().parents[1]
BUILD: Final = ROOT / ".local" / "package"
VERCEL: Final = ROOT / "local" / "node_modules" / ".bin" / "vercel"
MAX_BUNDLE_MB: Final = 250
UNWANTED: Final = ("tests/", "local/", "supabase/", "tools/", "bench/", "docs/", "public/")

# Runs inside the bundle, with its own interpreter: one request, and whether the response is ours.
PROBE: Final = """
import asyncio, importlib, json, sys
application = importlib.import_module("api." + sys.argv[1]).app
scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": sys.argv[2], "raw_path": b"",
         "query_string": b"", "headers": [(b"host", b"bundle")], "scheme": "https", "root_path": "",
         "client": ("127.0.0.1", 1), "server": ("bundle", 443), "asgi": {"version": "3.0"}}
sent = []
async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}
async def send(message):
    sent.append(message)
asyncio.run(application(scope, receive, send))
body = json.loads(b"".join(message.get("body", b"") for message in sent))
elsewhere = sorted({m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)
                    and not m.__file__.startswith((sys.argv[3], sys.base_prefix))})
print(json.dumps({"status": sent[0]["status"], "success": body["success"], "elsewhere": elsewhere}))
"""

# Complete and strict, as in production.
ENVIRONMENT: Final = {
    "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    "UPSTASH_REDIS_REST_URL": "https://kv.upstash.io",
    "UPSTASH_REDIS_REST_TOKEN": "x",
    "SUPABASE_SECRET_KEY": "sb_secret_x",
    "CRON_SECRET": "a-secret-of-the-schedule",
    "SIGNING_SECRET": "a-secret-that-signs-commands-of-functions",
    "ENCRYPTION_KEYS": "v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "APP_URL": "https://app.example.com",
}
# A request that each function answers without calling a service: any status of the middleware is enough.
EXPECTED_STATUS: Final = {"ai": 404, "delivery": 404, "system": 200}
PROBE_PATHS: Final = {
    "cron": "/api/v1/cron/minute",
    "delivery": "/api/v1/delivery/nothing",
    "transfers": "/api/v1/contents/export",
    "identity": "/api/v1/users/me",
    "ai": "/api/v1/ai/nothing",
    "system": "/api/v1/health",
}


# Packages that Vercel's builder adds to a bundle.
BUILDERS: Final = {"pip", "vercel-runtime"}


class PackageError(Exception):
    """Raised if the build does not have the expected contents."""


def require(condition: bool, message: str) -> None:
    if not condition:
        raise PackageError(message)


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
    project = {"projectId": "prj_local", "orgId": "team_local", "settings": {"framework": None}}
    (BUILD / ".vercel" / "project.json").write_text(json.dumps(project))


def build() -> None:
    environment = {
        **{name: os.environ[name] for name in ("HOME", "SSL_CERT_FILE", "PIP_CERT") if name in os.environ},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # it needs uv
        "VERCEL_TELEMETRY_DISABLED": "1",
        "NO_UPDATE_NOTIFIER": "1",
    }
    command = [str(VERCEL), "build", "--yes", "--token", "x", "--cwd", str(BUILD)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    require(result.returncode == 0, f"vercel build failed:\n{result.stdout}{result.stderr}")


def limits_of(name: str, config: dict[str, Any]) -> dict[str, Any]:
    return next(limits for pattern, limits in config["functions"].items() if fnmatch(f"api/{name}.py", pattern))


def check_static_files() -> None:
    published = {str(path.relative_to(BUILD / ".vercel/output/static")) for path in files_below("output/static")}
    expected = {str(path.relative_to(BUILD / "public")) for path in (BUILD / "public").rglob("*") if path.is_file()}
    require(published == expected, f"published files differ from public/: {sorted(published ^ expected)}")
    print(f"static files      {len(published)}, all of public/ and nothing else")


def files_below(folder: str) -> list[Path]:
    return [path for path in (BUILD / ".vercel" / folder).rglob("*") if path.is_file()]


def check_licenses(bundle: Path) -> None:
    """Asserts that THIRD_PARTY_LICENSES.md names every package of a bundle."""
    shipped = {
        canonicalize_name(path.name.removesuffix(".dist-info").rpartition("-")[0])
        for path in bundle.rglob("*.dist-info")
    }
    unnamed = shipped - {part.name for part in shipped_packages()} - BUILDERS
    require(bool(shipped) and not unnamed, f"THIRD_PARTY_LICENSES.md does not name {sorted(unnamed)}")


def unpack(function: Path) -> tuple[Path, float]:
    """Lays the bundle out as the platform does. Returns its folder and its size in megabytes."""
    config = json.loads((function / ".vc-config.json").read_text())
    bundle = BUILD / ".vercel" / "bundles" / function.stem
    size = 0
    for name, source in config.get("filePathMap", {}).items():
        target = bundle / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(BUILD / source, target)
        size += target.stat().st_size
    for path in function.iterdir():
        if path.is_file() and path.name != ".vc-config.json":
            shutil.copy2(path, bundle / path.name)
    return bundle, size / 1_000_000


def check_function(name: str, config: dict[str, Any]) -> None:
    function = BUILD / ".vercel/output/functions/api" / f"{name}.func"
    require(function.is_dir(), f"api/{name}.py did not become a function")
    built = json.loads((function / ".vc-config.json").read_text())
    limits = limits_of(name, config)
    seconds = limits["maxDuration"]
    require(built.get("maxDuration") == seconds, f"{name}: maxDuration is {built.get('maxDuration')}, not {seconds}")
    # Fluid compute ignores it, and the Hobby plan refuses some values: memory is set in the dashboard.
    require("memory" not in limits, f"{name}: vercel.json sets memory")
    bundle, megabytes = unpack(function)
    require(megabytes < MAX_BUNDLE_MB, f"{name}: {megabytes:.0f} MB unpacked")
    names = [str(path.relative_to(bundle)) for path in bundle.rglob("*")]
    unwanted = [entry for entry in names if entry.startswith(UNWANTED)]
    require(not unwanted, f"{name}: the bundle holds {unwanted[:3]}")

    check_licenses(bundle)

    path = PROBE_PATHS.get(name, f"/api/v1/{name}")
    setup = f"import sys; sys.path[:0] = [{str(bundle)!r}, {str(bundle / '_vendor')!r}]\n"
    interpreter = f"{sys.base_prefix}/bin/python3.12"
    result = subprocess.run(
        [interpreter, "-I", "-S", "-c", setup + PROBE, name, path, str(bundle)],
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
    print(f"{name:<17} {seconds} s, bundle {megabytes:.0f} MB, answers {answer['status']} to GET {path}")


def main() -> int:
    config = json.loads((ROOT / "vercel.json").read_text())
    names = sorted(path.stem for path in (ROOT / "api").glob("*.py") if path.stem != "__init__")
    try:
        copy_tracked_files()
        build()
        built = {path.stem for path in (BUILD / ".vercel/output/functions").rglob("*.func")}
        require(built == set(names), f"functions differ from the files of api/: {sorted(built ^ set(names))}")
        require(len(names) <= 12, f"{len(names)} functions, but the Hobby plan takes 12")
        check_static_files()
        for name in names:
            check_function(name, config)
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(names)} functions, packaged and tried")
    return 0


if __name__ == "__main__":
    sys.exit(main())
