"""Checks docs/hosted.md: every test that it names exists, and every row has a source and a check."""

import ast
import re
from functools import cache
from typing import Final

import pytest

from local.stack.settings import ROOT

PAGE: Final = ROOT / "docs" / "hosted.md"
NAMED: Final = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[A-Za-z0-9_]+)`")
COMMAND: Final = re.compile(r"`make ([a-z]+)`")
# A file in a repository. Further files of the same repository may leave out its name.
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
    "Targets of channels",
    "SendGrid",
    "SES and SNS",
    "Slack and Teams",
)
BY_HAND: Final = ("smoke", "demo", "package")
# Rows without any check, by their beginning. A row that gets one leaves the list; adding a row to it is a decision.
OPEN: Final = (
    "Storage answers a refusal with 400",
    "On Hobby, a schedule of less than a day",
    "Work in an ASGI background task",
    "Keys are never evicted",
    "Addresses of Teams",
    "`request.headers` has the last",
)
PARTLY_OPEN: Final = (
    "The data API accepts a token that we sign",
    "Claims are in `request.jwt.claims`",
    "A request to `/rest/v1` may arrive twice",
    "`PUT /admin/users/{id}` with a password",
    "An upload is limited",
    "`db push` runs each file",
    "Above the plan's limit",
)


@cache
def functions_of(path: str) -> frozenset[str]:
    """Names the tests that pytest collects from a file: functions of the module."""
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def rows() -> list[tuple[str, list[str]]]:
    """Lists the rows of all tables as (service, cells)."""
    found: list[tuple[str, list[str]]] = []
    service = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            service = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| we assume"):
            found.append((service, [cell.strip() for cell in line.strip("|").split(" | ")]))
    return found


def test_every_named_test_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 50
    missing = [
        f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in functions_of(path)
    ]
    assert missing == []


def test_every_service_has_its_table() -> None:
    assert tuple(dict.fromkeys(service for service, _ in rows())) == SERVICES


def test_every_row_has_a_source_and_a_check() -> None:
    for service, cells in rows():
        assert len(cells) == 3, f"{service}: {cells}"
        assumption, source, held = cells
        where = f"{service}: {assumption}"
        paths = re.findall(r"`([^`]+)`", source)
        assert re.search(r"<https://[^/>]+/[^>]+>", source) or any(PATH.match(path) for path in paths), where
        # A part for each aspect, `what: tests` or the tests alone; "open" if there is none.
        for part in held.split("; "):
            named = part.rpartition(": ")[2] if ": `" in part or part.endswith(": open") else part
            is_open = named == "open"
            items = [] if is_open else named.split(", ")
            assert all(NAMED.fullmatch(item) or COMMAND.fullmatch(item) for item in items), f"{where}: {part}"


def test_every_named_command_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = {command for _, cells in rows() for command in COMMAND.findall(cells[2])}
    assert named <= set(BY_HAND)
    assert all(re.search(rf"^{command}:", makefile, re.MULTILINE) for command in BY_HAND)


def test_open_rows_are_listed() -> None:
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
