"""An account that goes to another owner goes by that owner's approval limit: in the workbook, in Python and after a refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import load_workbook

import winback_xl as wb
from winback_xl import samples
from winback_xl.core.make_good import approvers
from winback_xl.core.tracking import follow_through
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.workbook.reopened.reopen import reopen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan

AS_OF = pd.Timestamp("2026-11-20")


@pytest.fixture(scope="module")
def planned() -> Plan:
    """A plan whose first rep may approve nothing, the second EUR 2,000.50, and the others as all reps do."""
    sample = samples.make()
    reps = sample.reps.copy()
    reps["Approval limit"] = [0.0, 2_000.5, *[None] * (len(reps) - 2)]
    return wb.plan(sample.orders, customers=sample.customers, incidents=sample.incidents, reps=reps)


def names(plan: Plan) -> tuple[str, str]:
    first, second, *_ = (part.partition(" = ")[0] for part in plan.settings.own_limits.split("; "))
    return first, second


def test_the_plan_goes_by_the_owner_that_it_names(planned: Plan) -> None:
    rows = planned.campaign
    limits = approvers.own_limits(rows["owner"].to_numpy(dtype=object), planned.settings)
    assert set(limits) == {0.0, 500.0, 2_000.5}
    own = rows["approver"].isin(["Rep", "Manager"]) & (rows["recovery_failed"] != "Yes")
    assert ((rows["approver"] == "Rep") == (rows["our_cost"] <= limits))[own].all()
    assert rows["authority"].tolist() == rows["approver"].tolist()
    said = rows[own & (rows["our_cost"] > 0) & rows["rationale"].str.contains("can approve it")]
    assert len(said) > 20
    assert [f"A {who} can approve it." in why for who, why in zip(said["approver"], said["rationale"], strict=True)].count(False) == 0  # fmt: skip


def test_another_owner_brings_another_limit(planned: Plan) -> None:
    first, second = names(planned)
    rows = planned.campaign[planned.campaign["our_cost"].between(600, 2_000)].head(3)
    rows = rows[(rows["recovery_failed"] != "Yes") & (rows["approver"] != "Counsel")]
    assert len(rows) > 1

    def by(owner: str | None) -> list[str]:
        now = follow_through.computed(
            rows.assign(owner=owner), as_of=AS_OF, settings=planned.settings, book=None
        )
        return sorted(set(now["authority"]))

    assert by(first) == by("Somebody new") == by(None) == ["Manager"]
    assert by(f" {second.upper()} ") == ["Rep"]


@pytest.mark.parametrize(
    ("cost", "own", "who"),
    [
        (499, 500, "Rep"),
        (501, 500, "Manager"),
        (6_000, 9_000, "Rep"),
        (9_001, 9_000, "Director"),
        (30_000, 9_000, "CFO"),
    ],
)
def test_nobody_is_asked_within_the_owners_own_limit(cost: float, own: float, who: str) -> None:
    """A rep who may approve 9,000 alone was sent to the manager with 6,000, which is above the limit of the manager."""
    settings = Settings(own_limits=f"Ann = {own}")
    rows = pd.DataFrame(
        {"owner": ["Ann"], "our_cost": [float(cost)], "approver": ["Director"], "recovery_failed": [""]}
    )
    found = approvers.by_owner(rows.assign(rationale="A Director can approve it."), settings)
    assert found["approver"].tolist() == [who]
    assert found["rationale"].tolist() == [approvers.CAN_APPROVE[who]]
    now = follow_through.computed(rows.assign(customer_id="C1"), as_of=AS_OF, settings=settings, book=None)
    assert now["authority"].tolist() == [who]


@pytest.fixture(scope="module")
def reassigned(planned: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the plan after somebody gave every account to another owner."""
    path = tmp_path_factory.mktemp("owners") / "campaign.xlsx"
    wb.save(planned, path)
    book = load_workbook(path)
    sheet = book["Campaign"]
    rows = list(sheet[sheet.tables["tblCampaign"].ref])
    at = [cell.value for cell in rows[0]].index(columns.CAMPAIGN["owner"].heading)
    owners = [*names(planned), "Somebody new", None]
    for place, row in enumerate(rows[1:]):
        row[at].value = owners[place % len(owners)]
    book.save(path)
    return path


@pytest.mark.office
def test_the_workbook_follows_the_owner_that_somebody_typed(reassigned: Path, office: Office) -> None:
    calculated = office.cells(reassigned)["Campaign"]
    plan = reopen(reassigned).plan
    expected = follow_through.computed(plan.campaign, as_of=plan.as_of, settings=plan.settings, book=None)
    sheet = load_workbook(reassigned)["Campaign"]
    rows = list(sheet[sheet.tables["tblCampaign"].ref])
    place = {cell.value: number for number, cell in enumerate(rows[0])}
    for name in ("own_limit", "authority", "do_next"):
        shown = [
            calculated[row[place[columns.CAMPAIGN[name].heading]].coordinate]["value"] for row in rows[1:]
        ]
        assert shown == expected[name].tolist()
    assert set(expected["own_limit"]) == {0.0, 500.0, 2_000.5}


def test_a_refresh_goes_by_the_owner_that_somebody_typed(reassigned: Path) -> None:
    sample = samples.make()
    done = wb.refresh(
        reassigned, sample.orders, reassigned.with_name("refreshed.xlsx"),
        customers=sample.customers, incidents=sample.incidents, reps=sample.reps,
    )  # fmt: skip
    rows = done.plan.campaign
    limits = approvers.own_limits(rows["owner"].to_numpy(dtype=object), done.plan.settings)
    own = rows["approver"].isin(["Rep", "Manager"]) & (rows["recovery_failed"] != "Yes")
    assert ((rows["approver"] == "Rep") == (rows["our_cost"] <= limits))[own].all()
    offers = done.plan.make_goods.set_index("customer_id")["approver"]
    both = rows[rows["customer_id"].isin(offers.index)]
    assert offers[both["customer_id"]].tolist() == both["approver"].tolist()
