"""Checks a deployment from outside: `python -m tools.smoke`."""

import argparse
import asyncio
import os
import sys
from urllib.parse import urlsplit

from tools.smoke.deployment import Deployment, Settings
from tools.smoke.runner import run_checks

USAGE = 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.smoke",
        description="Runs ten checks against a deployment and deletes the data it created.",
    )
    parser.add_argument("url", help="where it is, as https://app.example.com")
    parser.add_argument(
        "--purge-seconds",
        type=float,
        default=Settings.purge_seconds,
        help="how long an archived page may stay at the edge (%(default)s)",
    )
    return parser.parse_args()


def _settings(purge_seconds: float) -> Settings | None:
    missing = [name for name in ("SMOKE_EMAIL", "SMOKE_PASSWORD") if not os.environ.get(name)]
    if missing:
        print(f"error: set {' and '.join(missing)}: an account made for this (docs/deploy.md)", file=sys.stderr)
        return None
    return Settings(
        email=os.environ["SMOKE_EMAIL"],
        password=os.environ["SMOKE_PASSWORD"],
        cron_secret=os.environ.get("CRON_SECRET") or None,
        protection_bypass=os.environ.get("VERCEL_AUTOMATION_BYPASS_SECRET") or None,
        purge_seconds=purge_seconds,
    )


def main() -> int:
    """Returns 0 if all checks passed, 1 if a check failed or left something behind, 2 if the checks could not start."""
    arguments = _arguments()
    url = urlsplit(arguments.url)
    if url.scheme not in ("http", "https") or not url.hostname:
        print(f"error: {arguments.url!r} is not an address as https://app.example.com", file=sys.stderr)
        return USAGE
    settings = _settings(arguments.purge_seconds)
    if settings is None:
        return USAGE

    async def run() -> bool:
        return await run_checks(Deployment(f"{url.scheme}://{url.netloc}", settings))

    try:
        return 0 if asyncio.run(run()) else 1
    except KeyboardInterrupt:
        return 1


if __name__ == "__main__":
    sys.exit(main())
