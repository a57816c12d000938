"""Checks that only repositories call the data API, with functions and arguments that exist.

The data API finds a function by the names of its arguments: with an unknown or missing argument it answers "not
found".
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local.stack.settings import ROOT

# By function: the position of the argument that names the SQL function. The next argument holds its arguments.
CALLERS = {"call": 1, "command": 1, "command_once": 1}

DATA_MODULE = "lib.core.data.db"
# Connections and types of the module: using them sends nothing.
NOT_SENDING = {"REPLAYED", "Answer", "Db", "Query", "Row", "connect_anonymously", "connect_as", "connect_with"}
SENDING_METHODS = {"from_", "rpc", "table"}


@dataclass(frozen=True)
class Call:
    place: str
    function: str
    arguments: frozenset[str] | None
    """The keys of the arguments; None if they are not a dictionary with literal keys."""


def _keys(node: ast.expr | None, scope: ast.AST) -> frozenset[str] | None:
    """Reads the keys of a dictionary: a literal, or a name that the function assigns one to and adds no keys."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    if not isinstance(node, ast.Name):
        return None
    given = [
        assigned.value
        for assigned in ast.walk(scope)
        if isinstance(assigned, ast.Assign | ast.AnnAssign)
        and any(
            isinstance(target, ast.Name) and target.id == node.id
            for target in (assigned.targets if isinstance(assigned, ast.Assign) else [assigned.target])
        )
    ]
    is_changed = any(
        (isinstance(changed, ast.Subscript) and isinstance(changed.ctx, ast.Store) and _is(changed.value, node.id))
        or (isinstance(changed, ast.AugAssign) and _is(changed.target, node.id))
        or (
            isinstance(changed, ast.Attribute)
            and changed.attr in ("update", "setdefault")
            and _is(changed.value, node.id)
        )
        for changed in ast.walk(scope)
    )
    return _keys(given[0], scope) if len(given) == 1 and not is_changed else None


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _calls_in(source: str, path: str) -> Iterator[Call]:
    tree = ast.parse(source)
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(scope):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = CALLERS.get(name)
            if place is None or len(node.args) <= place:
                continue
            function = node.args[place]
            if isinstance(function, ast.Constant) and isinstance(function.value, str):
                given = node.args[place + 1] if len(node.args) > place + 1 else None
                yield Call(f"{path}:{node.lineno}", function.value, _keys(given, scope))


def test_every_call_fits_its_function(database: psycopg.Connection) -> None:
    known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for name, names, required in database.execute(
        "select proname, coalesce(proargnames[1 : pronargs], '{}'), pronargs - pronargdefaults from pg_proc "
        "where pronamespace = 'public'::regnamespace and prokind = 'f'"
    ).fetchall():
        assert name not in known, f"{name} is there twice: the data API could not tell which one is meant"
        known[name] = frozenset(names), frozenset(names[:required])

    calls = {
        call
        for folder in ("lib", "api")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for call in _calls_in(path.read_text(), str(path.relative_to(ROOT)))
    }
    problems: list[str] = []
    for call in sorted(calls, key=lambda call: call.place):
        if call.function not in known:
            problems.append(f"{call.place}: there is no function {call.function}")
        elif call.arguments is not None:
            names, required = known[call.function]
            if unknown := call.arguments - names:
                problems.append(f"{call.place}: {call.function} has no {', '.join(sorted(unknown))}")
            if missing := required - call.arguments:
                problems.append(f"{call.place}: {call.function} needs {', '.join(sorted(missing))}")
    assert problems == []
    checked = [call for call in calls if call.arguments is not None]
    assert len(calls) > 90
    assert len(checked) > 70, "most calls can be checked"


def test_a_call_that_does_not_fit_is_found() -> None:
    source = (
        "async def f(db):\n    arguments = {'a': 1}\n    await run(call(db, 'g', arguments))\n"
        "    await command_once(db, 'h', {'b': 2})\n"
    )
    assert set(_calls_in(source, "x.py")) == {
        Call("x.py:3", "g", frozenset({"a"})),
        Call("x.py:4", "h", frozenset({"b"})),
    }


def _is_repository(path: Path) -> bool:
    return path.name == "repository.py" or path.parent.name == "repository" or path.is_relative_to("lib/core/data")


def _data_calls_in(source: str, path: str) -> Iterator[str]:
    """Yields each use of what sends requests to the data API: functions of its module and methods of its client."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == DATA_MODULE:
            for name in sorted({alias.name for alias in node.names} - NOT_SENDING):
                yield f"{path}:{node.lineno} imports {name}"
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.db" == DATA_MODULE:
            yield f"{path}:{node.lineno} imports the module itself"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING_METHODS:
            yield f"{path}:{node.lineno} calls .{node.func.attr}()"


def test_only_repositories_call_the_data_api() -> None:
    paths = [path for folder in ("lib", "api") for path in sorted((ROOT / folder).rglob("*.py"))]
    repositories = [path for path in paths if _is_repository(path.relative_to(ROOT))]
    assert len(repositories) > 10
    found = [
        call
        for path in paths
        if path not in repositories
        for call in _data_calls_in(path.read_text(), str(path.relative_to(ROOT)))
    ]
    assert found == []


def test_a_data_call_elsewhere_is_found() -> None:
    source = "from lib.core.data.db import Db, call, run\nasync def f(db):\n    await db.rpc('g').execute()\n"
    assert list(_data_calls_in(source, "x.py")) == ["x.py:1 imports call", "x.py:1 imports run", "x.py:3 calls .rpc()"]
