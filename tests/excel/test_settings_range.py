"""Formulas count with the Settings of their workbook: one truth in a workbook, and they say which settings they used."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.excel.cases import CASES, Err
from tests.excel.engine import open_book
from tests.excel.test_commands import Grid
from tests.excel.test_functions import as_python
from winback_xl.core.orders import customer_history
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.errors import SettingsError, UsageError
from winback_xl.excel.buttons import entry
from winback_xl.excel.formulas import functions, known_customers, refusals, runtime, settings_range
from winback_xl.excel.formulas.catalogue import FORMULAS, SETTINGS
from winback_xl.schema.columns import MAKE_GOODS
from winback_xl.settings import Settings, describe

if TYPE_CHECKING:
    from pathlib import Path

LABEL = {about.name: about.label for about in describe()}


def orders() -> pd.DataFrame:
    days = pd.date_range("2024-01-15", periods=20, freq="30D")
    more = [
        pd.DataFrame({"customer_id": f"C{n}", "order_date": days, "order_value": 900.0 + 100 * n})
        for n in range(3)
    ]
    still = pd.date_range(
        "2025-01-15", periods=18, freq="30D"
    )  # somebody buys on, so that the others are lapsed
    more.append(pd.DataFrame({"customer_id": "C9", "order_date": still, "order_value": 100.0}))
    return pd.concat(more, ignore_index=True)


def incidents() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "incident_id": ["I1", "I2"],
            "customer_id": ["C1", "C2"],
            "date": pd.to_datetime(["2025-06-01", "2025-06-10"]),
            "failure_type": ["Late delivery", "Wrong item"],
            "direct_loss": [1_500.0, 40_000.0],
            "fault": [1.0, 0.5],
            "status": ["open", "open"],
        }
    )


@pytest.fixture
def pressed(tmp_path: Path) -> tuple[Any, Any]:
    """A workbook with orders and incidents, and a campaign in it."""
    path = tmp_path / "ledger.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as file:
        heads = {"customer_id": "Customer ID", "order_date": "Order date", "order_value": "Order value"}
        orders().rename(columns=heads).to_excel(file, sheet_name="Orders", index=False)
        named = {"incident_id": "Incident ID", "customer_id": "Customer ID", "date": "Date", "failure_type": "Failure type",
                 "direct_loss": "Direct loss", "fault": "Fault %", "status": "Status"}  # fmt: skip
        incidents().rename(columns=named).to_excel(file, sheet_name="Incidents", index=False)
    book, behind = open_book(path)
    behind.path = None
    assert entry.perform("build_campaign", book).startswith("Built")
    return book, behind


def test_a_margin_in_settings_makes_the_formula_equal_the_make_goods_sheet(pressed: tuple[Any, Any]) -> None:
    book, behind = pressed
    settings = Grid(behind, "tblSettings")
    settings.type(settings.column("Setting").index(LABEL["margin"]), "Value", 0.2)
    assert entry.perform("suggest_make_goods", book).startswith("Sized 2")
    sheet = Grid(behind, "tblMakeGoods")
    body = [list(row) for row in zip(*map(settings.column, settings.headings), strict=True)]
    known = customer_history.summarise(read_ledger(orders(), pd.Timestamp("2026-11-28")), settings=Settings())
    revenue = known.set_index("customer_id")["annual_revenue"]
    fault = {"C1": 1.0, "C2": 0.5}
    different = 0
    for row, customer in enumerate(sheet.column("Customer ID")):

        def at(name: str, row: int = row) -> Any:
            return sheet.column(MAKE_GOODS[name].heading)[row]

        asked = (at("loss"), float(revenue[customer]), at("odds_gain"), fault[customer])
        more = {
            "handling": at("handling"),
            "prior_failures": at("prior_failures"),
            "form": at("form"),
            "owed": at("owed"),
        }
        (found,) = functions.WINBACK_MAKEGOOD(*asked, **more, settings=body)
        shown = [at(name) for name in ("low", "recommended", "high", "token", "our_cost", "approver")]
        assert found[:5] == pytest.approx(shown[:5])
        assert found[5] == shown[5]
        different += functions.WINBACK_MAKEGOOD(*asked, **more) != [found]
    assert different, "the margin must matter here, or the test shows nothing"


def test_the_why_texts_say_which_settings_were_used() -> None:
    given = [["Setting", "Value"], [LABEL["margin"], 0.2], [LABEL["rep_limit"], 500]]
    assert functions.WINBACK_MAKEGOOD_WHY(3000, 25_000, 0.2, settings=given).endswith(
        f"Settings: {LABEL['margin']} 0.2."
    )
    same = [[LABEL["margin"], 0.3]]
    assert functions.WINBACK_MAKEGOOD_WHY(3000, 25_000, 0.2, settings=same).endswith(
        "Settings: all at their defaults."
    )
    assert "Settings:" not in functions.WINBACK_MAKEGOOD_WHY(3000, 25_000, 0.2)


def test_formulas_that_count_with_a_setting_have_the_argument_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a formula really asks for decides, over all cases that give an answer."""
    asking: set[str] = set()
    now = ""

    def seen() -> Settings:
        asking.add(now)
        return settings_range.used()

    for module in (functions, known_customers, refusals):
        monkeypatch.setattr(module, "used", seen)
    for case in CASES:
        now = case.formula
        runtime.ANSWERS.forget()
        if not isinstance(case.gives, Err):
            getattr(functions, now)(*map(as_python, case.arguments))
    assert asking == {name for name, about in FORMULAS.items() if SETTINGS in about.arguments}


