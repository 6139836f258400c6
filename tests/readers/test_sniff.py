"""What a file really is, and one sentence with a cure for everything that cannot be read."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.readers import made
from winback_xl.errors import FileError
from winback_xl.readers.sniff import checked, sniff

TABLE = [["Customer ID", "Order date"], ["C1", 45000]]


def refused(path) -> FileError:
    with pytest.raises(FileError) as error:
        sniff(checked(path))
    assert error.value.hint, "every refusal says what to do"
    assert "\n" not in str(error.value)
    return error.value


def test_content_counts_and_not_the_name(tmp_path):
    made.xlsx(tmp_path / "book.csv", {"Orders": TABLE})
    (tmp_path / "text.xlsx").write_text("Customer ID;Order date\n1;2\n")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "data.xls")
    (tmp_path / "packed.txt").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    made.xls(tmp_path / "old.xlsx", b"")
    made.xlsb(tmp_path / "binary.xlsx", b"")
    made.ods(tmp_path / "open.xlsx", '<table:table table:name="T"/>')
    found = {path.name: sniff(checked(path)) for path in sorted(tmp_path.iterdir())}
    assert found == {
        "binary.xlsx": "xlsb",
        "book.csv": "xlsx",
        "data.xls": "parquet",
        "old.xlsx": "xls",
        "open.xlsx": "ods",
        "packed.txt": "gzip",
        "text.xlsx": "text",
    }


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "html"),
        (b"\xef\xbb\xbf\r\n<TABLE border=1>", "html"),
        ("<!DOCTYPE html><html>".encode("utf-16"), "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml2003"),
    ],
)
def test_marked_up_tables_are_known_by_their_content(tmp_path, content, kind):
    path = tmp_path / "orders.xls"
    path.write_bytes(content)
    assert sniff(checked(path)) == kind


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<?xml version="1.0"?><orders/>', "XML file"),
        (
            b'<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>',
            "flat XML spreadsheet",
        ),
        (bytes(range(256)) * 16, "neither a workbook nor a text"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"SQLite format 3\0", "SQLite"),
        (b"MZ\x90", "program"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", "Excel 95"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "web archive"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path, content, says):
    path = tmp_path / "orders.xls"
    path.write_bytes(content)
    assert says in refused(path).what


def test_an_empty_file_and_a_truncated_zip(tmp_path):
    empty = tmp_path / "empty.xlsx"
    empty.touch()
    assert refused(empty).code == "file-empty"
    whole = made.xlsx(tmp_path / "whole.xlsx", {"Orders": TABLE}).read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 30):
        (tmp_path / "cut.xlsx").write_bytes(whole[:size])
        assert refused(tmp_path / "cut.xlsx").code == "file-damaged"


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("Index/Document.iwa", "Numbers"),
        ("june/orders.csv", "a zip that holds orders.csv"),
        ("readme.md", "no workbook"),
    ],
)
def test_other_zips_are_named(tmp_path, part, says):
    assert says in refused(made.zipped(tmp_path / "x.xlsx", {part: "x"})).what


def test_an_empty_zip_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w"):
        pass
    assert "empty zip" in refused(tmp_path / "x.xlsx").what


def test_an_encrypted_workbook_says_password(tmp_path):
    path = made.compound(tmp_path / "secret.xlsx", {"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5000})
    error = refused(path)
    assert error.code == "file-password"
    assert "unprotected copy" in error.hint


def test_an_encrypted_ods_says_password(tmp_path):
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    assert refused(made.ods(tmp_path / "secret.ods", "", parts=manifest)).code == "file-password"


def test_an_old_word_document_is_no_workbook(tmp_path):
    assert "Word" in refused(made.compound(tmp_path / "letter.xls", {"WordDocument": b"x"})).what


def test_paths_that_are_no_file(tmp_path):
    made.xlsx(tmp_path / "orders 2024 😀.xlsx", {"Orders": TABLE})
    assert sniff(checked(str(tmp_path / "orders 2024 😀.xlsx"))) == "xlsx"
    assert refused(tmp_path).code == "file-folder"
    assert "orders 2024 😀.xlsx" in refused(tmp_path / "order 2024 😀.xlsx").hint
    assert "no folder" in refused(tmp_path / "nowhere" / "orders.xlsx").what
    assert refused(tmp_path / ("x" * 300)).code in {"file-closed", "file-missing"}
    for url in (
        "https://contoso.sharepoint.com/orders.xlsx?token=secret",
        Path("https://contoso.com/a.xlsx"),
    ):
        error = refused(url)
        assert error.code == "file-url"
        assert "secret" not in str(error)


def test_the_mark_that_excel_leaves_is_no_workbook(tmp_path):
    (tmp_path / "~$orders.xlsx").write_bytes(b"x" * 165)
    assert "orders.xlsx is open" in refused(tmp_path / "~$orders.xlsx").what


def test_a_file_that_another_program_holds_says_so(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n")

    def held(*_args, **_kwargs):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "open", held)
    assert refused(path).code == "file-locked"
