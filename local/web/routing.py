"""The parts of vercel.json that decide what answers a request: rewrites and headers.

Patterns: https://vercel.com/docs/project-configuration/vercel-json#rewrites — ``:name`` matches a segment,
``:name*`` the rest, and a group in parentheses is a regular expression.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"/:(?P<rest>\w+)\*|:(?P<segment>\w+)|(?P<group>\([^/]*\))|(?P<text>[^:(]+?(?=/:|:|\(|$))")


def compile_source(source: str) -> re.Pattern[str]:
    pattern = ""
    for token in _TOKEN.finditer(source):
        if token["rest"]:
            pattern += "(?:/.*)?"
        elif token["segment"]:
            pattern += "[^/]+"
        elif token["group"]:
            pattern += token["group"]
        else:
            pattern += re.escape(token["text"])
    return re.compile(pattern)


@dataclass(frozen=True)
class Routing:
    rewrites: list[tuple[re.Pattern[str], str]]
    headers: list[tuple[re.Pattern[str], dict[str, str]]]

    def function_for(self, path: str) -> str | None:
        """``api/contents`` for a path that is rewritten to that function."""
        for source, destination in self.rewrites:
            if source.fullmatch(path):
                return destination.removeprefix("/")
        return None

    def headers_for(self, path: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for source, headers in self.headers:
            if source.fullmatch(path):
                found |= headers
        return found


def load_routing(file: Path) -> Routing:
    config = json.loads(file.read_text())
    return Routing(
        rewrites=[(compile_source(rule["source"]), rule["destination"]) for rule in config["rewrites"]],
        headers=[
            (compile_source(rule["source"]), {header["key"]: header["value"] for header in rule["headers"]})
            for rule in config["headers"]
        ],
    )
