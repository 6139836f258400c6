"""Every format has budgets in bytes, cells and columns; a file beyond them is refused before anything is built."""

from __future__ import annotations

import time

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winback_xl.errors import FileError
from winback_xl.readers.limits import MAX_WIDTH
from winback_xl.readers.read import read

from . import made

SECONDS = 5  # of processor time


def refused(path, code):
    start = time.process_time()
    with pytest.raises(FileError) as error:
        read(path)
    assert time.process_time() - start < SECONDS
    assert error.value.code == code
    return str(error.value)


def wide_xlsx(path, width):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in range(3):
        sheet.append([f"H{at}" if not row else at for at in range(width)])
    book.save(path)


def wide_csv(path, width):
    path.write_text("\n".join([",".join(f"H{at}" for at in range(width)), ",".join("1" * width)]))


def wide_parquet(path, width):
    pq.write_table(pa.table({f"H{at}": [1] for at in range(width)}), path)


def wide_html(path, width):
    cells = "".join(f"<td>H{at}</td>" for at in range(width))
    path.write_text(f"<html><table><tr>{cells}</tr><tr>{cells}</tr></table></html>")


def wide_xml(path, width):
    cells = "".join(f'<Cell><Data ss:Type="String">H{at}</Data></Cell>' for at in range(width))
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="S"><Table><Row>{cells}</Row>'
        f"<Row>{cells}</Row></Table></Worksheet></Workbook>"
    )


@pytest.mark.parametrize("write", [wide_xlsx, wide_csv, wide_parquet, wide_html, wide_xml])
def test_more_columns_than_a_table_has_are_refused(tmp_path, write):
    write(tmp_path / "x.dat", MAX_WIDTH + 1)
    assert f"more than {MAX_WIDTH:,} columns" in refused(tmp_path / "x.dat", "file-too-large")
    write(tmp_path / "y.dat", 600)
    assert len(read(tmp_path / "y.dat").headings) == 600


def test_another_sheet_that_is_too_wide_does_no_harm(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Customer ID", "Order date"])
    book.active.append(["A", "2025-01-31"])
    book.create_sheet("Matrix").append(list(range(16_000)))
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx").headings == ["Customer ID", "Order date"]


def test_a_parquet_file_that_unpacks_to_ten_thousand_times_its_size(tmp_path):
    pq.write_table(
        pa.table({"Customer ID": ["x" * 40_000_000] * 6}), tmp_path / "x.parquet", compression="zstd"
    )
    assert "unpacks to" in refused(tmp_path / "x.parquet", "file-bomb")


def test_a_parquet_file_with_an_endless_text(tmp_path):
    pq.write_table(pa.table({"Customer ID": ["x" * 11_000_000]}), tmp_path / "x.parquet", compression="none")
    assert "a cell of more than" in refused(tmp_path / "x.parquet", "file-too-large")


@pytest.mark.parametrize(("rows", "columns"), [(1_048_000, 16_384), (100_000, 1_000), (1_000_000, 50)])
def test_filled_cells_that_repeat_without_end(tmp_path, rows, columns):
    made.ods(
        tmp_path / "x.ods",
        f'<table:table table:name="T"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'office:value-type="string" table:number-columns-repeated="{columns}"><text:p>Customer</text:p></table:table-cell>'
        "</table:table-row></table:table>",
    )
    assert "filled cells" in refused(tmp_path / "x.ods", "file-too-large")
