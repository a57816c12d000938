"""Checks docs/adr: every page has the standard form, and the index lists each under its title."""

import re
from typing import Final

import pytest

from local.stack.settings import ROOT

FOLDER: Final = ROOT / "docs" / "adr"
PAGES: Final = sorted(path.name for path in FOLDER.glob("[0-9]*.md"))
SECTIONS: Final = ("Context", "Decision", "Consequences")


def number_of(page: str) -> int:
    return int(page[:4])


def title_of(page: str) -> str:
    return (FOLDER / page).read_text().splitlines()[0].removeprefix("# ")


def test_numbers_are_consecutive() -> None:
    assert [number_of(page) for page in PAGES] == list(range(1, len(PAGES) + 1))


def test_the_index_lists_every_page_by_its_title() -> None:
    listed = re.findall(r"^(\d+\. )\[(.+)\]\((.+)\)$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert [(number + title, page) for number, title, page in listed] == [(title_of(page), page) for page in PAGES]


@pytest.mark.parametrize("page", PAGES)
def test_form(page: str) -> None:
    text = (FOLDER / page).read_text()
    assert text.startswith(f"# {number_of(page)}. ")
    assert re.search(r"\n\n\*\*Status:\*\* (accepted|superseded)\b", text)
    sections = [section for section in re.findall(r"^## (.+)$", text, re.MULTILINE) if section in SECTIONS]
    assert sections == list(SECTIONS)


@pytest.mark.parametrize("page", PAGES)
def test_a_superseded_page_names_the_new_one(page: str) -> None:
    status = re.search(r"\*\*Status:\*\* superseded(.*)", (FOLDER / page).read_text())
    assert status is None or re.search(r"\]\(\d{4}-[a-z-]+\.md\)", status[1])


@pytest.mark.parametrize("page", PAGES)
def test_linked_pages_exist(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", (FOLDER / page).read_text()):
        assert (FOLDER / target).resolve().exists(), target
