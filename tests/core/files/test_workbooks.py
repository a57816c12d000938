"""Workbooks, against those that openpyxl writes and reads, and those that nobody should send."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH, to_excel
from openpyxl.worksheet.worksheet import Worksheet

from lib.core.files import workbooks
from lib.core.files.options import TableOptions, Written
from lib.core.files.rows import Cell
from lib.core.files.workbook_parts import SharedStrings, time_form
from lib.core.files.workbook_times import TimeForm, from_serial
from lib.core.files.workbook_writing import MAX_CELL, MAX_SHEET_ROWS
from lib.core.files.workbooks import column_name, parsed, read_workbook
from lib.core.files.writing import whole_table
from lib.core.http.errors import Unprocessable, ValidationFailed
from lib.core.security.spreadsheet import guard_cell
from tests.support.cases import cases

NO_OPTIONS = TableOptions()


def at(*parts: int) -> datetime:
    """A time of a workbook, which has no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def made(fill: Callable[[Worksheet], Any], **options: Any) -> bytes:
    """A workbook of openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    for name, value in options.items():
        setattr(book, name, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def replaced(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with a part changed."""
    source, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, change(text.decode()) if name == part else text)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def raw(cells: str) -> bytes:
    """A workbook with these cells in its first row."""
    return replaced(
        made(lambda sheet: sheet.append(["x"])),
        SHEET,
        lambda text: text[: text.index("<sheetData")] + f"<sheetData><row r='1'>{cells}</row></sheetData></worksheet>",
    )


def refusal(data: bytes, sheet: str | None = None) -> str:
    with pytest.raises(ValidationFailed) as refused:
        list(read_workbook(data, sheet=sheet))
    return refused.value.details[0]["message"]


def test_cells_have_the_types_of_the_workbook() -> None:
    row = ["text", 5, 2.5, True, date(2026, 12, 31), at(2026, 12, 31, 14, 30), time(8, 15), timedelta(hours=36)]
    (line,) = read_workbook(made(lambda sheet: sheet.append(row)))
    assert line == (1, [*row[:7], "36:00:00"])
    assert [type(cell) for cell in line[1]] == [str, int, float, bool, date, datetime, time, str]


def test_workbooks_that_begin_in_1904() -> None:
    row: list[Cell] = [date(2026, 12, 31), at(2026, 1, 1, 12)]
    (line,) = read_workbook(made(lambda sheet: sheet.append(row), epoch=MAC_EPOCH))
    assert line[1] == row


def test_the_first_visible_sheet_or_the_one_that_is_named() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["hidden"])
        sheet.sheet_state = "hidden"
        assert sheet.parent is not None
        for name in ("Very", "Shown", "Other"):
            sheet.parent.create_sheet(name).append([name])
        sheet.parent["Very"].sheet_state = "veryHidden"
        sheet.parent.active = 2

    data = made(fill)
    assert list(read_workbook(data)) == [(1, ["Shown"])]
    for name in ("Sheet", "Very", "Other", "other"):
        assert len(list(read_workbook(data, sheet=name))) == 1
    assert refusal(data, "Missing") == "the workbook has no such sheet; it has Shown, Other"


def test_rows_and_columns_between_are_empty_and_sizes_cost_nothing() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C2"] = "far"
        sheet["A1048576"] = "last"
        sheet["XFD1"].number_format = "0.00"

    assert list(read_workbook(made(fill))) == [(2, [None, None, "far"]), (1048576, ["last"])]
    lying = replaced(
        made(lambda sheet: sheet.append(["x"])), SHEET, lambda text: text.replace("A1:A1", "A1:XFD1048576")
    )
    assert list(read_workbook(lying)) == [(1, ["x"])]


def test_what_cannot_be_told_is_refused() -> None:
    assert refusal(made(lambda sheet: sheet.append(["x", "=1+1"]))).startswith("cell B1 has a formula without a stored")
    assert refusal(raw("<c r='B1' t='e'><v>#DIV/0!</v></c>")) == "cell B1 has the error #DIV/0!"
    assert refusal(raw("<c r='GS1'><v>1</v></c>")) == "cell GS1 is beyond column 200"
    for cell in ("<c r='A1' t='s'><v>99</v></c>", "<c r='A1'><v>x</v></c>", "<c r='A1'><v>nan</v></c>"):
        assert refusal(raw(cell)).startswith("cell A1 has a value that cannot be read")

    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b"])
        sheet.append([1, 2])
        sheet.merge_cells("A2:A3")

    assert refusal(made(fill)) == "the cells A2:A3 are merged: separate them, and fill in each"


@pytest.mark.parametrize("text", ["1234567890123456", "-1234567890123456", "9" * 30, "1" * 5_000])
def test_long_integers_are_refused_and_not_rounded(text: str) -> None:
    assert (
        refusal(raw(f"<c r='A1'><v>{text}</v></c>")) == "cell A1 has a number of more than 15 digits: write it as text"
    )
    assert list(read_workbook(raw(f"<c r='A1' t='str'><v>{text}</v></c>"))) == [(1, [text])]
    for kept in ("123456789012345", "-123456789012345"):
        assert list(read_workbook(raw(f"<c r='A1'><v>{kept}</v></c>"))) == [(1, [int(kept)])]


