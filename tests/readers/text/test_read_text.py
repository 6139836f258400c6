"""Text files: encodings, separators, broken rows, and the line of everything."""

from __future__ import annotations

import errno
import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers import made
from winback_xl.errors import DataError, FileError
from winback_xl.inputs.headings import scorer
from winback_xl.readers.grid import Cell
from winback_xl.readers.read import read
from winback_xl.readers.source import Area
from winback_xl.readers.text.read_text import TextSource
from winback_xl.schema.columns import ORDERS

PLAIN = "Customer ID,Order date,Order value\nC1,2024-01-31,10.50\nMüller,2024-02-01,20\n"
VALUES = [("C1", "2024-01-31", "10.50"), ("Müller", "2024-02-01", "20")]


@pytest.fixture
def text(tmp_path):
    """Return a function that writes bytes or text to a file and reads it."""

    def write(content, name="orders.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, **options)

    return write


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
        gzip.compress(PLAIN.encode("cp1252")),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip("\n").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
        b"\xef\xbb\xbfsep=|\n" + PLAIN.replace(",", "|").encode(),
        ('"' + PLAIN.replace(",", '","').replace("\n", '"\n"')[:-1]).encode(),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gz", "crlf", "cr", "no end", "semicolon", "tab",
         "pipe", "sep line", "bom and sep line", "quoted"],
)  # fmt: skip
def test_the_same_rows_however_the_text_is_written(text, content):
    grid = text(content)
    assert grid.headings == ["Customer ID", "Order date", "Order value"]
    assert made.values(grid) == VALUES
    assert grid.columns[0].uniform is Cell.TEXT
    assert grid.cell(1).startswith("line ")


def test_the_encoding_is_told_when_it_is_not_utf_8(text):
    assert "Windows-1252" in text(PLAIN.encode("cp1252")).notes[0].what
    assert text(PLAIN.encode()).notes == ()


def test_letters_beyond_the_sample_decide_about_the_encoding(text):
    rows = "".join(f"C{k},2024-01-31,{k}\n" for k in range(40_000))
    grid = text((PLAIN.replace("ü", "u") + rows).encode() + "Müller,2024-02-01,20\n".encode("cp1252"))
    assert grid.columns[0].strings()[-1].as_py() == "Müller"
    assert "encoding" in made.codes(grid)


def test_a_mixture_of_encodings_is_refused_with_the_byte_and_the_line(text):
    last = "C3,K\u00e4se,1\n".encode("cp1252")
    with pytest.raises(FileError, match=rf"byte {len(PLAIN.encode()) + 5} \(line 4\)") as error:
        text(PLAIN.encode() + last)
    assert "UTF-8" in error.value.hint


def test_a_byte_that_is_no_letter_in_any_encoding_is_named(text):
    with pytest.raises(FileError, match=r"byte 14 \(line 2\)"):
        text(b"ID,Name\nC1,\xe4\xfc\x81\n")


def test_texts_that_look_like_numbers_or_nothing_stay_texts(text):
    grid = text("ID,Name\n00123,NA\n123,None\n1E5,null\n100000,nan\n")
    assert made.values(grid) == [("00123", "NA"), ("123", "None"), ("1E5", "null"), ("100000", "nan")]


def test_a_decimal_comma_between_semicolons_stays_whole(text):
    assert made.values(text("ID;Value\nC1;1.234,56\nC2;7,00\n")) == [("C1", "1.234,56"), ("C2", "7,00")]


def test_nul_bytes_are_dropped_and_the_first_line_is_named(text):
    grid = text(b"ID,Name\nC1,A\nC2,B\0\0\nC3,C\n" * 1)
    assert made.values(grid)[1] == ("C2", "B")
    assert (grid.notes[0].code, grid.notes[0].cell) == ("nul-bytes", "line 3")
    assert grid.notes[0].what.startswith("2 NUL")


def test_rows_that_do_not_fit_are_set_aside_and_named_by_line(text):
    grid = text("ID,Name,Value\nC1,A,1\nC2,B, Ltd,2\n\nC3,C\nC4,D,4\n")
    assert made.values(grid) == [("C1", "A", "1"), ("C4", "D", "4")]
    ragged = [note for note in grid.notes if note.code == "ragged-row"]
    assert [(note.cell, note.rows) for note in ragged] == [("line 3", 1), ("line 5", 1)]
    assert "4 fields instead of 3" in ragged[0].what
    assert [grid.cell(row) for row in range(2)] == ["line 2", "line 6"]
    assert "blank-rows" in made.codes(grid)
    assert not any("Ltd" in str(note) for note in grid.notes), "no values of cells in messages"


