"""Makes text of the bytes of a file: by the mark at its beginning, by what the caller declares, or else as UTF-8.

Nothing is guessed: a file in Windows-1252 that was taken for UTF-8, or the other way, would change letters silently.
"""

import codecs
from typing import Final, Literal

from lib.core.files.rows import unreadable

type Encoding = Literal[
    "utf-8", "utf-16", "utf-16le", "utf-16be", "windows-1250", "windows-1251", "windows-1252", "windows-1253",
    "windows-1254", "iso-8859-1", "iso-8859-2", "iso-8859-15", "macintosh", "shift_jis", "gb18030", "big5", "euc-kr",
]  # fmt: skip

# The longest mark first: that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_SAME_FAMILY: Final = {"utf-16": ("utf-16le", "utf-16be")}
_CODECS: Final = {"macintosh": "mac_roman", "utf-16": "utf-16le"}
_OTHER_FILES: Final = (
    (b"PK\x03\x04", "the file is a workbook or an archive: send a workbook with the format xlsx"),
    (
        b"\xd0\xcf\x11\xe0",
        "the file is a workbook of Excel 97-2003, or is protected: save it as XLSX without a password",
    ),
    (b"%PDF", "the file is a PDF"),
)


def _line_of(data: bytes, position: int, codec: str) -> int:
    """Returns the number of the line of a byte."""
    before = data[:position].decode(codec, errors="replace")
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def decode_text(data: bytes, encoding: Encoding | None = None) -> str:
    """Returns the text of a file, without the mark at its beginning.

    Raises ValidationFailed for other kinds of files, for a mark that contradicts the declared encoding, and for bytes
    that are not of the encoding, with the number of the line.
    """
    for magic, problem in _OTHER_FILES:
        if data.startswith(magic):
            raise unreadable(problem, "file")
    name: str = encoding or "utf-8"
    for mark, marked in _MARKS:
        if not data.startswith(mark):
            continue
        if marked is None:
            raise unreadable("the file is in UTF-32: save it in UTF-8", "file")
        if encoding not in (None, marked) and marked not in _SAME_FAMILY.get(name, ()):
            raise unreadable(f"the file begins with the mark of {marked}, and {name} is declared", "encoding")
        name, data = marked, data[len(mark) :]
        break
    codec = _CODECS.get(name, name)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start, codec)
        advice = "declare the encoding of the file, such as windows-1252" if encoding is None else "declare another"
        raise unreadable(f"line {line} has bytes that are not {name}: {advice}", "encoding") from None
