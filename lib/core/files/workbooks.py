"""Reads a sheet of a workbook (XLSX: ECMA-376, Office Open XML) row by row.

Written here because the packages that read workbooks lose values silently, where an import has to refuse: formulas
without a stored result become empty, errors become texts, cells below a merged one are empty. It needs no package,
reads five parts of the archive and nothing that they refer to elsewhere: links to other files are never followed.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Final
from xml.parsers import expat

from lib.core.files.locales import read_plain_number
from lib.core.files.rows import MAX_COLUMNS, Cell, Line, unreadable
from lib.core.files.workbook_parts import (
    Reference,
    SharedStrings,
    Styles,
    WorkbookPart,
    read_relations,
    small_number,
    unescaped,
)
from lib.core.files.workbook_times import from_iso, from_serial
from lib.core.http.heavy import check_time

# An archive of 4 MB can hold gigabytes of zeros. Of each part, at most so many bytes are unpacked.
MAX_PART_BYTES: Final = 40_000_000
MAX_ENTRIES: Final = 2_000
# The methods of workbooks (ECMA-376 part 2, annex B). Of others, zipfile unpacks a whole block at once, of any size.
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK: Final = 65_536
_OFFICE_DOCUMENT: Final = "/officeDocument"
_WORKSHEET: Final = "/worksheet"
_SHARED_STRINGS: Final = "/sharedStrings"
_STYLES: Final = "/styles"
_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_INTEGER: Final = re.compile(r"-?[0-9]+")
_MAX_DIGITS: Final = 15


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_name(number: int) -> str:
    """Returns the name of a column: A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Archive:
    """The parts of a workbook. Raises ValidationFailed for other files, and for parts that are too large."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            kind = "a workbook of Excel 97-2003, or protected by a password" if data[:4] == b"\xd0\xcf\x11\xe0" else ""
            raise unreadable(f"the file is {kind or 'no workbook'}: save it as XLSX", "file") from None
        if len(self._zip.infolist()) > MAX_ENTRIES:
            raise unreadable(f"the workbook has more than {MAX_ENTRIES:,} parts", "file")
        self._names = {info.filename.lower().lstrip("/"): info for info in self._zip.infolist()}

    def has(self, name: str) -> bool:
        return name.lower() in self._names

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yields the bytes of a part. The archive gives no more of it than it declares."""
        info = self._names.get(name.lower())
        if info is None:
            raise unreadable("the file is no workbook, or a damaged one: a part is missing", "file")
        if info.file_size > MAX_PART_BYTES:
            raise unreadable(f"a part of the workbook has more than {MAX_PART_BYTES // 1_000_000} MB", "file")
        if info.compress_type not in _METHODS:
            raise unreadable("a part of the workbook is compressed in a way that no workbook uses", "file")
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    check_time()
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise unreadable("the workbook is damaged, or protected by a password", "file") from None

    def read_into(self, name: str, part: WorkbookPart) -> None:
        """Parses a whole part."""
        for _ in parsed(self.chunks(name), part):
            pass


def parsed(chunks: Iterator[bytes], part: WorkbookPart) -> Iterator[None]:
    """Parses XML, and yields after each chunk. A document type, which could hold entities, is refused."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise unreadable("the workbook has a document type", "file")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: part.begin(
        name.rpartition("}")[2], {key.rpartition("}")[2]: value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: part.end(name.rpartition("}")[2])
    parser.CharacterDataHandler = part.text
    try:
        for chunk in chunks:
            parser.Parse(chunk)
            yield
        parser.Parse(b"", True)  # noqa: FBT003 - it takes no names
        yield
    except expat.ExpatError:
        raise unreadable("the workbook is damaged: a part is not valid XML", "file") from None


class _Sheets(WorkbookPart):
    """The names of the sheets, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, bool, str]] = []
        self.begins_1904 = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            is_visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), is_visible, attributes.get("id", "")))
        elif name == "workbookPr":
            self.begins_1904 = attributes.get("date1904") in ("1", "true")