def test_lines_are_right_behind_texts_with_line_breaks(text):
    grid = text('ID,Text\nC1,"two\nlines"\nC2,x\nC3,a,b\nC4,"1\r\n2\r\n3"\nC5,y\n')
    assert [grid.cell(row) for row in range(grid.rows)] == ["line 2", "line 4", "line 6", "line 9"]
    assert [note.cell for note in grid.notes] == ["line 5"]
    assert made.values(grid)[0] == ("C1", "two\nlines")


def test_a_quotation_mark_that_never_closes_is_named_by_its_line(text):
    rows = "".join(f"C{k},text {k}\n" for k in range(300))
    with pytest.raises(FileError, match="line 11"):
        text("ID,Text\n" + "".join(f"B{k},x\n" for k in range(9)) + 'A,"open\n' + rows)
    many = "".join(f"C{k},text {k}\n" for k in range(500_000))
    with pytest.raises(FileError, match="line 11"):
        text("ID,Text\n" + "".join(f"B{k},x\n" for k in range(9)) + 'A,"open\n' + many)


def test_inches_inside_a_text_are_no_quotation(text):
    assert made.values(text('ID,Text\nC1,5" pipe\nC2,"6"" pipe"\n')) == [("C1", '5" pipe'), ("C2", '6" pipe')]


def test_a_file_of_which_most_rows_do_not_fit_is_refused(text):
    with pytest.raises(DataError, match="2 of 3 rows do not have the 3 fields"):
        text("ID,Name,Value\nC1,2,3\nC1,2,3,4\nC2,2,3,4,5\n")


def test_titles_above_the_headings_may_have_any_number_of_fields(text):
    grid = text("Orders 2024\n\nprinted;today\n" + PLAIN.replace(",", ";"), score=scorer(ORDERS))
    assert (grid.header_row, made.values(grid)) == (4, VALUES)
    assert grid.cell(0) == "line 5"


def test_a_separator_at_the_end_of_every_row_is_no_column_of_data(text):
    grid = text("ID,Value\nC1,1,\nC2,2,\n")
    assert grid.headings == ["ID", "Value", ""]
    assert made.values(grid) == [("C1", "1", None), ("C2", "2", None)]


def test_a_file_of_one_column_is_a_table_too(text):
    assert made.values(text("Customer ID\nC1\n\nC2\n")) == [("C1",), ("C2",)]


def test_columns_aligned_with_spaces_are_told_from_texts_with_spaces(text):
    grid = text(" 00004 0001 19970101  2   29.33\n 00021 0002 19970113  1   11.77\n", header=False)
    assert grid.headings == ["#1", "#2", "#3", "#4", "#5"]
    assert made.values(grid)[1] == ("00021", "0002", "19970113", "1", "11.77")
    assert made.values(text("Name\nAnna Maria\nJoe\nAda Lovelace King\n"))[0] == ("Anna Maria",)


def test_a_broken_row_at_the_top_does_not_decide_how_many_columns_there_are(text):
    grid = text("1,2\n1,2,3,4\n5,6\n7,8\n", header=False)
    assert made.values(grid) == [("1", "2"), ("5", "6"), ("7", "8")]
    assert [note.cell for note in grid.notes] == ["line 2"]


