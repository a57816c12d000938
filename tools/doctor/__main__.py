"""``python -m tools.doctor``: this machine. ``python -m tools.doctor FILE``, or with DEPLOYMENT=1: a deployment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.doctor.findings import Finding, Level
from tools.doctor.machine import check_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

USAGE = 2


def _print_all(findings: Iterable[Finding]) -> int:
    counts = dict.fromkeys(Level, 0)
    for finding in findings:
        counts[finding.level] += 1
        print(finding.line(), flush=True)
    print(f"{counts[Level.ERROR]} errors, {counts[Level.WARN]} warnings")
    return 1 if counts[Level.ERROR] else 0


def _check_deployment(environment: dict[str, str]) -> Iterator[Finding]:
    # Here, since a machine without packages is checked as well.
    from tools.doctor.deployment import check_settings
    from tools.doctor.services import check_services

    yield from check_settings(environment)
    yield from check_services(environment)


def main() -> int:
    """Returns the exit code: 0 without errors, 1 with errors, 2 if the check could not begin."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if not name and os.environ.get("DEPLOYMENT") != "1":
        return _print_all(check_machine())
    if not name:
        return _print_all(_check_deployment(dict(os.environ)))
    if not Path(name).is_file():
        print(
            f"error: there is no file {name}: `vercel env pull {name} --environment=production` writes it",
            file=sys.stderr,
        )
        return USAGE
    from dotenv import dotenv_values

    return _print_all(_check_deployment({key: value for key, value in dotenv_values(name).items() if value}))


if __name__ == "__main__":
    sys.exit(main())
