"""Reads CSV files: RFC 4180, with the delimiters that spreadsheets use where a comma is the decimal point."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, Literal

from lib.core.files.rows import unreadable

type Delimiter = Literal["comma", "semicolon", "tab", "pipe"]

DELIMITERS: Final[dict[Delimiter, str]] = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
# A spreadsheet's own way to declare the delimiter, in the first line.
_DECLARED: Final = re.compile(r'\A"?sep=([,;|\t])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_SAMPLE: Final = 100_000
_SAMPLE_LINES: Final = 20
_QUOTED: Final = re.compile(r'"[^"]*"')
# A body has more characters than Python's reader takes in a cell by itself.
csv.field_size_limit(1_000_000)


def _first_line(text: str) -> str:
    """Returns the first line that is not empty, without what is in quotes: a line break in quotes ends no line."""
    start = len(text) - len(text.lstrip("\r\n"))
    unquoted = _QUOTED.sub("", text[start : start + _SAMPLE])
    return re.split(r"[\r\n]", unquoted, maxsplit=1)[0]


def _divides(sample: str, sign: str) -> bool:
    """Tells whether a delimiter divides each of the first lines into as many cells as the header."""
    try:
        lines = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=sign, strict=True), _SAMPLE_LINES))
    except csv.Error:
        return False
    sizes = {len(line) for line in lines if any(line)}
    return len(sizes) == 1 and sizes != {1}


def detect_delimiter(text: str) -> str:
    """Returns the delimiter that divides the first lines into as many cells as the header; of several, and without any,
    the one that the header has most of; the comma where it has none, or as many of another."""
    header = _first_line(text)
    found = [sign for sign in DELIMITERS.values() if sign in header]
    if len(found) > 1:
        sample = "".join(text[:_SAMPLE].splitlines(keepends=True)[: -1 if len(text) > _SAMPLE else None])
        found = [sign for sign in found if _divides(sample, sign)] or found
    return max(found, key=header.count, default=DELIMITERS["comma"])


def read_delimited(text: str, *, delimiter: Delimiter | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yields the cells of each line with the number of the last line that they span.

    ``delimiter``: by default as the file declares it (``sep=;``), or else as its header shows. Raises ValidationFailed
    for a text that is not CSV.
    """
    text = text.removeprefix("\ufeff")
    before = 0
    declared = _DECLARED.match(text)
    if declared is None:
        sign = detect_delimiter(text) if delimiter is None else DELIMITERS[delimiter]
    else:
        text, before, sign = text[declared.end() :], 1, declared[1]
        if delimiter is not None and DELIMITERS[delimiter] != sign:
            raise unreadable(f"the file declares {sign!r} in its first line, and not {delimiter}", "delimiter")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        for cells in reader:
            yield before + reader.line_num, cells
    except csv.Error as error:
        raise unreadable(f"line {before + reader.line_num}: {error}") from None
