"""docs/hosted.md: every test that it names exists, and every row says what holds us to it."""

import ast
import re
from functools import cache
from typing import Final

import pytest

from local.stack.settings import ROOT

PAGE: Final = ROOT / "docs" / "hosted.md"
NAMED: Final = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[A-Za-z0-9_]+)`")
COMMAND: Final = re.compile(r"`make ([a-z]+)`")
# A file in a repository; further ones of the same may leave it out.
PATH: Final = re.compile(r"[\w.-]+/[\w.-]+: [\w./…-]+")
SERVICES: Final = (
    "Postgres",
    "Data API",
    "Gateway",
    "Auth",
    "Realtime",
    "Storage",
    "Supabase CLI",
    "Vercel",
    "Upstash",
)
BY_HAND: Final = ("smoke", "demo", "package")
# What no test holds us to, by its beginning: a row that is filled leaves this list, and a new one is a decision.
OPEN: Final = (
    "What is refused is 400",
    "On Hobby a schedule of less than a day",
    "What a function does after its answer",
    "Nothing is evicted",
)
PARTLY_OPEN: Final = (
    "A token that we sign with a key",
    "Claims are in `request.jwt.claims`",
    "A request to `/rest/v1` may come twice",
    "`PUT /admin/users/{id}` with a password",
    "An upload has at most",
    "`db push` runs each file",
    "Past the plan's limit",
)


@cache
def functions_of(path: str) -> frozenset[str]:
    """The tests that pytest finds in a file: not what is inside of another function."""
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def rows() -> list[tuple[str, list[str]]]:
    """The rows of all tables by the service that they are about, as cells."""
    found: list[tuple[str, list[str]]] = []
    service = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            service = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| we assume"):
            found.append((service, [cell.strip() for cell in line.strip("|").split(" | ")]))
    return found


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 50
    missing = [
        f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in functions_of(path)
    ]
    assert missing == []


def test_every_service_has_its_table() -> None:
    assert tuple(dict.fromkeys(service for service, _ in rows())) == SERVICES


def test_every_row_has_a_source_and_says_what_holds_us_to_it() -> None:
    for service, cells in rows():
        assert len(cells) == 3, f"{service}: {cells}"
        assumption, source, held = cells
        where = f"{service}: {assumption}"
        paths = re.findall(r"`([^`]+)`", source)
        assert re.search(r"<https://[^/>]+/[^>]+>", source) or any(PATH.match(path) for path in paths), where
        # A part for each aspect, `what: tests` or the tests alone; "open" where there are none.
        for part in held.split("; "):
            named = part.rpartition(": ")[2] if ": `" in part or part.endswith(": open") else part
            is_open = named == "open"
            items = [] if is_open else named.split(", ")
            assert all(NAMED.fullmatch(item) or COMMAND.fullmatch(item) for item in items), f"{where}: {part}"


def test_commands_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = {command for _, cells in rows() for command in COMMAND.findall(cells[2])}
    assert named <= set(BY_HAND)
    assert all(re.search(rf"^{command}:", makefile, re.MULTILINE) for command in BY_HAND)


def test_what_is_open_is_listed() -> None:
    def begins(assumption: str, listed: tuple[str, ...]) -> bool:
        return any(assumption.startswith(beginning) for beginning in listed)

    found = {cells[0]: cells[2] for _, cells in rows() if re.search(r"\bopen$|\bopen;", cells[2])}
    wrong = [
        f"{assumption}: {held}"
        for assumption, held in found.items()
        if not begins(assumption, OPEN if held == "open" else PARTLY_OPEN)
    ]
    assert wrong == []
    assert len(found) == len(OPEN) + len(PARTLY_OPEN)


@pytest.mark.parametrize("page", ["README.md", "docs/deploy.md", "docs/adr/0004-stand-ins.md"])
def test_the_page_is_linked(page: str) -> None:
    assert "hosted.md)" in (ROOT / page).read_text()
