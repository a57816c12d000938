"""Writes a workbook (XLSX: ECMA-376, Office Open XML) of one sheet, piece by piece."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final

from lib.core.files.options import Written
from lib.core.files.workbooks import column_name
from lib.core.http.errors import Unprocessable
from lib.core.security.spreadsheet import guard_cell

# The longest text of a cell, in units of UTF-16. Packages that write workbooks cut longer texts off.
MAX_CELL: Final = 32_767
MAX_SHEET_ROWS: Final = 5_000

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Style 1 is for texts (format 49, "@"), so that a spreadsheet makes no number of an edited `00123`.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
_SHEET_BEGINS: Final = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_ENDS: Final = "</sheetData></worksheet>"
# Characters that XML cannot hold, or changes, and the beginning of a text that reads as an escape.
_ESCAPING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_XML: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _escaped(text: str) -> str:
    written = _ESCAPING.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return written.translate(_XML)


class _Sink(io.RawIOBase):
    """Takes what the archive writes, to be fetched piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class WorkbookFile:
    """A workbook of one sheet that is written piece by piece. Texts stay texts, numbers numbers."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        for name, text in _PARTS.items():
            self._zip.writestr(name, _HEAD + text)
        self._sheet = self._zip.open("xl/worksheets/sheet1.xml", "w")
        self._sheet.write((_HEAD + _SHEET_BEGINS).encode())
        self._number = 0

    def add(self, rows: Iterable[Sequence[Written]]) -> bytes:
        """Returns the next piece. Raises Unprocessable for too many rows, and for texts that no cell takes."""
        for row in rows:
            self._number += 1
            if self._number > MAX_SHEET_ROWS + 1:
                raise _too_much(f"a workbook has at most {MAX_SHEET_ROWS:,} rows: filter, or export CSV or NDJSON")
            cells = "".join(self._cell(number, cell) for number, cell in enumerate(row, 1))
            self._sheet.write(f'<row r="{self._number}">{cells}</row>'.encode())
        return self._sink.take()

    def _cell(self, number: int, value: Written) -> str:
        place = f"{column_name(number)}{self._number}"
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, int | float):
            return f'<c r="{place}"><v>{value!r}</v></c>'
        text = guard_cell(value)
        if len(text) > MAX_CELL // 2 and len(text.encode("utf-16-le")) > MAX_CELL * 2:
            raise _too_much(
                f"cell {place} would have more than the {MAX_CELL:,} characters of a cell: export CSV or NDJSON"
            )
        return f'<c r="{place}" s="1" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'

    def __del__(self) -> None:
        """Lets go of a file that was not finished."""
        self._sheet.close()
        self._zip.close()

    def end(self) -> bytes:
        """Returns the last piece."""
        self._sheet.write(_SHEET_ENDS.encode())
        self._sheet.close()
        self._zip.close()
        return self._sink.take()


def _too_much(message: str) -> Unprocessable:
    return Unprocessable(
        "the workbook cannot be made", details=[{"field": "format", "code": "VALUE_TOO_LONG", "message": message}]
    )
