"""Reads what a function can ever import, without running it: its own modules, and the packages of others."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

OURS: Final = ("api", "lib")


@dataclass(frozen=True)
class Imports:
    """The imports of a function and of the modules below it, also those inside of functions."""

    modules: set[str] = field(default_factory=set[str])
    """Modules of this project, such as ``lib.content.service``."""
    packages: set[str] = field(default_factory=set[str])
    """Names of other modules at the first level, such as ``fastapi``, without those that come with Python."""


def _file_of(root: Path, module: str) -> Path | None:
    base = root.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def _named(tree: ast.Module) -> Iterator[str]:
    """Yields the names that a module imports; of ``from a import b`` both ``a`` and ``a.b``, which may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _parents(module: str) -> Iterator[str]:
    """Yields a module and the packages that Python imports before it."""
    parts = module.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def imports_of(root: Path, module: str) -> Imports:
    """Follows the imports of a module below a root folder through the project."""
    found = Imports()
    waiting = [module]
    while waiting:
        for name in _parents(waiting.pop()):
            file = _file_of(root, name)
            if name in found.modules or file is None:
                continue
            found.modules.add(name)
            for imported in _named(ast.parse(file.read_text())):
                first = imported.partition(".")[0]
                if first in OURS:
                    waiting.append(imported)
                elif first not in sys.stdlib_module_names:
                    found.packages.add(first)
    return found
