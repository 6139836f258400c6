"""On random trackers, with error values and words in the wrong cells, LibreOffice answers Gate as Python does."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.tracking import follow_through, gate, talk_counts, talk_log
from winback_xl.core.tracking.campaign_rows import ERRORS
from winback_xl.core.tracking.cell_values import as_number
from winback_xl.core.tracking.conditions import cell
from winback_xl.core.tracking.due import FIRST_ROW
from winback_xl.schema.columns import CAMPAIGN, CAMPAIGN_ROWS, LISTS
from winback_xl.workbook.render_file import render
from winback_xl.workbook.sheets import campaign, card_data, lists, settings, talks
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workbook.sheets.row_formulas import FORMULAS
from winback_xl.workbook.spec import Book

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Column

SHOWN = [*FORMULAS]
READ = sorted(name for name in CAMPAIGN.names if any(cell(name) in text for text in FORMULAS.values()))
"""Columns that the formulas name."""


def pool_of(column: Column, as_of: pd.Timestamp) -> tuple[Any, ...]:
    """Return what people may have entered in a column."""
    if column.choices:
        words = LISTS[column.choices]
        return ("", *words, words[0], words[0].upper())
    days = (
        as_of,
        as_of - pd.Timedelta(days=40),
        as_of + pd.Timedelta(days=3),
        as_of + pd.Timedelta(hours=12),
    )
    return {
        "date": (None, *days),
        "count": (None, 0.0, 1.0, 3.0, 7.0),
        "money": (None, 0.0, 25.0, 480.0, 510.0, 1250.0),
    }.get(column.kind, ("", "Some words", "Ann"))


def random_rows(count: int, seed: int, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return campaign rows in every state, one cell in twenty of them an error or something that does not belong."""
    rng = np.random.default_rng(seed)

    frame = {}
    for name in READ:
        if CAMPAIGN[name].role in {"formula", "key"}:
            continue
        pool = pool_of(CAMPAIGN[name], as_of)
        values = [pool[at] for at in rng.integers(0, len(pool), count)]
        wrong = np.flatnonzero(rng.random(count) < 0.05 * (CAMPAIGN[name].role == "human"))
        for at in wrong:
            values[at] = rng.choice([*ERRORS, "soon", "12", 7.0])
        frame[name] = pd.Series(values, dtype=object)
    made = pd.DataFrame(frame).assign(
        customer_id=np.where(rng.random(count) < 0.02, "", "C1"), campaign_id="X"
    )
    # Half of the rows are far along, so that the later steps are reached as well.
    far = pd.Series(rng.random(count) < 0.6)
    along = {"customer_id": "C1", "outcome": "Open", "stage": "Decided", "want_back": "Yes", "past_behind": "Yes", "listened": "Yes", "control_group": "", "visit": "", "legal": "", "my_step": "", "my_date": None}  # fmt: skip
    for name, value in along.items():
        made[name] = made[name].mask(far & (rng.random(count) < 0.97), value)
    further = far & (rng.random(count) < 0.7)
    done = {"approver": "Rep", "fix": "for all", "concession": None, "outside_party": "", "requested_remedy": "", "idea": ""}  # fmt: skip
    for name, value in done.items():
        made[name] = made[name].mask(further & (rng.random(count) < 0.95), value)
    for name, share in (("visit", 0.2), ("control_group", 0.05), ("no_contact", 0.03), ("legal", 0.1)):
        made[name] = np.where(rng.random(count) < share, "Yes", "")
    return made


