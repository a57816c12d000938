"""The parts of vercel.json that route requests and limit them: rewrites, headers, durations.

Patterns: https://vercel.com/docs/project-configuration/vercel-json#rewrites — ``:name`` matches a segment,
``:name*`` the rest, and a group in parentheses is a regular expression. Values of named parts are added to the
query, as the platform does.
"""

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlencode

_NAMED = re.compile(r"(/?):(\w+)(\*?)")


def _group_end(source: str, start: int) -> int:
    depth = 0
    for index in range(start, len(source)):
        depth += {"(": 1, ")": -1}.get(source[index], 0)
        if depth == 0:
            return index + 1
    raise ValueError(f"unbalanced parentheses in {source!r}")


def compile_source(source: str) -> re.Pattern[str]:
    pattern = ""
    index = 0
    while index < len(source):
        named = _NAMED.match(source, index)
        if source[index] == "(":
            end = _group_end(source, index)
            pattern += source[index:end]
        elif named and (named[3] or not named[1]):
            end = named.end()
            pattern += f"(?:/(?P<{named[2]}>.*))?" if named[3] else f"(?P<{named[2]}>[^/]+)"
        else:
            end = index + 1
            pattern += re.escape(source[index])
        index = end
    return re.compile(pattern, re.DOTALL)  # a segment may contain any character, including a line break


@dataclass(frozen=True)
class Routing:
    rewrites: list[tuple[re.Pattern[str], str]]
    headers: list[tuple[re.Pattern[str], dict[str, str]]]
    limits: dict[str, float]
    """``maxDuration`` in seconds, by the pattern of the file; the first match applies."""

    def max_seconds(self, function: str) -> float:
        return next(seconds for pattern, seconds in self.limits.items() if fnmatch(f"{function}.py", pattern))

    def rewrite(self, path: str) -> tuple[str, str] | None:
        """Returns the function (``api/contents``) for a path, and the values that are added to its query."""
        for source, destination in self.rewrites:
            match = source.fullmatch(path)
            if match:
                named = {name: value for name, value in match.groupdict().items() if value}
                return destination.removeprefix("/"), urlencode(named)
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
        limits={pattern: function["maxDuration"] for pattern, function in config["functions"].items()},
    )
