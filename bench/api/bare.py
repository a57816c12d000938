"""Serves objects from memory with FastAPI alone: the least that an answer of this size costs a function.

``python -m bench.api.bare answers.json 9000``, with an object of names and answers in the file.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from bench.api.function import http_protocol

app = FastAPI(openapi_url=None)
answers: dict[str, dict[str, Any]] = {}


@app.api_route("/{name}", methods=["GET", "POST"])
async def answer(name: str, request: Request) -> dict[str, Any]:
    await request.body()
    return answers.get(name, {})


def main() -> None:
    file, port = Path(sys.argv[1]), int(sys.argv[2])
    answers.update(json.loads(file.read_text()))
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        http=http_protocol(),
        log_level="warning",
        access_log=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
