"""One line of the doctor: what was looked at, how it is, and what to do. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is. Only errors make the command fail."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """The result of one check; the text of a warning or an error says how to correct it."""

    level: Level
    subject: str
    text: str

    def line(self) -> str:
        """Returns the line that is printed."""
        return f"{self.level.value:<6}{self.subject}: {self.text}"


def ok(subject: str, text: str) -> Finding:
    """Makes a finding that needs no action."""
    return Finding(Level.OK, subject, text)


def warn(subject: str, text: str) -> Finding:
    """Makes a finding that limits what works."""
    return Finding(Level.WARN, subject, text)


def error(subject: str, text: str) -> Finding:
    """Makes a finding that must be corrected."""
    return Finding(Level.ERROR, subject, text)
