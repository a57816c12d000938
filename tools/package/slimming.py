"""Takes packages that a function cannot import out of its bundle.

Vercel's builder gives every function all packages of requirements.txt. It also takes a requirements.txt for each
function, but what the last function does not need is then missing from the others: see docs/adr/0057-small-bundles.md.
"""

import json
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.package import ROOT
from tools.package.imports import OURS, Imports

VENDOR: Final = "_vendor"
OUR_FOLDERS: Final = tuple(f"{folder}/" for folder in OURS)
# Files for compilers, for type checkers and for Windows.
NEVER_READ: Final = frozenset({".c", ".exe", ".h", ".pxd", ".pxi", ".pyi", ".pyx"})
# Parts of packages that nothing of ours loads: images are decoded as PNG, JPEG, WebP and GIF, and no text is drawn.
UNUSED: Final = (
    "PIL/_avif.*",
    "PIL/_imagingft.*",
    "PIL/_imagingtk.*",
    "pillow.libs/libavif-*",
    "pillow.libs/libfreetype-*",
    "pillow.libs/libharfbuzz-*",
)
# botocore describes each of the 400 services of AWS in a folder of its own; shared descriptions have none.
AWS_SERVICES: Final = "botocore/data/*/*"
AWS_SERVICES_IN_USE: Final = ("botocore/data/s3/*", "botocore/data/sesv2/*")
# Imported by the platform, which starts the function, and packages that others use if they find them.
ALWAYS: Final = ("vercel-runtime", "httptools", "python-multipart")


def _requirements(path: Path) -> dict[str, set[str]]:
    """Returns the extras that requirements.txt asks for, by the name of the package."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return {canonicalize_name(entry.name): entry.extras for entry in map(Requirement, filter(None, lines))}


def _needs(found: Distribution, extras: set[str]) -> dict[str, set[str]]:
    """Returns the packages that a package requires on this platform, each with the extras that it asks for."""
    needed: dict[str, set[str]] = {}
    for text in found.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            needed.setdefault(canonicalize_name(requirement.name), set()).update(requirement.extras)
    return needed


def packages_for(vendor: Path, names: set[str]) -> set[str]:
    """Returns the files, relative to the folder of packages, of those that bring these modules and all they require."""
    installed = {str(canonicalize_name(found.metadata["Name"])): found for found in distributions(path=[str(vendor)])}
    files = {name: {str(file) for file in found.files or ()} for name, found in installed.items()}
    extras = _requirements(ROOT / "requirements.txt")
    waiting: dict[str, set[str]] = {name: set[str]() for name in ALWAYS}
    for name, parts in files.items():
        if names & {part.partition("/")[0].partition(".")[0] for part in parts}:
            waiting[name] = extras.get(name, set())
    done: dict[str, set[str]] = {}
    while waiting:
        name, asked = waiting.popitem()
        if name not in installed or (name in done and asked <= done[name]):
            continue
        done[name] = asked | done.get(name, set())
        for required, wanted in _needs(installed[name], done[name]).items():
            waiting[required] = wanted | waiting.get(required, set())
    return {file for name in done for file in files[name]}


def _matches(file: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)


def _is_read(file: str) -> bool:
    if Path(file).suffix in NEVER_READ or _matches(file, UNUSED):
        return False
    return not fnmatch(file, AWS_SERVICES) or _matches(file, AWS_SERVICES_IN_USE)


def _source(file: str) -> str:
    """Returns the file that bytecode was made from, and other files as they are."""
    folder, cached, name = file.partition("__pycache__/")
    return f"{folder}{name.partition('.')[0]}.py" if cached and name.endswith(".pyc") else file


def slim(function: Path, vendor: Path, imports: Imports) -> None:
    """Removes from a built function the packages, and the modules of this project, that it cannot import.

    ``function``: the folder ``<name>.func``; ``vendor``: the folder into which the builder installed the packages.
    """
    path = function / ".vc-config.json"
    config: dict[str, Any] = json.loads(path.read_text())
    needed = {file for file in packages_for(vendor, imports.packages) if _is_read(file)}

    def is_needed(name: str) -> bool:
        source = _source(name)
        if name.startswith(f"{VENDOR}/"):
            return source.removeprefix(f"{VENDOR}/") in needed
        if source.startswith(OUR_FOLDERS) and source.endswith(".py"):
            return source.removesuffix(".py").removesuffix("/__init__").replace("/", ".") in imports.modules
        return True

    config["filePathMap"] = {name: source for name, source in config["filePathMap"].items() if is_needed(name)}
    path.write_text(json.dumps(config, indent=2))
