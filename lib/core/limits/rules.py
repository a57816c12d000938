"""Which requests each limit counts. A context declares the rules of its paths, and its functions pass them on.

``create_app(…, limits=…)`` takes the rules of a function. Without a rule, a request counts for the limit ``api``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lib.core.limits.numbers import API, MINOR_COST, Limit

READING_METHODS: Final = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class PathRule:
    """The limit of all requests whose path begins with a prefix."""

    prefix: str
    limit: Limit
    """Counts by client address for requests without a signed-in user, and by API key."""
    user_limit: Limit | None = None
    """Counts by user for requests of a signed-in user; None: ``limit``."""


@dataclass(frozen=True, slots=True)
class OperationRule:
    """A second limit, by user or API key, of one operation that changes something."""

    path: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class MinorRule:
    """Requests that count a tenth: those of one operation whose query says ``<parameter>=true``."""

    method: str
    path: re.Pattern[str]
    parameter: str


@dataclass(frozen=True, slots=True)
class LimitRules:
    """The rules of one function, or of one context."""

    paths: tuple[PathRule, ...] = ()
    operations: tuple[OperationRule, ...] = ()
    minor: tuple[MinorRule, ...] = ()

    @classmethod
    def merged(cls, rules: Iterable["LimitRules"]) -> "LimitRules":
        """Returns the rules of several contexts as one."""
        parts = list(rules)
        return cls(
            paths=tuple(rule for part in parts for rule in part.paths),
            operations=tuple(rule for part in parts for rule in part.operations),
            minor=tuple(rule for part in parts for rule in part.minor),
        )

    def limit_of(self, path: str) -> Limit:
        """Returns the limit of a path where nobody is signed in: the first whose prefix fits."""
        return next((rule.limit for rule in self.paths if path.startswith(rule.prefix)), API)

    def user_limit_of(self, path: str) -> Limit:
        """Returns the limit of a path for users who are signed in."""
        found = next((rule for rule in self.paths if path.startswith(rule.prefix)), None)
        return API if found is None else found.user_limit or found.limit

    def operation_limit_of(self, method: str, path: str) -> Limit | None:
        """Returns the second limit of an operation, if it has one."""
        if method in READING_METHODS:
            return None
        return next((rule.limit for rule in self.operations if rule.path == path), None)

    def cost_of(self, method: str, path: str, query: Mapping[str, str]) -> float:
        """Returns what a request costs before its answer is known, in requests."""
        is_minor = any(
            rule.method == method and rule.path.fullmatch(path) and query.get(rule.parameter) == "true"
            for rule in self.minor
        )
        return MINOR_COST if is_minor else 1
