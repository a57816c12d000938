"""docs/hosted.md: every test that it names exists, and every row says what holds us to it."""

import ast
import re
from functools import cache
from typing import Final

import pytest

from local.stack.settings import ROOT

PAGE: Final = ROOT / "docs" / "hosted.md"
NAMED: Final = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[A-Za-z0-9_]+)`")
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
BY_HAND: Final = ("`make smoke`", "`make demo`", "`make package`")


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


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
        assert "https://" in source or re.search(r"`[\w.-]+/[\w.-]+: ", source), f"{service}: {assumption}: {source}"
        is_held = NAMED.search(held) or any(command in held for command in BY_HAND)
        assert is_held or held == "open", f"{service}: {assumption}: {held}"
        # What looks like a test must be one that the check above finds.
        assert held.count("tests/") == len(NAMED.findall(held)), f"{service}: {assumption}: {held}"


@pytest.mark.parametrize("page", ["README.md", "docs/deploy.md", "docs/adr/0004-stand-ins.md"])
def test_the_page_is_linked(page: str) -> None:
    assert "hosted.md)" in (ROOT / page).read_text()
