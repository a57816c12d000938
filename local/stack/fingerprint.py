"""Computes digests of the code that a stack runs, so that tests notice a stack that runs other code."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from local.stack.settings import ROOT

FUNCTIONS: Final = "functions"
DATABASE: Final = "database"
STAND_INS: Final = "stand-ins"
# The files that each part of a running stack is made from: folders, or single files.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    FUNCTIONS: ("api", "lib", "vercel.json", "requirements.txt"),
    DATABASE: ("supabase/migrations", "supabase/seed.sql"),
    STAND_INS: ("local", "supabase/config.toml", "supabase/auth_settings.json"),
}
_ENDINGS: Final = (".py", ".mjs", ".sql", ".json", ".toml", ".txt", ".html")
_LEFT_OUT: Final = ("node_modules", "__pycache__")


def files_of(part: str) -> Iterator[Path]:
    """Lists the files that a part of the stack is made from."""
    for name in PARTS[part]:
        path = ROOT / name
        if path.is_file():
            yield path
            continue
        for folder, folders, files in path.walk():
            folders[:] = sorted(inner for inner in folders if inner not in _LEFT_OUT)
            yield from (folder / file for file in sorted(files) if file.endswith(_ENDINGS))


def _digest(part: str) -> str:
    whole = hashlib.sha256()
    for path in files_of(part):
        whole.update(f"{path.relative_to(ROOT)}\0".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def fingerprint() -> dict[str, str]:
    """Returns a digest of the files of each part, as they are now."""
    return {part: _digest(part) for part in PARTS}


def changed_parts(former: Mapping[str, str]) -> list[str]:
    """Returns the names of the parts whose files differ from those of a former fingerprint."""
    return [part for part, digest in fingerprint().items() if former.get(part) != digest]