@pytest.mark.parametrize(
    "given",
    [
        [["Rep decides up to", 1000.0]],
        [["Setting", "Value"], ["rep_limit", 1000]],
        [
            ["Group", "Setting", "Value", "Unit"],
            ["Make-good", "Rep decides up to", 1000, "money"],
            [None, None, None, None],
        ],
        [["Make-good", "Rep decides up to", 1000.0, "money", "0 to 9", 500.0, "What it does", "x", "y"]],
        [["Value", "Setting"], [1000, "Rep decides up to"]],
        pd.DataFrame({"Setting": ["Rep decides up to"], "Value": [1000]}),
    ],
)
def test_settings_are_read_from_any_range_that_names_them(given: Any) -> None:
    assert settings_range.of_range(given).changed() == ["rep_limit"] or list(
        settings_range.of_range(given).changed()
    ) == ["rep_limit"]


def test_a_wrong_setting_is_refused_with_its_row() -> None:
    with pytest.raises(SettingsError, match="row 2 of the settings"):
        settings_range.of_range([["Setting", "Value"], ["Rep decides up to", -1]])
    with pytest.raises(UsageError, match="without a setting"):
        settings_range.of_range([[1, 2], [3, 4]])


def test_a_thousand_cells_read_their_settings_once() -> None:
    rows = [[about.group, about.label, about.default, "", "", "", about.why, "", ""] for about in describe()]
    functions.WINBACK_APPROVER(900, settings=rows)
    before = time.perf_counter()
    for cost in range(1000):
        functions.WINBACK_APPROVER(cost, settings=rows)
    each = (time.perf_counter() - before) / 1000
    assert each < 0.002, f"{each * 1e6:.0f} microseconds a cell"


def test_an_amount_in_a_currency_counts_with_the_settings_of_each_formula() -> None:
    """What one formula was given must not stay for the next one that names the same currency, or none."""
    mine = [["Rep decides up to", 800]]
    for currency in (None, "EUR"):
        assert functions.WINBACK_APPROVER(400, currency) == "Rep"
        assert functions.WINBACK_APPROVER(900, currency) == "Manager"
        assert functions.WINBACK_APPROVER(600, currency, settings=mine) == "Rep"
        assert functions.WINBACK_APPROVER(600, currency) == "Manager"
