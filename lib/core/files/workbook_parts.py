"""The small parts of a workbook that its sheets refer to: relations, shared strings, and the formats of cells."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lib.core.files.rows import unreadable
from lib.core.files.workbook_times import TimeForm

MAX_STRINGS: Final = 500_000
MAX_FORMATS: Final = 65_000
# The formats that every workbook knows by number (ECMA-376 part 1, 18.8.30); those of East Asia too.
_DAYS: Final = (*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58)
_CLOCKS: Final = (*range(18, 22), *range(32, 36), 45, 47, 55, 56)
_BUILT_IN: Final[dict[int, TimeForm]] = {
    **dict.fromkeys(_DAYS, TimeForm("day")),
    **dict.fromkeys(_CLOCKS, TimeForm("clock")),
    22: TimeForm("both"),
    46: TimeForm("duration"),
}
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_SMALL: Final = 9


def small_number(text: str, otherwise: int) -> int:
    """Returns a number of at most nine digits, such as that of a row; another one for any other text."""
    return int(text) if len(text) <= _MAX_SMALL and text.isdecimal() else otherwise


def unescaped(text: str) -> str:
    """Returns a text of a workbook with the characters that it writes as `_x000D_` (ECMA-376 part 1, 22.9.2.19).

    Characters beyond the first 65,536 may be written in two halves. Raises ValidationFailed for half of one.
    """
    if "_x" not in text:
        return text
    written = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return written.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise unreadable("the workbook has a text with half of a character") from None


class WorkbookPart:
    """Reads one part by its elements. Names come without their namespaces: strict workbooks have others."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._collects = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of an element."""

    def end(self, name: str) -> None:
        """Takes the end of an element."""

    def text(self, piece: str) -> None:
        """Takes a piece of text."""
        if self._collects:
            self._pieces.append(piece)

    def start_text(self) -> None:
        """Collects text from here."""
        self._pieces, self._collects = [], True

    def continue_text(self) -> None:
        """Collects more of the same text."""
        self._collects = True

    def stop_text(self) -> None:
        """Collects no more."""
        self._collects = False

    @property
    def written(self) -> str:
        """The text that was collected."""
        return "".join(self._pieces)


@dataclass(frozen=True)
class Reference:
    """A part that another refers to."""

    target: str
    kind: str
    is_external: bool


class _Relations(WorkbookPart):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self.by_id: dict[str, Reference] = {}
        self._folder = folder

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            absolute = target.startswith("/")
            path = target.lstrip("/") if absolute else posixpath.normpath(posixpath.join(self._folder, target))
            is_external = attributes.get("TargetMode") == "External"
            self.by_id[attributes.get("Id", "")] = Reference(path, attributes.get("Type", ""), is_external)


def read_relations(read: Callable[[str, WorkbookPart], None], name: str, folder: str) -> dict[str, Reference]:
    """Returns the parts that a part refers to, by their ids."""
    relations = _Relations(folder)
    read(name, relations)
    return relations.by_id


class SharedStrings(WorkbookPart):
    """The texts of cells, each once. Formatted runs are joined; readings of Japanese (phonetic runs) are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._is_phonetic = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of an element."""
        if name == "si":
            self.start_text()
            self.stop_text()
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "t" and not self._is_phonetic:
            self.continue_text()

    def end(self, name: str) -> None:
        """Takes the end of an element."""
        if name == "t":
            self.stop_text()
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            if len(self.strings) >= MAX_STRINGS:
                raise unreadable(f"the workbook has more than {MAX_STRINGS:,} texts", "file")
            self.strings.append(unescaped(self.written))


def time_form(code: str) -> TimeForm | None:
    """Returns the form of time that a format shows, such as ``dd.mm.yyyy hh:mm``; None for numbers."""
    shown = _LITERAL.sub("", code.partition(";")[0]).lower()
    if "general" in shown:
        return None
    if "[" in shown:
        return TimeForm("duration")
    has_clock = "h" in shown or "s" in shown
    has_day = "y" in shown or "d" in shown or ("m" in shown and not has_clock)
    if has_day:
        return TimeForm("both" if has_clock else "day")
    return TimeForm("clock") if has_clock else None


class Styles(WorkbookPart):
    """Which styles of cells show times."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, TimeForm | None] = {}
        self._forms: list[TimeForm | None] = []
        self._is_within = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of an element."""
        if name == "cellXfs":
            self._is_within = True
        elif name == "numFmt" and (number := small_number(attributes.get("numFmtId", ""), -1)) >= 0:
            self._codes[number] = time_form(attributes.get("formatCode", "")[:255])
        elif name == "xf" and self._is_within and len(self._forms) < MAX_FORMATS:
            number = small_number(attributes.get("numFmtId", ""), 0)
            self._forms.append(self._codes[number] if number in self._codes else _BUILT_IN.get(number))

    def end(self, name: str) -> None:
        """Takes the end of an element."""
        if name == "cellXfs":
            self._is_within = False

    def form_of(self, style: str) -> TimeForm | None:
        """Returns the form of time of a style; None for numbers."""
        index = small_number(style, 0)
        return self._forms[index] if index < len(self._forms) else None