class _Rows(WorkbookPart):
    """The rows of a sheet, as far as they are parsed."""

    def __init__(self, strings: Sequence[str], styles: Styles, *, begins_1904: bool) -> None:
        super().__init__()
        self._strings, self._styles, self._begins_1904 = strings, styles, begins_1904
        self.ready: list[Line] = []
        self._row = self._column = self._widest = self._last = 0
        self._cells: list[Cell] = []
        self._kind = self._style = ""
        self._has_formula = self._has_value = self._is_phonetic = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "row":
                self._row = small_number(attributes.get("r", ""), self._row + 1)
                self._column, self._cells = 0, []
            case "c":
                self._begin_cell(attributes)
            case "f":
                self._has_formula = True
            case "v":
                self._has_value = True
                self.start_text()
            case "t" if self._kind == "inlineStr" and not self._is_phonetic:
                self._has_value = True
                self.continue_text()
            case "rPh":
                self._is_phonetic = True
            case "mergeCell":
                self._check_merge(attributes.get("ref", ""))
            case _:
                pass

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.stop_text()
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._cells:
                self.ready.append((self._row, self._cells))
                self._last = self._row
            self._cells = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _column_of(found[1]) if found else self._column + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._has_formula = self._has_value = False
        self.start_text()
        self.stop_text()

    @property
    def _place(self) -> str:
        return f"{column_name(self._column)}{self._row}"

    def _end_cell(self) -> None:
        is_missing = not self._has_value or (not self.written and self._kind != "str")
        if is_missing:
            if self._has_formula:
                raise unreadable(
                    f"cell {self._place} has a formula without a stored result: open the workbook in a spreadsheet and "
                    "save it, or replace the formula by its value"
                )
            return
        value = self._value(self.written)
        if value in ("", None):
            return
        if self._column > MAX_COLUMNS:
            raise unreadable(f"cell {self._place} is beyond column {MAX_COLUMNS}")
        self._cells += [None] * (self._column - len(self._cells))
        self._cells[self._column - 1] = value
        self._widest = max(self._widest, self._column)

    def _value(self, text: str) -> Cell:
        try:
            match self._kind:
                case "s":
                    return self._strings[int(text)]
                case "inlineStr" | "str":
                    return unescaped(text)
                case "b":
                    return text.strip() in ("1", "true")
                case "e":
                    raise unreadable(f"cell {self._place} has the error {text[:20]}")
                case "d":
                    return from_iso(text.strip())
                case _:
                    return self._number(text.strip())
        except (ValueError, IndexError, OverflowError):
            raise unreadable(f"cell {self._place} has a value that cannot be read: {text[:50]!r}") from None

    def _number(self, text: str) -> Cell:
        if not text:
            return None
        # A spreadsheet shows 15 digits: 12.3, where the file has 12.300000000000001.
        is_integer = _INTEGER.fullmatch(text) is not None
        if is_integer and len(text.lstrip("-")) > _MAX_DIGITS:
            raise unreadable(f"cell {self._place} has a number of more than {_MAX_DIGITS} digits: write it as text")
        value = int(text) if is_integer else float(f"{read_plain_number(text):.15g}")
        form = self._styles.form_of(self._style)
        if form is not None:
            return from_serial(value, form, begins_1904=self._begins_1904)
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value

    def _check_merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        if len(corners) != 2 or corners[0] is None:
            return
        if _column_of(corners[0][1]) <= self._widest and int(corners[0][2]) <= self._last:
            raise unreadable(f"the cells {reference[:20]} are merged: separate them, and fill in each")


def _chosen(sheets: _Sheets, relations: dict[str, Reference], wanted: str | None) -> str:
    """Returns the part of a sheet: of the one with this name, or else of the first that is visible."""
    tables = [
        (name, is_visible, relations[key].target)
        for name, is_visible, key in sheets.sheets
        if key in relations and relations[key].kind.endswith(_WORKSHEET) and not relations[key].is_external
    ]
    if wanted is None:
        found = next((target for _, is_visible, target in tables if is_visible), None)
        if found is None:
            raise unreadable("the workbook has no visible sheet", "sheet")
        return found
    found = next((target for name, _, target in tables if name.casefold() == wanted.casefold()), None)
    if found is None:
        names = ", ".join(name[:31] for name, is_visible, _ in tables[:20] if is_visible)
        raise unreadable(f"the workbook has no such sheet; it has {names or 'none'}", "sheet")
    return found


def read_workbook(data: bytes, *, sheet: str | None = None) -> Iterator[Line]:
    """Yields the cells of each row that has any, with its number in the sheet.

    ``sheet``: the name of a sheet, by default the first visible one. Formulas have the results that the workbook
    stores. Raises ValidationFailed for files that are no workbook, and for cells whose value cannot be told: formulas
    without a stored result, errors, and merged cells.
    """
    archive = _Archive(data)
    root = read_relations(archive.read_into, "_rels/.rels", "") if archive.has("_rels/.rels") else {}
    main = next((each.target for each in root.values() if each.kind.endswith(_OFFICE_DOCUMENT)), "xl/workbook.xml")
    folder, _, name = main.rpartition("/")
    sheets = _Sheets()
    archive.read_into(main, sheets)
    relations = read_relations(archive.read_into, f"{folder}/_rels/{name}.rels".lstrip("/"), folder)
    by_kind = {each.kind.rpartition("/")[2]: each.target for each in relations.values() if not each.is_external}
    strings, styles = SharedStrings(), Styles()
    for part, kind in ((strings, _SHARED_STRINGS), (styles, _STYLES)):
        if (target := by_kind.get(kind[1:])) is not None:
            archive.read_into(target, part)
    rows = _Rows(strings.strings, styles, begins_1904=sheets.begins_1904)
    for _ in parsed(archive.chunks(_chosen(sheets, relations, sheet)), rows):
        yield from rows.ready
        rows.ready = []