def test_numbers_of_thousands_of_digits_in_attributes() -> None:
    """Python makes no integer of them."""
    digits = "1" * 5_000
    rows = replaced(raw("<c><v>5</v></c>"), SHEET, lambda text: text.replace("<row r='1'>", f"<row r='{digits}'>"))
    assert list(read_workbook(rows)) == [(1, [5])]
    assert list(read_workbook(raw(f"<c s='{digits}'><v>5</v></c>"))) == [(1, [5])]
    assert refusal(raw(f"<c t='s'><v>{digits}</v></c>")).startswith("cell A1 has a value that cannot be read")
    assert refusal(raw(f"<c t='d'><v>{digits}</v></c>")).startswith("cell A1 has a value that cannot be read")
    plain = made(lambda sheet: sheet.append([5]))
    for before, after in (
        ("<cellXfs", f'<numFmts><numFmt numFmtId="{digits}" formatCode="0"/></numFmts><cellXfs'),
        ('numFmtId="0"', f'numFmtId="{digits}"'),
    ):
        changed = replaced(plain, "xl/styles.xml", lambda text, one=before, other=after: text.replace(one, other))
        assert list(read_workbook(changed)) == [(1, [5])]


HALF = "the workbook has a text with half of a character"


@pytest.mark.parametrize("half", ["_xD83D_", "_xDE00_", "_xDE00__xD83D_", "_xd83d_ _xde00_"])
def test_halves_of_characters_are_joined_or_refused(half: str) -> None:
    assert refusal(raw(f"<c t='inlineStr'><is><t>a{half}b</t></is></c>")) == HALF
    with pytest.raises(ValidationFailed) as refused:
        list(parsed(iter([f"<sst><si><t>a{half}b</t></si></sst>".encode()]), SharedStrings()))
    assert refused.value.details[0]["message"] == HALF
    whole = "<c t='inlineStr'><is><t>_xD83D__xDE00_ \U0001f600_x000D_</t></is></c>"
    assert list(read_workbook(raw(whole))) == [(1, ["\U0001f600 \U0001f600\r"])]


def test_formulas_have_the_results_that_are_stored() -> None:
    cells = (
        "<c r='A1'><f>1+1</f><v>2</v></c><c r='B1' t='str'><f>A1&amp;\"\"</f><v>two</v></c>"
        "<c r='C1' t='b'><f>TRUE()</f><v>1</v></c><c r='D1' t='str'><f>\"\"</f><v></v></c>"
    )
    assert list(read_workbook(raw(cells))) == [(1, [2, "two", True])]


def test_texts_of_every_kind() -> None:
    cells = (
        "<c t='inlineStr'><is><r><t>He</t></r><r><t>llo</t></r><rPh sb='0' eb='1'><t>no</t></rPh></is></c>"
        "<c r='C1' t='inlineStr'><is><t>a_x000D_b_x005F_x000D_</t></is></c><c><v>12.300000000000001</v></c>"
    )
    assert list(read_workbook(raw(cells))) == [(1, ["Hello", None, "a\rb_x000D_", 12.3])]


def test_strict_workbooks_and_other_prefixes() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = made(lambda sheet: sheet.append(["x", 5]))
    strict = replaced(data, SHEET, lambda text: text.replace(main, "http://purl.oclc.org/ooxml/spreadsheetml/main"))
    assert list(read_workbook(strict)) == [(1, ["x", 5])]
    prefixed = replaced(
        data,
        SHEET,
        lambda _: (
            f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData>'
            "</x:worksheet>"
        ),
    )
    assert list(read_workbook(prefixed)) == [(1, [5])]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is no workbook"),
        (b"title,slug\na,b\n", "the file is no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "the file is a workbook of Excel 97-2003, or protected"),
        (b"PK\x03\x04" + bytes(100), "the file is no workbook"),
        (made(lambda sheet: sheet.append(["x"]))[:-100], "the file is no workbook"),
    ],
    ids=["empty", "csv", "xls", "rubbish", "cut off"],
)
def test_other_files(data: bytes, reason: str) -> None:
    assert refusal(data).startswith(reason)


def test_archives_that_are_no_workbooks() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "a part is missing" in refusal(buffer.getvalue())
    data = made(lambda sheet: sheet.append(["x"]))
    assert "not valid XML" in refusal(replaced(data, SHEET, lambda text: text[:-20]))
    assert "document type" in refusal(
        replaced(
            data,
            SHEET,
            lambda text: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + text[text.index("<worksheet") :],
        )
    )
    external = replaced(
        data,
        "xl/_rels/workbook.xml.rels",
        lambda text: text.replace(
            'Target="/xl/worksheets/sheet1.xml"', 'TargetMode="External" Target="http://127.0.0.1/x"'
        ),
    )
    assert refusal(external) == "the workbook has no visible sheet"