def test_a_large_file_is_mapped_and_a_line_without_end_is_refused(text, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.text.file_text._SMALL", 10)
    assert made.values(text(PLAIN)) == VALUES
    assert made.values(text(PLAIN.encode("cp1252").replace(b"20\n", b"2\x000\n"))) == VALUES
    monkeypatch.setattr("winback_xl.readers.text.file_text._LONGEST_LINE", 20)
    with pytest.raises(FileError, match="a line of more than 20 bytes"):
        text(PLAIN)


def test_blank_cells_are_blank_and_spaces_are_text(text):
    grid = text('ID,Name,Rest\nC1,"",\nC2, ,\n')
    assert [Cell(kind) for kind in grid.columns[1].kinds] == [Cell.BLANK, Cell.TEXT]
    assert grid.columns[1].strings().to_pylist() == [None, " "]
    assert grid.columns[2].uniform is Cell.BLANK


def test_only_chosen_columns_are_loaded(text):
    assert text(PLAIN, columns=lambda names: [names.index("Order value")]).headings == ["Order value"]
    assert text(PLAIN, columns=lambda _: []).columns == ()


def test_a_gzip_bomb_is_refused_and_a_cut_gzip_is_damaged(text):
    with pytest.raises(FileError, match="looks like a bomb"):
        text(gzip.compress(b"ID,Value\n" + b"C1,1\n" * 8_000_000), "o.csv.gz")
    noise = random.Random(1).randbytes(50_000).hex()
    with pytest.raises(FileError, match="damaged"):
        text(gzip.compress(f"ID\n{noise}\n".encode())[:20_000], "o.csv.gz")


def test_more_text_than_memory_is_refused(text, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.text.text_shape.MAX_IN_MEMORY", 50)
    for content, name in ((PLAIN.encode("utf-16"), "a.csv"), (gzip.compress(PLAIN.encode()), "b.csv.gz")):
        with pytest.raises(FileError) as error:
            text(content, name)
        assert error.value.code == "file-too-large"
    monkeypatch.setattr("winback_xl.readers.text.file_text.MAX_TOTAL", 50)
    with pytest.raises(FileError, match="more than 0 GB of text"):
        text(PLAIN)


FIELD = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=8
)


@given(
    st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_text_comes_back_whatever_is_in_it(tmp_path_factory, rows, separator, end):
    def line(fields):
        return separator.join('"' + field.replace('"', '""') + '"' for field in fields) + end

    path = tmp_path_factory.mktemp("csv") / "o.csv"
    headings = ("Customer ID", "Order date", "Remark")
    path.write_bytes((line(headings) + "".join(map(line, rows))).encode())
    grid = read(path)
    expected = [tuple(field or None for field in row) for row in rows if any(row)]
    assert made.values(grid) == expected
    lines = (line(headings) + "".join(map(line, rows))).encode()
    for row in range(grid.rows):  # the named line is where the row begins
        number = grid.row_number(row)
        start = sum(len(part) + 1 for part in lines.split(b"\n")[: number - 1])
        assert lines[start:].startswith(
            ('"' + (grid.columns[0].strings()[row].as_py() or "").replace('"', '""') + '"').encode()
        )


@pytest.mark.data
def test_the_176_broken_rows_of_northwind_are_listed_and_no_other(data_dir):
    grid = read(data_dir / "northwind" / "orders.csv")
    ragged = [note for note in grid.notes if note.code == "ragged-row"]
    assert (grid.rows, len(ragged), len(grid.notes)) == (654, 176, 176)
    lines = (data_dir / "northwind" / "orders.csv").read_text("utf-8").splitlines()
    assert all(len(lines[int(note.cell.removeprefix("line ")) - 1].split(",")) != 14 for note in ragged)
    assert all(len(lines[grid.row_number(row) - 1].split(",")) == 14 for row in range(grid.rows))


@pytest.mark.data
def test_the_cdnow_sample_has_aligned_columns_and_no_headings(data_dir):
    grid = read(data_dir / "cdnow" / "CDNOW_sample.txt", header=False)
    assert (grid.rows, len(grid.columns)) == (6919, 5)
    with pytest.raises(DataError, match="no row of headings"):
        read(data_dir / "cdnow" / "CDNOW_sample.txt")


def test_a_large_file_that_is_cut_short_meanwhile_is_read_as_it_was(tmp_path, monkeypatch):
    """A map of the file itself would end the process with SIGBUS."""
    monkeypatch.setattr("winback_xl.readers.text.file_text._SMALL", 10)
    path = tmp_path / "o.csv"
    path.write_text("Customer ID,Order value\n" + "C1,20\n" * 20_000)
    source = TextSource(path)
    path.write_text("")
    assert source.load("", Area(1, ("Customer ID", "Order value"), 2)).rows == 20_000


def test_no_room_for_the_copy_of_a_large_file_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.text.file_text._SMALL", 10)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    path = tmp_path / "o.csv"
    path.write_text("Customer ID,Order value\nC1,20\n")
    with pytest.raises(FileError, match=r"cannot be copied to .* No space left on device"):
        TextSource(path)
