"""Holds the description of the API against judges that others wrote, and against the one that was accepted last.

``--accept`` makes the current description the accepted one: in the change that breaks clients on purpose.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from tools.contract import graphql
from tools.openapi.text import to_text

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
OPENAPI: Final = ROOT / "public" / "api" / "v1" / "openapi.json"
ASYNCAPI: Final = ROOT / "public" / "api" / "v1" / "asyncapi.json"
ACCEPTED: Final = HERE / "accepted.json"
NODE_BIN: Final = ROOT / "local" / "node_modules" / ".bin"
PYTHON_BIN: Final = Path(sys.executable).parent
# Judges send nothing about their use, and look for no newer version.
QUIET: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "true", "NO_COLOR": "1"}
# Not compared: they are words, and larger than the rest.
WORDS: Final = ("description", "summary", "example", "examples")


def _run(*command: str | Path, folder: Path = ROOT) -> str:
    """Runs a judge and returns its output; raises CalledProcessError when it finds something."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=os.environ | QUIET,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return result.stdout


def lint_by_redocly(_: Path) -> str:
    """Redocly's strict rules, without errors and warnings."""
    return _run(NODE_BIN / "redocly", "lint", "--config", HERE / "redocly.yaml", "--format", "github-actions", OPENAPI)


def lint_by_spectral(_: Path) -> str:
    """Spectral's rules for OpenAPI, without errors and warnings."""
    return _run(NODE_BIN / "spectral", "lint", "--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint", OPENAPI)


def compile_schemas(_: Path) -> str:
    """Every schema compiles in JavaScript's validator."""
    return _run("node", HERE / "schemas.mjs", OPENAPI)


def generate_typescript(folder: Path) -> str:
    """Two generators of TypeScript clients give code that the strict compiler takes."""
    output = _run(NODE_BIN / "openapi-ts", "-i", OPENAPI, "-o", folder / "client", "--no-log-file")
    output += _run(NODE_BIN / "openapi-typescript", OPENAPI, "-o", folder / "types" / "schema.d.ts")
    settings = json.loads((HERE / "tsconfig.json").read_text()) | {"include": ["client", "types"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    return output + _run(NODE_BIN / "tsc", "-p", folder)


def generate_python(folder: Path) -> str:
    """A generator of Python clients gives a whole package. tests/api/test_python_client.py uses it."""
    return _run(*python_client_command(folder / "python"))


def python_client_command(folder: Path) -> Sequence[str | Path]:
    """Returns the command that writes the Python client into a folder."""
    return (
        PYTHON_BIN / "openapi-python-client", "generate", "--path", OPENAPI, "--output-path", folder,
        "--config", HERE / "python-client.yaml", "--meta", "none", "--overwrite", "--fail-on-warning",
    )  # fmt: skip


def compare_with_accepted(folder: Path) -> str:
    """Nothing that a client of the accepted description relies on has gone."""
    current = folder / "current.json"
    current.write_text(to_text(without_words(json.loads(OPENAPI.read_text()))))
    return _run("node", HERE / "breaking.mjs", ACCEPTED, current)


def compare_graphql(_: Path) -> str:
    """Nothing that a client of the accepted GraphQL schema relies on has gone, and nothing may surprise it."""
    return _run(sys.executable, "-m", "tools.graphql", "--compare")


def generate_graphql_typescript(folder: Path) -> str:
    """The documents of our applications and of the examples have types that the strict compiler takes."""
    output = ""
    for name, documents in (("own", graphql.OWN_DOCUMENTS), ("examples", graphql.EXAMPLES / "documents")):
        (folder / name).mkdir()
        output += graphql.write_typescript(_run, folder / name, documents)
        output += _run(NODE_BIN / "tsc", "-p", folder / name)
    return output


def generate_graphql_python(folder: Path) -> str:
    """The documents of our applications give a whole package. tests/graph/tools uses that of the examples."""
    return graphql.write_python(_run, folder, graphql.OWN_DOCUMENTS)


def parse_events(_: Path) -> str:
    """The description of the live updates is valid AsyncAPI, and its schemas compile."""
    return _run("node", HERE / "asyncapi.mjs", ASYNCAPI) + _run("node", HERE / "schemas.mjs", ASYNCAPI)


JUDGES: Final[dict[str, Callable[[Path], str]]] = {
    "redocly": lint_by_redocly,
    "spectral": lint_by_spectral,
    "schemas": compile_schemas,
    "typescript": generate_typescript,
    "python": generate_python,
    "breaking": compare_with_accepted,
    "events": parse_events,
    "graphql": compare_graphql,
    "graphql typescript": generate_graphql_typescript,
    "graphql python": generate_graphql_python,
}
HINTS: Final = {
    "breaking": "if this is meant, run `make openapi-accept` and commit what it writes",
    "graphql": "if this is meant, run `make graphql-accept` and commit what it writes",
}


def without_words(value: Any, *, is_named: bool = False) -> Any:
    """Returns the description without descriptions and examples. ``is_named``: keys are names, and no keywords."""
    if isinstance(value, list):
        return [without_words(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_words(each, is_named=key in ("properties", "schemas", "parameters", "responses") and not is_named)
        for key, each in value.items()
        if is_named or key not in WORDS
    }


def accept() -> None:
    """Makes the current description the one that later changes are compared with."""
    document = json.loads(OPENAPI.read_text())
    for kind in ("examples", "headers"):
        document["components"].pop(kind, None)
    ACCEPTED.write_text(to_text(without_words(document)))
    print(f"wrote {ACCEPTED.relative_to(ROOT)}")


def judge() -> bool:
    """Asks all judges, also after one that found something; prints a line for each and the output of those."""
    is_good = True
    for name, ask in JUDGES.items():
        began = time.monotonic()
        output, outcome = "", "ok"
        with tempfile.TemporaryDirectory() as folder:
            try:
                ask(Path(folder))
            except subprocess.CalledProcessError as error:
                output, outcome, is_good = f"{error.stdout}{HINTS.get(name, '')}\n", "FAILED", False
        print(f"{name:<18} {outcome:<7} {time.monotonic() - began:5.1f} s\n{output}", end="", flush=True)
    return is_good


def main() -> int:
    if "--accept" in sys.argv[1:]:
        accept()
        return 0
    return 0 if judge() else 1


if __name__ == "__main__":
    sys.exit(main())
