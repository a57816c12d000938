"""Generates typed clients from the GraphQL schema: in TypeScript by @graphql-codegen, in Python by ariadne-codegen."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
SCHEMA: Final = ROOT / "public" / "api" / "v1" / "schema.graphql"
EXAMPLES: Final = ROOT / "docs" / "examples" / "graphql"
OWN_DOCUMENTS: Final = ROOT / "lib" / "graph" / "documents"
# ariadne-codegen needs older packages than we have: tools/setup.sh gives it an environment of its own.
GENERATORS: Final = ROOT / ".venv" / "generators" / "bin"
NODE_MODULES: Final = ROOT / "local" / "node_modules"
TYPES: Final = "@graphql-typed-document-node/core"

type Run = Callable[..., str]


def write_typescript(run: Run, folder: Path, documents: Path) -> str:
    """Writes documents.ts and the settings of the strict compiler into a folder."""
    settings = json.loads((HERE / "tsconfig.json").read_text())
    settings["compilerOptions"] |= {"noUncheckedIndexedAccess": True, "exactOptionalPropertyTypes": True}
    settings["compilerOptions"]["paths"] = {TYPES: [str(NODE_MODULES / TYPES)]}
    (folder / "tsconfig.json").write_text(json.dumps(settings | {"include": ["*.ts"]}))
    return run("node", HERE / "graphql-types.mjs", SCHEMA, documents, folder / "documents.ts")


def write_python(run: Run, folder: Path, documents: Path) -> str:
    """Writes the package mixerai_graphql into a folder, with the settings of the example."""
    shutil.copy(SCHEMA, folder)
    shutil.copytree(documents, folder / "documents")
    shutil.copy(EXAMPLES / "ariadne-codegen.toml", folder)
    return run(GENERATORS / "ariadne-codegen", "--config", "ariadne-codegen.toml", "client", folder=folder)
