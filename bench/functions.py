"""The functions of api/: a file each, or a folder with an index."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


def function_modules() -> dict[str, str]:
    """Returns the module of each function, by its name."""
    files = [path.stem for path in (ROOT / "api").glob("*.py") if path.stem != "__init__"]
    folders = [path.parent.name for path in (ROOT / "api").glob("*/index.py")]
    return dict(sorted([(name, f"api.{name}") for name in files] + [(name, f"api.{name}.index") for name in folders]))
