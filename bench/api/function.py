"""Serves one function of api/ as the platform does: one uvicorn, one process. Run as a script, with the folder of the
checkout as the working directory: ``python bench/api/function.py contents 9000``.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import uvicorn


def load(name: str) -> Any:
    """Returns the application of ``api/<name>.py``."""
    return import_module(f"api.{name}").app


def http_protocol() -> Literal["auto", "h11"]:
    """Returns the parser that a deployment of the working directory has: the one in C if its requirements name it."""
    return "auto" if "httptools" in Path("requirements.txt").read_text() else "h11"


def main() -> None:
    name, port = sys.argv[1], int(sys.argv[2])
    sys.path.insert(0, str(Path.cwd()))
    uvicorn.run(load(name), host="127.0.0.1", port=port, http=http_protocol(), log_level="warning", proxy_headers=False)


if __name__ == "__main__":
    main()
