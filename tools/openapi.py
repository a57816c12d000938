"""Writes public/api/v1/openapi.json: the description of all functions together, served as a file.

``--check`` only says whether the file is what the functions would give, with exit code 1 if it is not.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tools.openapi_examples import add_examples
from tools.package import ENVIRONMENT

ROOT: Final = Path(__file__).resolve().parents[1]
FILE: Final = ROOT / "public" / "api" / "v1" / "openapi.json"

DESCRIPTION: Final = """\
MixerAI writes on-brand content with AI, moves it through review and publishes it.

Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`.
Every answer carries `X-Request-Id`; errors carry it in the body too. What belongs to a brand that you
are no member of does not exist for you: 404.
"""


def _without_framework_errors(operation: dict[str, Any]) -> None:
    """FastAPI announces a 422 of its own shape wherever there is input; ours is a 400 (lib/core/http/app.py)."""
    answer = operation["responses"].get("422", {})
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    if schema.get("$ref", "").endswith("/HTTPValidationError"):
        del operation["responses"]["422"]


def build_document() -> dict[str, Any]:
    os.environ.update(ENVIRONMENT)
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for file in sorted((ROOT / "api").glob("*.py")):
        if file.stem == "__init__":
            continue
        document = import_module(f"api.{file.stem}").app.openapi()
        twice = paths.keys() & document["paths"].keys()
        if twice:
            raise ValueError(f"two functions serve {', '.join(sorted(twice))}")
        paths |= document["paths"]
        for kind, entries in document.get("components", {}).items():
            known = components.setdefault(kind, {})
            for name, entry in entries.items():
                if known.setdefault(name, entry) != entry:
                    raise ValueError(f"two functions describe {kind}/{name} differently: rename one of them")
    for operations in paths.values():
        for operation in operations.values():
            _without_framework_errors(operation)
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "MixerAI API", "version": "1.0", "description": DESCRIPTION},
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(entries.items())) for kind, entries in sorted(components.items())},
    }
    add_examples(document)
    return document


def main() -> int:
    text = json.dumps(build_document(), indent=2, ensure_ascii=False) + "\n"
    if FILE.exists() and FILE.read_text() == text:
        print("public/api/v1/openapi.json agrees with the functions")
        return 0
    if "--check" in sys.argv[1:]:
        print("public/api/v1/openapi.json is not what the functions give: run `make openapi`", file=sys.stderr)
        return 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text)
    print(f"wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
