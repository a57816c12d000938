"""Checks docs/security.md: every test that it names exists, and each risk of the list of OWASP has some."""

import ast
import re
from functools import cache
from typing import Final

import pytest

from local.stack.settings import ROOT

PAGE: Final = ROOT / "docs" / "security.md"
NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
HEADINGS: Final = ("OWASP API Security Top 10 (2023)", "Attacks that were tried")


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def rows(heading: str) -> list[list[str]]:
    """Returns the cells of the rows of the table under a heading, without its head."""
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def test_every_named_test_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 60
    assert PAGE.read_text().count("`tests/") == len(named), "a name that this test does not understand"
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or (name and name not in functions_of(path))
    ]
    assert missing == []


def test_each_risk_of_the_list_has_mechanisms_and_tests() -> None:
    risks = rows(HEADINGS[0])
    assert [risk.split(" ")[0] for risk, *_ in risks] == [f"API{number}" for number in range(1, 11)]
    assert all(mechanisms and len(NAMED.findall(tests)) >= 3 for _, mechanisms, tests in risks)


@pytest.mark.parametrize("heading", HEADINGS)
def test_each_row_is_complete(heading: str) -> None:
    for cells in rows(heading):
        assert len(cells) == 3, cells
        assert NAMED.search(cells[2]) or "`make " in cells[2], cells[0]


def test_linked_pages_exist() -> None:
    links = re.findall(r"\]\(([^)#:]+\.md)\)", PAGE.read_text())
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
    for document in ("README.md", "SECURITY.md"):
        assert "docs/security.md" in (ROOT / document).read_text()
