"""Writes THIRD_PARTY_LICENSES.md: the licences of all that a deployment ships. ``--check`` verifies that it is current.

Shipped are the packages of requirements.txt with all that they need, on the platform of Vercel (Linux, CPython 3.12),
and the files of public/vendor. Packages that only the local stack and the tests use are not shipped.
The texts are those of the installed versions. The check compares the tables alone, since dependencies are not pinned.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "THIRD_PARTY_LICENSES.md"
VENDOR: Final = ROOT / "public" / "vendor"
PLATFORM: Final = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "os_name": "posix",
    "python_version": "3.12",
    "python_full_version": "3.12.0",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}
# Licences that would require the source of this code to be published.
REFUSED: Final = re.compile(r"\b(AGPL|GPL|GNU (Affero )?General Public)", re.IGNORECASE)
LICENSE_FILE: Final = re.compile(r"(^|/)(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$", re.IGNORECASE)
HEAD: Final = """# Third-party licences

This page lists all that a deployment of this repository ships, with its licences: Python packages in the bundles of the
functions, and files of `public/vendor/`. `make licenses` writes this page; `make check` fails if it is out of date.

"""


class LicenseError(Exception):
    """A package whose licence is unknown or must not be shipped."""


@dataclass(frozen=True)
class Part:
    """Something that is shipped."""

    name: str
    version: str
    """Empty for packages that others need, which are not pinned."""
    license: str
    texts: tuple[str, ...]


def _license_of(found: Distribution) -> str:
    """The licence of a package: its SPDX expression, else its classifiers, else the first line of the older field."""
    expression = found.metadata.get("License-Expression")
    if expression:
        return expression
    classifiers = [
        value.rpartition(" :: ")[2]
        for value in found.metadata.get_all("Classifier") or []
        if value.startswith("License :: ") and value != "License :: OSI Approved"
    ]
    if classifiers:
        return ", ".join(classifiers)
    return (found.metadata.get("License") or "").strip().split("\n")[0]


def _texts_of(found: Distribution) -> Iterator[str]:
    for file in sorted(found.files or [], key=str):
        if ".dist-info/" in str(file) and LICENSE_FILE.search(str(file)):
            yield Path(str(file.locate())).read_text(errors="replace").strip()


def _needed(found: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in found.requires or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate(PLATFORM | {"extra": extra}) for extra in extras | {""}):
            yield requirement


def shipped_packages() -> list[Part]:
    """Lists the packages of requirements.txt with all that they need. Raises LicenseError."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    waiting = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pinned = {canonicalize_name(requirement.name) for requirement in waiting}
    seen: set[tuple[str, frozenset[str]]] = set()
    parts: dict[str, Part] = {}
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found = distribution(name)
        text = _license_of(found)
        if not text or REFUSED.search(text):
            raise LicenseError(f"{name} has the licence {text or 'unknown'}: may a deployment ship it?")
        parts[name] = Part(name, found.version if name in pinned else "", text, tuple(_texts_of(found)))
        waiting += _needed(found, extras)
    return sorted(parts.values(), key=lambda part: part.name)


def shipped_files() -> list[Part]:
    """Lists the folders of public/vendor, each named after its package and version, with its LICENSE."""
    parts: list[Part] = []
    for folder in sorted(VENDOR.iterdir()):
        name, _, version = folder.name.rpartition("-")
        text = (folder / "LICENSE").read_text().strip()
        title = next(line.strip() for line in text.splitlines() if line.strip())
        parts.append(Part(name, version, title, (text,)))
    return parts


def _table(parts: list[Part]) -> str:
    rows = "\n".join(f"| {part.name} | {part.version} | {part.license} |" for part in parts)
    return f"| name | version | licence |\n|---|---|---|\n{rows}\n"


def render() -> str:
    """Returns the page. Texts that several packages share are printed once. Raises LicenseError."""
    packages, files = shipped_packages(), shipped_files()
    owners: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for part in (*packages, *files):
        for text in part.texts:
            digest = hashlib.sha256(text.encode()).hexdigest()
            texts[digest] = text
            owners.setdefault(digest, []).append(part.name)
    printed = "\n".join(
        f"### {', '.join(dict.fromkeys(names))}\n\n````text\n{texts[digest]}\n````\n"
        for digest, names in owners.items()
    )
    return (
        f"{HEAD}## Python packages\n\n{_table(packages)}\n"
        f"## Files of public/vendor\n\n{_table(files)}\n## Texts\n\n{printed}"
    )


def _tables(page: str) -> str:
    return page.split("## Texts\n", maxsplit=1)[0]


def main() -> int:
    """Writes the page, or with ``--check`` says whether it is current."""
    try:
        page = render()
    except LicenseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page)
        return 0
    if not PAGE.exists() or _tables(PAGE.read_text()) != _tables(page):
        print("error: THIRD_PARTY_LICENSES.md is out of date: run `make licenses`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
