"""The texts of mails by language: a context registers a folder, which has a TOML file for each language.

A file has a table for each mail. Names in braces are variables of the mail. A fact, the quotation and the list are left
out where their variable is empty or missing; anything else needs all of its variables.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

OWN: Final = Path(__file__).parent / "languages"
DEFAULT_LANGUAGE: Final = "en"
# The table with what all mails share: the footer and its links.
FRAME: Final = "frame"

_folders: Final[list[Path]] = [OWN]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one mail in one language."""

    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    """Labels and values, as in ("Due", "{due_date}")."""
    quotation: str | None = None
    """The variable with what a person wrote."""
    items: str | None = None
    """The variable with a list, one item in a line."""
    button: tuple[str, str] | None = None
    """The label and the link."""
    note: str | None = None
    """Small print below the button."""


def register_texts(folder: Path) -> None:
    """Adds the mails of a folder with files such as ``en.toml``. Call it when the context is imported."""
    if folder not in _folders:
        _folders.append(folder)
        _load.cache_clear()


def _read(table: dict[str, Any]) -> Texts:
    button = table.get("button")
    return Texts(
        subject=table["subject"],
        paragraphs=tuple(table["paragraphs"]),
        facts=tuple((label, value) for label, value in table.get("facts", ())),
        quotation=table.get("quotation"),
        items=table.get("items"),
        button=(button[0], button[1]) if button else None,
        note=table.get("note"),
    )


@lru_cache(maxsize=1)
def _load() -> tuple[dict[str, dict[str, Texts]], dict[str, dict[str, str]]]:
    """Returns the mails and the frames, each by language."""
    import tomllib

    mails: dict[str, dict[str, Texts]] = {}
    frames: dict[str, dict[str, str]] = {}
    for folder in _folders:
        for path in sorted(folder.glob("*.toml")):
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
            if FRAME in tables:
                frames[path.stem] = tables.pop(FRAME)
            mails.setdefault(path.stem, {}).update({name: _read(table) for name, table in tables.items()})
    return mails, frames


def languages() -> list[str]:
    """Returns the languages that mails are written in, as codes of two letters."""
    return sorted(_load()[0])


def templates() -> list[str]:
    """Returns the names of all registered mails."""
    return sorted(_load()[0][DEFAULT_LANGUAGE])


def find_language(*wanted: str | None) -> str:
    """Returns the first of these languages that mails are written in, else English. Takes tags such as ``de-AT``."""
    known = _load()[0]
    for tag in wanted:
        language = (tag or "").split("-", maxsplit=1)[0].lower()
        if language in known:
            return language
    return DEFAULT_LANGUAGE


def find_texts(name: str, language: str) -> tuple[Texts, dict[str, str], str]:
    """Returns the texts of a mail, the frame, and their language: English where there is no translation.

    Raises KeyError for a mail that is not registered.
    """
    mails, frames = _load()
    if name not in mails.get(language, {}):
        language = DEFAULT_LANGUAGE
    return mails[language][name], frames[language], language
