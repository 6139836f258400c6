"""A campaign workbook comes back as the plan it was written from, and sheets of people go over part by part."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from tests.oracles import audit, sdk_errors
from winback_xl.core.merging import cell_keys, fingerprints
from winback_xl.errors import FileError, SettingsError
from winback_xl.inputs import playbook_file
from winback_xl.workbook import book, render_file
from winback_xl.workbook.ooxml import moved_formula
from winback_xl.workbook.packed_columns import packed
from winback_xl.workbook.reopened import rewrite
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.reopened.rewrite import Rewrite
from winback_xl.workbook.sheets import snapshot
from winback_xl.workbook.sheets.followed import followed, playbook_of

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan


@pytest.fixture
def written(tiny_plan: Plan, tmp_path: Path) -> Path:
    render_file.render(book.build(tiny_plan), tmp_path / "campaign.xlsx")
    return tmp_path / "campaign.xlsx"


@pytest.mark.parametrize("name", ["tiny_plan", "empty_plan", "moneyless_plan"])
def test_a_plan_comes_back_as_it_was_written(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    plan = replace(request.getfixturevalue(name), playbook=playbook_file.load())
    plan = replace(plan, campaign=followed(plan))
    render_file.render(book.build(plan), tmp_path / "campaign.xlsx")
    old = reopen(tmp_path / "campaign.xlsx")
    assert (old.plan.campaign_id, old.plan.as_of, old.plan.currency) == (
        plan.campaign_id,
        plan.as_of,
        plan.currency,
    )
    assert old.plan.settings == plan.settings
    assert (old.plan.models, old.plan.sources, old.plan.issues) == (plan.models, plan.sources, plan.issues)
    for part in ("segments", "make_goods", "campaign"):
        ours, theirs = getattr(plan, part), getattr(old.plan, part)
        for column in ours:
            if column in theirs:
                assert cell_keys.tokens(theirs[column]).tolist() == cell_keys.tokens(ours[column]).tolist(), (
                    column
                )
    assert old.lost == ()
    assert old.sheets == ()
    assert not len(old.stray)
    render_file.render(book.build(old.plan), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "campaign.xlsx").read_bytes()


def test_the_snapshot_is_very_hidden_and_tells_nothing_typed_over(written: Path) -> None:
    assert openpyxl.load_workbook(written)["Snapshot"].sheet_state == "veryHidden"
    old = reopen(written)
    assert old.sent is not None
    assert old.sent["Calculated cells"].tolist() == fingerprints.prints(old.plan.campaign)
    for name in old.human:
        assert old.sent[name].tolist() == cell_keys.tokens(old.plan.campaign[name]).tolist()


def rich(path: Path, target: Path) -> None:
    """Add a sheet with everything that may go over to another package."""
    made = openpyxl.load_workbook(path)
    own = made.create_sheet("Büro & <Plan>")
    own["A1"], own["B1"], own["B2"], own["C1"] = "label", 2.0, 3.5, "=B1*B2"
    own["A1"].font, own["A1"].fill = (
        Font(bold=True, color="FF112233"),
        PatternFill("solid", fgColor="FFABCDEF"),
    )
    own["B2"].number_format = '0.000 "kg"'
    own["D1"].comment = Comment("look here", "Ann")
    own["E1"].hyperlink = "https://example.com/a?b=1&c=2"
    own.merge_cells("A4:B5")
    own.freeze_panes = "B2"
    own.column_dimensions["A"].width = 40
    own.conditional_formatting.add(
        "B1:B9", CellIsRule("greaterThan", ["3"], fill=PatternFill("solid", bgColor="FFFF0000"))
    )
    check = DataValidation("list", formula1='"a,b"')
    check.add("A9")
    own.add_data_validation(check)
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, min_row=1, max_row=2))
    own.add_chart(chart, "F3")
    own.print_area = "A1:C9"
    made.defined_names["my_rate"] = openpyxl.workbook.defined_name.DefinedName(
        "my_rate", attr_text="'Büro & <Plan>'!$B$2"
    )
    made.create_sheet("Plain")["A1"] = "second"
    made.save(target)


def carried(path: Path, target: Path) -> None:
    old = reopen(path)
    new = rewrite.marked(Rewrite(old.plan), old)
    new.kept = Kept(old.added(old.plan.campaign), old.log, "")
    rewrite.write(new, target, force=True)


def test_a_sheet_of_people_goes_over_with_all_that_is_on_it(written: Path, tmp_path: Path) -> None:
    rich(written, tmp_path / "edited.xlsx")
    carried(tmp_path / "edited.xlsx", tmp_path / "new.xlsx")
    own = openpyxl.load_workbook(tmp_path / "new.xlsx")["Büro & <Plan>"]
    assert [own[at].value for at in ("A1", "B1", "B2", "C1")] == ["label", 2, 3.5, "=B1*B2"]
    assert (own["A1"].font.b, own["A1"].font.color.rgb, own["A1"].fill.fgColor.rgb) == (
        True,
        "FF112233",
        "FFABCDEF",
    )
    assert own["B2"].number_format == '0.000 "kg"'
    assert own["D1"].comment.text == "look here"
    assert own["E1"].hyperlink.target == "https://example.com/a?b=1&c=2"
    assert [str(merged) for merged in own.merged_cells.ranges] == ["A4:B5"]
    assert own.freeze_panes == "B2"
    assert own.column_dimensions["A"].width == pytest.approx(40)
    (rule,) = [rule for _, rules in own.conditional_formatting._cf_rules.items() for rule in rules]
    assert rule.dxf.fill.bgColor.rgb == "FFFF0000"
    assert own.data_validations.dataValidation[0].formula1 == '"a,b"'
    assert len(own._charts) == 1
    assert own.print_area == "'Büro & <Plan>'!$A$1:$C$9"
    names = openpyxl.load_workbook(tmp_path / "new.xlsx").defined_names
    assert names["my_rate"].attr_text == "'Büro & <Plan>'!$B$2"
    assert openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames[-2:] == ["Büro & <Plan>", "Plain"]
    carried(tmp_path / "new.xlsx", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "new.xlsx").read_bytes()


def test_a_package_with_carried_sheets_is_valid(written: Path, tmp_path: Path) -> None:
    rich(written, tmp_path / "edited.xlsx")
    carried(tmp_path / "edited.xlsx", tmp_path / "new.xlsx")
    assert audit(tmp_path / "new.xlsx") == []


def test_what_sheetjs_writes_and_the_format_lacks_is_not_carried_over(written: Path, tmp_path: Path) -> None:
    rich(written, tmp_path / "edited.xlsx")
    with zipfile.ZipFile(tmp_path / "edited.xlsx") as old, zipfile.ZipFile(tmp_path / "js.xlsx", "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<col ", b'<col level="1" '))
    carried(tmp_path / "js.xlsx", tmp_path / "new.xlsx")
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")  # which takes no attribute that it does not know
    assert book["Büro & <Plan>"].column_dimensions["A"].width == pytest.approx(40)


@pytest.mark.validator
def test_the_open_xml_sdk_finds_no_error_in_it_either(written: Path, tmp_path: Path, sdk: list[str]) -> None:
    rich(written, tmp_path / "edited.xlsx")
    before = {error.rpartition(": ")[2] for error in sdk_errors(tmp_path / "edited.xlsx", sdk)}
    carried(tmp_path / "edited.xlsx", tmp_path / "new.xlsx")
    after = {error.rpartition(": ")[2] for error in sdk_errors(tmp_path / "new.xlsx", sdk)}
    assert after <= before


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(name, content)
    return path


def test_macros_are_told_before_anything_is_written(written: Path) -> None:
    (lost,) = reopen(with_part(written, "xl/vbaProject.bin", b"macro")).lost
    assert lost.startswith("Macros")


def test_a_document_type_in_a_part_is_refused(written: Path, tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/styles.xml":
                text = text.replace(b"<styleSheet", b'<!DOCTYPE a [<!ENTITY b "c">]><styleSheet', 1)
            new.writestr(name, text)
    (tmp_path / "bad.xlsx").write_bytes(out.getvalue())
    with pytest.raises(FileError, match="document type"):
        reopen(tmp_path / "bad.xlsx")


def test_a_setting_out_of_bounds_is_refused_with_its_cell(written: Path, tmp_path: Path) -> None:
    made = openpyxl.load_workbook(written)
    row = next(row for row in made["Settings"].iter_rows() if row[1].value == "Gross margin")
    row[2].value = 7
    made.save(tmp_path / "edited.xlsx")
    with pytest.raises(SettingsError, match=rf"Settings!C{row[2].row}"):
        reopen(tmp_path / "edited.xlsx")


def test_a_renamed_sheet_is_found_and_formulas_of_people_follow_its_name(
    written: Path, tmp_path: Path
) -> None:
    made = openpyxl.load_workbook(written)
    made["Settings"].title = "My settings"
    made.create_sheet("Own")["A1"] = "='My settings'!C3+1"
    made.save(tmp_path / "edited.xlsx")
    assert reopen(tmp_path / "edited.xlsx").renamed == {"My settings": "Settings"}
    carried(tmp_path / "edited.xlsx", tmp_path / "new.xlsx")
    assert openpyxl.load_workbook(tmp_path / "new.xlsx")["Own"]["A1"].value == "='Settings'!C3+1"


def test_a_sheet_of_people_gives_way_to_one_of_ours_of_the_same_name(written: Path, tmp_path: Path) -> None:
    made = openpyxl.load_workbook(written)
    made.create_sheet("Leftovers")["A1"] = "my own"
    made["Guide"]["H40"] = "scribble"
    made.save(tmp_path / "edited.xlsx")
    old = reopen(tmp_path / "edited.xlsx")
    new = rewrite.marked(Rewrite(old.plan), old)
    new.kept = Kept(leftovers=old.stray)
    rewrite.write(new, tmp_path / "new.xlsx")
    again = openpyxl.load_workbook(tmp_path / "new.xlsx")
    assert again["Leftovers (2)"]["A1"].value == "my own"
    assert again["Leftovers"]["D5"].value == "scribble"


def test_without_its_snapshot_a_workbook_still_tells_its_plan(
    written: Path, tiny_plan: Plan, tmp_path: Path
) -> None:
    made = openpyxl.load_workbook(written)
    del made["Snapshot"]
    made.save(tmp_path / "edited.xlsx")
    old = reopen(tmp_path / "edited.xlsx")
    assert old.sent is None
    assert old.plan.campaign_id == tiny_plan.campaign_id
    assert len(old.plan.campaign) == len(tiny_plan.campaign)


def test_a_long_note_in_pieces_comes_back_whole(tiny_plan: Plan, tmp_path: Path) -> None:
    many = replace(tiny_plan, models=tuple(f"Sentence {n} = {'x' * 300}" for n in range(400)))
    render_file.render(book.build(many), tmp_path / "campaign.xlsx")
    assert reopen(tmp_path / "campaign.xlsx").plan.models == many.models


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("1+2", "1+2"),
        ("C7*2", "D9*2"),
        ("$C7*2", "$D9*2"),
        ("SUM(B7:C7)", "SUM(B9:D9)"),
        ("my_rate*C7", "my_rate*D9"),
        ("VLOOKUP(C7,Own!$A:$B,2,0)", "VLOOKUP(D9,Own!$A:$B,2,0)"),
        ("tblCampaign[[#This Row],[Won revenue]]", "tblCampaign[[#This Row],[Won revenue]]"),
        ("SUM(Segments!A:A)", "SUM(Segments!A:A)"),
        ("C8*2", None), ("C$7", None), ("SUM(C:C)", None), ("Z7", None), ("Campaign!C7", None), ("[1]Other!A1", None),
        ("tblCampaign[[#This Row],[Gone]]", None), ("SUM(C7:C9)", None),
    ],
)  # fmt: skip
def test_only_formulas_that_mean_the_same_in_their_new_row_are_moved(formula: str, moved: str | None) -> None:
    ground = moved_formula.Ground({1: 1, 2: 3}, {"won revenue"}, {"own"}, {"segments"})
    assert moved_formula.moved(formula, (7, 5), (9, 6), ground) == moved


def test_text_typed_as_a_date_is_no_date_to_any_formula(tiny_plan: Plan) -> None:
    from winback_xl.core.tracking import follow_through

    rows = pd.DataFrame(
        {"customer_id": ["A", "B"], "my_date": ["2020-01-01", pd.Timestamp("2020-01-01")]}, dtype=object
    )
    computed = follow_through.computed(
        rows, as_of=tiny_plan.as_of, settings=tiny_plan.settings, book=playbook_of(tiny_plan)
    )
    assert computed["days_overdue"].notna().tolist() == [False, True]


def test_a_workbook_of_an_older_version_without_a_column_is_read_without_a_word(
    written: Path, tmp_path: Path
) -> None:
    """What it never had is blank now; a column that somebody deleted is still named."""
    edited = openpyxl.load_workbook(written)
    sheet = edited["Campaign"]
    top = int("".join(filter(str.isdigit, sheet.tables["tblCampaign"].ref.split(":")[0])))
    del sheet.tables["tblCampaign"]
    for cell in [cell for cell in sheet[top] if cell.value in ("Fix", "Fix approved by", "Wave", "Notes")][
        ::-1
    ]:
        sheet.delete_cols(cell.column)
    noted = edited["Snapshot"]
    items, texts = ([cell.value for cell in column] for column in (noted["A"], noted["B"]))
    rows = snapshot.sent_from(items, texts, snapshot.ROWS)
    assert rows is not None
    piece = items.index(snapshot.ROWS)
    assert items.count(snapshot.ROWS) == 1
    noted.cell(piece + 1, 2).value = "t" + packed(
        {name: held for name, held in rows.items() if name not in ("Fix", "Fix approved by")}
    )
    edited.save(tmp_path / "old.xlsx")
    found = reopen(tmp_path / "old.xlsx")
    assert [issue.what for issue in found.issues if issue.code == "column-gone"] == [
        "The column Notes is gone; it comes back as it was sent out."
    ]
    assert (found.plan.campaign["fix"] == "").all()
    assert found.plan.campaign["wave"].isna().all()