def test_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = replaced(made(lambda sheet: sheet.append(["x"])), SHEET, lambda text: text + " " * 300_000)
    assert len(data) < 20_000
    monkeypatch.setattr(workbooks, "MAX_PART_BYTES", 200_000)
    assert refusal(data).startswith("a part of the workbook has more than")
    monkeypatch.undo()
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(workbooks.MAX_ENTRIES):
            archive.writestr(f"x/{number}", "")
    assert refusal(buffer.getvalue()) == "the workbook has more than 2,000 parts"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_other_compressions_are_not_unpacked(method: int) -> None:
    """Their blocks are unpacked as a whole, before anything counts them. The archive may declare a few bytes."""
    source, buffer = zipfile.ZipFile(io.BytesIO(made(lambda sheet: sheet.append(["x"])))), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name), compress_type=method if name == SHEET else None)
    assert "compressed in a way that no workbook uses" in refusal(buffer.getvalue())
    declared = zipfile.ZipFile(buffer).getinfo(SHEET)
    assert declared.compress_type == method
    assert declared.file_size < 10_000


@pytest.mark.parametrize("case", cases("files/formats"), ids=lambda case: case["code"])
def test_formats_of_times(case: dict[str, Any]) -> None:
    form = time_form(case["code"])
    assert (form.shows if form else None) == case["shows"]


@given(st.datetimes(min_value=at(1900, 3, 1), max_value=at(9999, 12, 31, 23, 59, 59)))
def test_times_are_those_of_openpyxl(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    serial = to_excel(moment)
    assert from_serial(serial, TimeForm("both"), begins_1904=False) == moment
    assert from_serial(serial, TimeForm("day"), begins_1904=False) == moment.date()


def test_the_leap_day_that_never_was() -> None:
    day = TimeForm("day")
    assert from_serial(59, day, begins_1904=False) == date(1900, 2, 28)
    assert from_serial(61, day, begins_1904=False) == date(1900, 3, 1)
    for number in (0, 60, -1, 2_958_466):
        with pytest.raises(ValueError, match=r"time|never"):
            from_serial(number, day, begins_1904=False)


TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "=1+1",
        "'=1",
        "00123",
        "1e5",
        "31.12.2026",
        " a ",
        "a\r\nb",
        "_x000D_",
        "_x005F_x000D_",
        "\x00",
        "\ufffe",
        "\U0001f600",
        "<&>\"'",
        "]]>",
    ]
)
VALUES = (
    TEXTS | st.integers(-(10**14), 10**14) | st.booleans() | st.none() | st.floats(-1e9, 1e9).map(lambda n: round(n, 4))
)


@settings(max_examples=200)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=5), max_size=4))
def test_what_is_written_is_read(rows: list[list[Written]]) -> None:
    read = dict(read_workbook(whole_table("xlsx", NO_OPTIONS, rows)))
    for number, row in enumerate(rows, 1):
        wanted = [guard_cell(cell) if isinstance(cell, str) else cell for cell in row]
        wanted = [None if cell == "" else cell for cell in wanted]
        while wanted and wanted[-1] is None:
            wanted.pop()
        assert list(read.get(number, [])) == wanted


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), min_size=1, max_size=5))
def test_openpyxl_reads_the_same(texts: list[str]) -> None:
    texts = [text for text in texts if "_x" not in text and "\ufffe" not in text and "\uffff" not in text] or ["x"]
    book = openpyxl.load_workbook(io.BytesIO(whole_table("xlsx", NO_OPTIONS, [[*texts, 5, 2.5, True]])))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    (row,) = list(sheet.iter_rows())
    assert [cell.value or "" for cell in row] == [*map(guard_cell, texts), 5, 2.5, True]
    # Nothing is a formula, and edited texts stay texts.
    assert {cell.data_type for cell in row[: len(texts)]} <= {"s", "n"}
    assert {cell.number_format for cell in row[: len(texts)] if cell.value} <= {"@"}


def test_what_no_workbook_holds_is_refused_and_not_cut_off() -> None:
    assert whole_table("xlsx", NO_OPTIONS, [["x" * MAX_CELL]])
    for text in ("x" * (MAX_CELL + 1), "\U0001f600" * (MAX_CELL // 2 + 1)):
        with pytest.raises(Unprocessable) as refused:
            whole_table("xlsx", NO_OPTIONS, [["id"], [text]])
        assert "cell A2" in refused.value.details[0]["message"]
    with pytest.raises(Unprocessable):
        whole_table("xlsx", NO_OPTIONS, ([number] for number in range(MAX_SHEET_ROWS + 2)))


def test_names_of_columns() -> None:
    assert [column_name(number) for number in (1, 26, 27, 52, 702, 703, 16384)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
        "XFD",
    ]
