"""The macro project writer: what is read back by others is what was put in, and equal input gives equal bytes."""

from __future__ import annotations

from io import BytesIO

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from winback_xl.templates import compound_file
from winback_xl.templates.compression import compress, hide
from winback_xl.templates.vbaproject import Module, build

# [MS-OVBA] 3.2.2 and 3.2.3: the two worked examples of the specification.
NO_REPEATS = b"abcdefghijklmnopqrstuv."
REPEATS = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"


def modules(text: str = "Public Sub A()\nEnd Sub\n") -> list[Module]:
    return [Module("ThisWorkbook", "", "workbook"), Module("Sheet1", "", "sheet"), Module("One", text)]


def read_back(project: bytes) -> dict[str, str]:
    parser = VBA_Parser("vbaProject.bin", data=project)
    found = {stream.removeprefix("VBA/"): code for _, stream, _, code in parser.extract_macros()}
    parser.close()
    return found


def test_compression_gives_the_examples_of_the_specification():
    assert compress(NO_REPEATS).hex() == ("0119b000616263646566676800696a6b6c6d6e6f70007172737475762e")
    assert compress(REPEATS).hex() == (
        "012fb000236161616263646582660070616768696a013808616b6c00206d6e6f700671027004007273747576107778797a002c"
    )


@given(st.one_of(st.text(st.sampled_from("ab \r\n"), max_size=9000), st.text(max_size=300)))
def test_what_is_compressed_is_decompressed_by_others(text):
    data = text.encode("utf-8")
    if data:
        assert bytes(decompress_stream(bytearray(compress(data)))) == data


def test_chunks_end_at_4096_bytes():
    for length in (4095, 4096, 4097, 8192, 12_000):
        data = (b"Dim x As Long\r\n" * 1000)[:length]
        assert bytes(decompress_stream(bytearray(compress(data)))) == data


def test_hidden_values_start_with_the_seed_and_are_those_of_a_visible_unprotected_project():
    # Undone as [MS-OVBA] 2.4.3.3 says, a project that nobody protected gives four zero bytes.
    project, key = "{00000000-0000-0000-0000-000000000001}", 0
    key = sum(project.encode()) & 0xFF
    hidden = bytes.fromhex(hide(bytes(4), project))
    seed, version, mixed_key = hidden[:3]
    assert (seed ^ version, seed ^ mixed_key) == (2, key)
    plain, newest, older, out = key, mixed_key, version, []
    for byte in hidden[3:]:
        out.append(byte ^ ((older + plain) & 0xFF))
        older, newest, plain = newest, byte, out[-1]
    ignored = (seed & 6) // 2
    assert bytes(out[ignored:]) == b"\x04\0\0\0" + bytes(4)


def test_source_is_read_back_whole():
    text = 'Option Explicit\nPublic Sub A()\n    MsgBox "caf\u00e9"\nEnd Sub\n'
    found = read_back(build(modules(text)))
    assert found["One"] == 'Attribute VB_Name = "One"\r\n' + text.replace("\n", "\r\n")


def test_equal_modules_give_equal_bytes_and_any_newline_does():
    assert build(modules("A\r\nB\r\n")) == build(modules("A\nB\n")) == build(modules("A\rB"))


def test_the_compound_file_has_no_defect_that_olefile_knows():
    big = modules("' " + "x y z " * 20_000)
    ole = olefile.OleFileIO(BytesIO(build(big)), raise_defects=olefile.DEFECT_POTENTIAL)
    assert sorted("/".join(path) for path in ole.listdir()) == [
        "PROJECT", "PROJECTwm", "VBA/One", "VBA/Sheet1", "VBA/ThisWorkbook", "VBA/_VBA_PROJECT", "VBA/dir",
    ]  # fmt: skip
    assert not ole.parsing_issues
    ole.close()


@given(
    st.dictionaries(
        st.text(st.sampled_from("abcXYZ_1"), min_size=1, max_size=20).map(str.lower),
        st.sampled_from([b"", b"x", b"y" * 63, b"z" * 64, b"q" * 4095, b"r" * 4096, b"s" * 70_000]),
        max_size=25,
    )
)
def test_any_tree_of_streams_is_read_back(streams):
    content = compound_file.write({"Folder": dict(streams)})
    with olefile.OleFileIO(BytesIO(content), raise_defects=olefile.DEFECT_POTENTIAL) as ole:
        assert {path[1]: ole.openstream(path).read() for path in ole.listdir()} == streams


def test_a_class_carries_its_base_and_no_export_header():
    text = 'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  \'True\nEND\nAttribute VB_Name = "Old"\nAttribute VB_Exposed = True\nDim a\n'
    stored = Module("Thing", text, "class").text
    assert stored.startswith('Attribute VB_Name = "Thing"\r\nAttribute VB_Base = "0{FCFB3D2A-')
    assert "VERSION" not in stored
    assert "Attribute VB_Exposed = True\r\n" in stored
    assert not Module("Thing", text, "class").private
    assert Module("Thing", "Dim a", "class").private


def test_the_modules_of_workbook_and_sheets_are_documents():
    project = build(modules())
    with olefile.OleFileIO(BytesIO(project)) as ole:
        lines = ole.openstream("PROJECT").read().decode("cp1252").split("\r\n")
    assert [line for line in lines if line.startswith(("Document=", "Module="))] == [
        "Document=ThisWorkbook/&H00000000", "Document=Sheet1/&H00000000", "Module=One",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["1st", "with space", "x" * 32, "", "t\u00e4st-1"])
def test_a_name_that_vba_refuses_is_refused(name):
    with pytest.raises(ValueError, match="takes no module named"):
        build([Module(name, "")])


def test_two_modules_of_one_name_are_refused_whatever_their_case():
    with pytest.raises(ValueError, match="same name"):
        build([Module("One", ""), Module("ONE", "")])