def written(plan: Plan, rows: pd.DataFrame, path: Path) -> Path:
    """Write the columns that Gate reads, its own, and the settings; error values become errors and not texts."""
    log = talks.shown(plan)
    behind = (talks.sheet(plan, log), *card_data.sheets(plan, log))
    plan = replace(plan, campaign=rows.reindex(columns=CAMPAIGN_ROWS.names))
    sheet = campaign.sheet(plan)
    headings = {CAMPAIGN[name].heading for name in [*READ, *SHOWN]}
    table = sheet.tables[0]
    fields = tuple(replace(field, choices="") for field in table.fields if field.heading in headings)
    only = replace(
        sheet, cells=(), tables=(replace(table, fields=fields, rules=()),), folds=(), pages=(), repeat=0
    )
    settings_sheet = settings.sheet(plan)
    cells = tuple(replace(cell, choices="") for cell in settings_sheet.cells)
    book = Book(
        (only, replace(settings_sheet, cells=cells), lists.sheet(plan), *behind),
        "Gate",
        "Gate",
        plan.as_of.to_pydatetime(),
    )
    text = path.with_name("text.xlsx")
    render(book, text)
    with zipfile.ZipFile(text) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", source.read("xl/sharedStrings.xml").decode())
        error = {str(at): word for at, word in enumerate(shared) if word in ERRORS}
        for item in source.infolist():
            part = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                part = re.sub(
                    r't="s"><v>(\d+)</v>',
                    lambda found: f't="e"><v>{error[found[1]]}</v>' if found[1] in error else found[0],
                    part.decode(),
                ).encode()
            target.writestr(item, part)
    return path


@pytest.mark.office
@pytest.mark.faulty_books  # Today, whose chosen owner one column reads, is not in it
@pytest.mark.parametrize(
    ("count", "seed"), [(400, 2), pytest.param(10_000, 2, marks=pytest.mark.long, id="long")]
)
def test_gate_recalculates_to_what_python_says(
    count: int, seed: int, tiny_plan: Plan, office: Office, tmp_path: Path
) -> None:
    made = random_rows(count, seed, tiny_plan.as_of)
    rows = talk_counts.with_talks(
        made, talk_log.none(), tiny_plan.cards
    )  # what the log says is a formula here
    expected = follow_through.computed(
        rows, as_of=tiny_plan.as_of, settings=tiny_plan.settings, book=playbook_of(tiny_plan)
    )
    path = written(tiny_plan, rows, tmp_path / "gate.xlsx")
    cells = {address: found["value"] for address, found in office.cells(path)["Campaign"].items()}
    top = FIRST_ROW - 1
    column_of = {
        text: address.removesuffix(str(top))
        for address, text in cells.items()
        if address.endswith(str(top)) and address.removesuffix(str(top)).isalpha()
    }
    wrong = []
    for name in (name for name in SHOWN if name not in _OF_TODAY):
        letters = column_of[CAMPAIGN[name].heading]
        for at, value in enumerate(expected[name].tolist()):
            now = cells.get(f"{letters}{FIRST_ROW + at}", "")
            if not _same(now, value):
                wrong.append(
                    f"row {at} {name}: calculates {now!r}, Python says {value!r}; {dict(rows.iloc[at])}"
                )
    assert wrong == []
    said = {int(number) for number in expected["gate"] if number > 0}
    asked = said | {int(number) for name in gate.GATES for number in expected[name] if number > 0}
    assert asked == set(range(1, len(gate.STEPS) + 1))
    assert said == asked or count <= 1000


_OF_TODAY = ("shown", "call_key")
"""Follow the owner that is chosen on Today; its own tests look at them."""

_ERROR_OF = {
    "#ERROR 503": "#NUM!", "#ERROR 519": "#VALUE!", "#ERROR 521": "#NULL!", "#ERROR 524": "#REF!", "#ERROR 525": "#NAME?", "#ERROR 532": "#DIV/0!",
    "#ERROR 32767": "#N/A",
}  # fmt: skip
"""LibreOffice's numbers of the errors of a spreadsheet."""


def _same(now: Any, value: Any) -> bool:
    """Return whether two cells hold the same: texts, numbers, days as serial numbers, or nothing."""
    if isinstance(value, str):
        return bool(_ERROR_OF.get(now, now) == value)
    number = as_number(value) if not pd.isna(value) else np.nan
    return (
        now in ("", None)
        if np.isnan(number)
        else now not in ("", None) and as_number(now) == pytest.approx(number, abs=1e-6)
    )
