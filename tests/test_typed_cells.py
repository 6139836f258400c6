"""Whatever people type into their own cells, no formula in sight shows an error, and each says what Python says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import load_workbook

import winback_xl as wb
from tests.test_recalculation import plain
from winback_xl import samples
from winback_xl.core.tracking import follow_through
from winback_xl.schema import columns
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets.followed import playbook_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office

AS_OF = pd.Timestamp("2026-11-20")
DAY = pd.Timestamp("2026-11-10")

HEARD = {"want_back": "Yes", "listened": "Yes", "attempts": 1.0, "last_contact": DAY, "manager": "Mo"}
MAILED = {
    **HEARD, "approved_by": "Ann", "approved_on": DAY, "requested_remedy": "A call back", "idea": "Accepted",
    "idea_answer": "Done on 11-09", "plan_emailed": DAY, "thank_you_call": DAY, "delivered_on": DAY, "agreed_amount": 40.0,
}  # fmt: skip
WON = {
    **MAILED, "customer_confirmed": DAY, "past_behind": "Yes", "why_they_buy": "Quick answers", "new_close": DAY,
    "concession": 120.0, "concession_review": pd.Timestamp("2027-11-01"), "outcome": "Won", "won_date": DAY,
    "won_revenue": 9000.0, "actual_cost": 50.0, "incentive_paid": 10.0,
}  # fmt: skip
STATES: tuple[dict[str, Any], ...] = (
    {"my_date": DAY, "outside_party": "Carrier", "open_since": DAY},
    HEARD,
    MAILED,
    {**WON, "outcome": "Open", "outside_party": "Carrier"},
    WON,
    {**HEARD, "stage": "Resting", "rest_until": DAY},
    {**HEARD, "outcome": "Warm-lost", "reason_theirs": "Price"},
    {**HEARD, "listened": "No", "flags": "Manager visits"},
    {"my_date": DAY, "last_contact": DAY, "control_group": "Yes"},
)
TYPED: dict[str, Any] = {"words": "soon", "error": "=NA()"}
PASSED_ON = ("heard", "#ERROR 32767", "#N/A")
"""The one column, hidden, that passes an error on: so the gate can name the cell."""
HUMAN = [column.name for column in columns.CAMPAIGN.of_role("human")]
FORMULA = [column for column in columns.CAMPAIGN.columns if column.role == "formula"]


@pytest.fixture(scope="module")
def typed_into(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each state of an account, once for each human cell and each thing to type into it."""
    sample = samples.make()
    plan = wb.plan(sample.orders, customers=sample.customers, incidents=sample.incidents, reps=sample.reps)
    base = plan.campaign.iloc[[0]].assign(flags="", last_contact=pd.NaT)
    cases = [(state, name, what) for state in STATES for name in HUMAN for what in TYPED.values()]
    frame = pd.concat([base] * len(cases), ignore_index=True)
    frame["customer_id"] = [f"C{place:05}" for place in range(len(cases))]
    for name in {key for state in STATES for key in state}:
        held = frame[name].astype(object).tolist()
        values = [state.get(name, old) for (state, *_), old in zip(cases, held, strict=True)]
        frame[name] = pd.Series(values, dtype=object).astype(plan.campaign[name].dtype)
    settings = plan.settings.with_(incentive_rate=0.1)
    path = tmp_path_factory.mktemp("typed") / "campaign.xlsx"
    wb.save(replace(plan, campaign=frame, as_of=AS_OF, settings=settings), path)
    book = load_workbook(path)
    sheet = book["Campaign"]
    rows = list(sheet[sheet.tables["tblCampaign"].ref])
    at = {cell.value: place for place, cell in enumerate(rows[0])}
    for (_, name, what), row in zip(cases, rows[1:], strict=True):
        row[at[columns.CAMPAIGN[name].heading]].value = what
    book.save(path)
    return path


@pytest.mark.office
def test_no_formula_shows_an_error_and_each_says_what_python_says(typed_into: Path, office: Office) -> None:
    calculated = office.cells(typed_into)["Campaign"]
    done = office.save_as(typed_into, typed_into.with_name("saved.xlsx"))
    plan = reopen(done).plan
    expected = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )
    sheet = load_workbook(typed_into)["Campaign"]
    rows = list(sheet[sheet.tables["tblCampaign"].ref])
    at = {cell.value: place for place, cell in enumerate(rows[0])}
    wrong = []
    for place, row in enumerate(rows[1:]):
        for column in FORMULA:
            address = row[at[column.heading]].coordinate
            found = calculated[address]["value"]
            value = expected[column.name].iloc[place]
            wanted = (
                ""
                if pd.isna(value)
                else plain(value.to_pydatetime() if isinstance(value, pd.Timestamp) else value)
            )
            same = found == pytest.approx(wanted, rel=1e-9) if isinstance(wanted, float) else found == wanted
            if not same and (column.name, found, wanted) != PASSED_ON:
                cell = {name: plan.campaign[name].iloc[place] for name in HUMAN}
                wrong.append(
                    (
                        column.name,
                        found,
                        wanted,
                        {k: v for k, v in cell.items() if not pd.isna(v) and v != ""},
                    )
                )
    assert len(rows) == 1 + len(STATES) * len(HUMAN) * len(TYPED)
    assert wrong == []
