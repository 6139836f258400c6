"""What each sheet says, and that its stored values are right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests import desk
from winback_xl.core.campaign import plan_summary
from winback_xl.core.campaign.campaign_plan import Source
from winback_xl.core.outcomes import results
from winback_xl.core.segments import loyalty
from winback_xl.core.tracking import follow_through
from winback_xl.errors import Issue
from winback_xl.schema.columns import CAMPAIGN, LISTS
from winback_xl.settings import Settings, describe
from winback_xl.workbook import book, line_heights
from winback_xl.workbook.sheets import (
    campaign,
    changes,
    checks,
    counts,
    guide,
    lists,
    make_goods,
    now,
    numbers,
    retention,
    row_formulas,
    segments,
    set_aside_table,
    settings,
    talks,
    week_table,
)
from winback_xl.workbook.sheets.followed import playbook_of

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Cell, Sheet, Table


def frame(table: Table) -> pd.DataFrame:
    return pd.DataFrame({field.heading: np.asarray(field.values, dtype=object) for field in table.fields})


def table(sheet: Sheet, name: str) -> pd.DataFrame:
    return frame(next(item for item in sheet.tables if item.name == name))


def named(sheet: Sheet, name: str) -> Cell:
    return next(cell for cell in sheet.cells if cell.name == name)


def tile(plan: Plan, label: str) -> object:
    cells = numbers_of(plan).cells
    place = next(cell for cell in cells if str(cell.value).startswith(label))
    return next(cell.value for cell in cells if (cell.row, cell.col) == (place.row, place.col + 1))


def numbers_of(plan: Plan) -> Sheet:
    rows = now.rows_of(plan)
    return numbers.sheet(plan, rows, now.named(rows), talks.shown(plan))


# -- Guide -------------------------------------------------------------------------------------------------------


def test_the_guide_has_three_numbered_steps_each_with_a_link(tiny_plan: Plan) -> None:
    cells = guide.sheet(tiny_plan).cells
    steps = [cell for cell in cells if cell.look == "step"]
    assert [str(cell.value)[0] for cell in steps] == ["1", "2", "3"]
    linked = {cell.row for cell in cells if cell.link}
    assert {cell.row for cell in steps} <= linked


def test_the_guide_links_every_other_sheet(tiny_plan: Plan) -> None:
    links = {cell.value for cell in guide.sheet(tiny_plan).cells if cell.link}
    assert links >= {name for name, _ in guide.SHEETS}
    in_sight = [sheet.name for sheet in book.build(tiny_plan).sheets if not sheet.hidden]
    assert [name for name, _ in guide.SHEETS] == [name for name in in_sight if name != "Guide"]


def test_the_stamp_names_version_date_campaign_models_and_changed_settings(tiny_plan: Plan) -> None:
    about = table(guide.sheet(tiny_plan), "tblAbout")
    stamp = dict(zip(about["About this workbook"], about["Value"], strict=True))
    assert stamp["Campaign"] == "WB-2026-11-20"
    assert stamp["Built for (as-of date)"] == "2026-11-20"
    assert stamp["Built with"].startswith("winback_xl ")
    assert stamp["Settings changed when built"] == "Gross margin 25% (was 30%); Currency EUR (was blank)"
    assert set(tiny_plan.models) <= set(about["Value"])


def test_the_stamp_says_when_every_setting_is_as_delivered(empty_plan: Plan) -> None:
    plain = replace(empty_plan, settings=Settings(), currency="")
    assert "None: every setting is as delivered." in set(table(guide.sheet(plain), "tblAbout")["Value"])


@pytest.mark.parametrize(
    ("chosen", "currency", "changed"),
    [(Settings(), "", 0), (Settings(), "EUR", 0), (Settings(margin=0.2, currency="EUR"), "EUR", 2)],
)
def test_changed_settings_are_counted_and_a_currency_from_the_orders_is_no_change(
    tiny_plan: Plan, chosen: Settings, currency: str, changed: int
) -> None:
    plan = replace(tiny_plan, settings=chosen, currency=currency)
    cell = next(cell for cell in guide.sheet(plan).cells if cell.formula == guide.CHANGED_NOW)
    assert str(cell.value).startswith(f"{changed} of ")
    shown = table(settings.sheet(plan), "tblSettings")
    assert (shown["Value"] != shown["Default"]).sum() == changed


def test_sources_show_rows_read_used_and_set_aside(tiny_plan: Plan) -> None:
    sources = table(guide.sheet(tiny_plan), "tblSources")
    assert sources.iloc[0].tolist() == ["Orders", "orders.xlsx", "Orders", 1002, 1000, 2]


# -- Numbers ---------------------------------------------------------------------------------------------------


def test_numbers_calculated_by_hand(tiny_plan: Plan) -> None:
    assert tile(tiny_plan, "Customers with") == 30
    assert tile(tiny_plan, "Lapsed or cold") == 11  # the thirtieth never ordered
    assert tile(tiny_plan, "Lost in a year") == 0.234
    assert tile(tiny_plan, "Loyal share: customers") == pytest.approx(
        3 / 30
    )  # five are Loyal, two of them have left
    assert tile(tiny_plan, "Won, and confirmed") == 2  # the third was not confirmed by the customer
    assert tile(tiny_plan, "Said to be won") == 3
    assert tile(tiny_plan, "Recovered, before") == pytest.approx(8400.5 * 0.25 - 110 - 12_500 - 75.25)


def test_resilience_is_the_share_that_the_loyalty_module_gives_of_those_who_still_buy(
    tiny_plan: Plan,
) -> None:
    rows = tiny_plan.segments
    levels = rows["level"].mask(rows["status"].isin(["Lapsed", "Cold"]), LISTS["Level"][0]).tolist()
    assert counts.resilient(tiny_plan).value == pytest.approx(loyalty.resilient_share(levels))
    by_revenue = loyalty.resilient_share(levels, rows["revenue_12m"].tolist())
    assert counts.resilient_revenue(tiny_plan).value == pytest.approx(by_revenue)


def test_a_persons_decision_wins_over_the_proposal(tiny_plan: Plan) -> None:
    rows = pd.DataFrame(
        {"want_back": ["Yes", "No", "Later", "", "", None], "wave": [np.nan, 1, 1, 1, np.nan, 2]}
    )
    assert follow_through.pursued(rows).tolist() == [True, False, False, True, False, True]


def test_reached_counts_accounts_to_pursue_whose_stage_is_listened_or_later(tiny_plan: Plan) -> None:
    rows = tiny_plan.campaign.assign(want_back="No", listened="No", outcome="Open")
    for name in ("plan_emailed", "thank_you_call", "delivered_on", "customer_confirmed"):
        rows[name] = pd.NaT
    rows.loc[:3, "want_back"] = "Yes"
    rows.loc[:3, "stage"] = ["Listed", "Listened", "Aftercare", "Resting"]
    assert counts.reached(replace(tiny_plan, campaign=rows)).value == 0.5


def test_unknown_numbers_are_called_unknown_and_never_zero(empty_plan: Plan, moneyless_plan: Plan) -> None:
    assert tile(empty_plan, "Lost in a year") == "unknown"
    assert tile(empty_plan, "Contacted") == "unknown"
    assert tile(moneyless_plan, "Loyal share of the revenue") == "unknown"


def test_the_stress_view_holds_the_largest_customers_and_what_one_mistake_would_cost(tiny_plan: Plan) -> None:
    top = table(numbers_of(tiny_plan), "tblTop")
    assert len(top) == 10
    assert top["Revenue 12 m"].is_monotonic_decreasing
    assert top["Revenue 12 m"].iloc[0] == tiny_plan.segments["revenue_12m"].max()
    loyal = top["One mistake away"] == "No"
    assert (top.loc[loyal, "Revenue at stake"] == 0).all()
    assert (top.loc[~loyal, "Revenue at stake"] == top.loc[~loyal, "Revenue 12 m"]).all()


def test_without_money_the_stress_view_goes_by_order_days(moneyless_plan: Plan) -> None:
    sheet = numbers_of(moneyless_plan)
    assert "Order days" in table(sheet, "tblTop")
    assert any("days with an order" in str(cell.value) for cell in sheet.cells)


def test_as_many_top_accounts_as_the_setting_says_push_the_rest_down(tiny_plan: Plan) -> None:
    sheet = numbers_of(replace(tiny_plan, settings=Settings(top_accounts=25)))
    assert len(table(sheet, "tblTop")) == 25
    rows = {item.name: item.row for item in sheet.tables}
    assert rows["tblCauses"] > rows["tblTop"] + 25


def test_chart_tables_add_up_to_the_sheets_that_they_count(tiny_plan: Plan) -> None:
    sheet = numbers_of(tiny_plan)
    assert table(sheet, "tblByLevel")["Customers"].sum() == 30
    assert table(sheet, "tblByStatus")["Customers"].sum() == 29
    by_level = table(sheet, "tblByStatus")[list(LISTS["Level"])].to_numpy().sum()
    assert by_level == 29
    assert table(sheet, "tblByStage")["Accounts"].sum() == len(tiny_plan.campaign)
    assert table(sheet, "tblByDecision")["Accounts"].sum() == len(tiny_plan.campaign)
    total = tiny_plan.campaign["our_cost"][follow_through.pursued(tiny_plan.campaign)].sum()
    assert table(sheet, "tblByApprover")["Our cost"].sum() == pytest.approx(total)


def test_what_nobody_is_offered_costs_nothing_in_the_tables_of_cost(tiny_plan: Plan) -> None:
    """A make-good of an account to let go is what it would cost at most: no table adds it up."""
    words = ["Let go", "Rest", "E-mail", "Pursue", "Pursue"]
    rows = tiny_plan.campaign.head(5).assign(
        decision=words, wave=[np.nan, np.nan, np.nan, 1.0, 1.0], want_back=["", "Yes", "", "", "No"],
        our_cost=[10_000.0, 400.0, 0.5, 300.0, 7_000.0], approver="Manager",
    )  # fmt: skip
    plan = replace(tiny_plan, campaign=rows)
    by_decision = table(numbers_of(plan), "tblByDecision").set_index("Decision")
    effort = plan.settings.effort_cost
    words = ["Let go", "Rest", "E-mail", "Pursue"]
    assert by_decision.loc[words, "Cost of offers"].tolist() == [0.0, 400.0, 0.0, 300.0]
    assert by_decision.loc[words, "Calls and e-mails"].tolist() == [0.0, effort, 0.5, effort]
    assert table(numbers_of(plan), "tblByApprover")["Our cost"].sum() == 700.0
    sides = {check.what: (check.expected, check.found) for check in checks.checks(plan)}
    assert sides["Cost of offers by approver = cost of the offers of the accounts to pursue"] == (
        700.0,
        700.0,
    )
    assert counts.effort(plan).value == 2 * plan.settings.effort_cost > 0


def test_who_waits_and_who_is_left_alone_have_rows_of_their_own(tiny_plan: Plan) -> None:
    """A smaller budget showed more to pursue, and what letting go would cost was added to what the plan is worth."""
    rows = tiny_plan.campaign.head(6).assign(
        decision=["Pursue", "Pursue", "Reassign", "Rest", "Rest", "Let go"], wave=[1.0, *[np.nan] * 5],
        want_back=["", "", "", "", "", ""], control_group=["", "", "", "Yes", "", ""],
        expected_value=[100.0, 70.0, 60.0, 50.0, 5.0, -900.0], our_cost=25.0, stage="Listed",
    )  # fmt: skip
    plan = replace(tiny_plan, campaign=rows)
    shown = table(numbers_of(plan), "tblByDecision").set_index("Decision")
    assert {word: int(many) for word, many in shown["Accounts"].items() if many} == {
        "Pursue": 1,
        "Rest": 1,
        "Let go": 1,
        "Not called now": 2,
        "Control group, left alone": 1,
    }
    assert (
        shown["Expected value"].sum()
        == table(numbers_of(plan), "tblByStage")["Expected value"].sum()
        == 100.0
    )
    first = plan_summary.by_decision(plan)[0]
    assert first == ("Pursue", 1, 100.0, 25.0, plan.settings.effort_cost)


def test_the_plan_says_when_it_pays_back_and_within_what(tiny_plan: Plan) -> None:
    """One horizon is 26 weeks, the other the years that an account counts: a plan may be below 0 in the one only."""
    rows = tiny_plan.campaign.head(1).assign(
        decision="Pursue", wave=1.0, want_back="", odds=0.5, return_rate=0.3, run_rate=2_000.0, our_cost=100.0
    )
    plan = replace(tiny_plan, campaign=rows)
    spent = 0.5 * 100.0 + plan.settings.effort_cost
    weekly = 2_000.0 * plan.settings.margin / 52 * 0.2
    month = week_table.pays_back(plan)
    net = week_table.planned(plan, 156)
    assert net[-1] > 0 > net[26]
    assert 6 < month < 36
    assert abs(month - 12 / 52 * (spent / weekly)) < 4
    said = week_table.verdict(plan)
    assert said.startswith(f"The plan pays back in about {month} months, not within 26 weeks: after 26 weeks")
    poor = replace(plan, campaign=rows.assign(run_rate=1.0))
    assert week_table.verdict(poor).startswith("The plan does not pay back within 3 years")


def test_charts_say_how_many_offers_reps_may_approve_and_how_much_one_mistake_could_cost(
    tiny_plan: Plan, empty_plan: Plan
) -> None:
    assert [chart.title for chart in numbers_of(tiny_plan).charts] == [
        "Cost by approver: reps can approve 3 of 7 offers themselves"
    ]
    assert retention.level_title(tiny_plan) == "81% of revenue could be lost to one mistake"
    assert not numbers_of(empty_plan).charts


# -- Campaign ----------------------------------------------------------------------------------------------------


def test_formula_columns_carry_what_tracking_computes(tiny_plan: Plan) -> None:
    shown = table(campaign.sheet(tiny_plan), "tblCampaign")
    computed = follow_through.computed(
        tiny_plan.campaign, as_of=tiny_plan.as_of, settings=tiny_plan.settings, book=playbook_of(tiny_plan)
    )
    for name in ("do_next", "gate", "missing", "when_due", "offer"):
        assert shown[CAMPAIGN[name].heading].tolist() == computed[name].tolist(), name
    assert len(set(shown["Do next"])) >= 10


def test_every_formula_column_has_a_formula_and_only_those(tiny_plan: Plan) -> None:
    fields = campaign.sheet(tiny_plan).tables[0].fields
    assert all((field.role == "formula") == bool(field.formula) for field in fields)


def test_human_columns_choose_from_lists_and_take_no_negative_amounts(tiny_plan: Plan) -> None:
    fields = {field.heading: field for field in campaign.sheet(tiny_plan).tables[0].fields}
    assert fields["Stage"].choices == "Stage"
    assert fields["Listened"].choices == "Yes / No"
    assert fields["Level"].choices == ""
    assert fields["Agreed amount"].limits == (0.0, 1e12)
    assert fields["Worth"].limits is None


def test_an_empty_campaign_says_so_kindly(empty_plan: Plan) -> None:
    sheet = campaign.sheet(empty_plan)
    assert campaign.EMPTY in [cell.value for cell in sheet.cells]
    assert sheet.tables[0].rows == 0


def test_wide_sheets_print_in_groups_with_the_customer_on_every_page(tiny_plan: Plan) -> None:
    for sheet in (campaign.sheet(tiny_plan), segments.sheet(tiny_plan), make_goods.sheet(tiny_plan)):
        assert sheet.pages == tuple(sorted(sheet.pages))
        assert sheet.pages[0] > sheet.repeat > 0


# -- Segments and Make-goods -------------------------------------------------------------------------------------


def test_no_make_goods_are_a_kind_sentence_and_an_empty_table(empty_plan: Plan) -> None:
    sheet = make_goods.sheet(empty_plan)
    assert make_goods.EMPTY in [cell.value for cell in sheet.cells]
    assert sheet.tables[0].rows == 0


def test_columns_that_a_plan_lacks_are_blank_in_their_kind(tiny_plan: Plan) -> None:
    bare = replace(tiny_plan, segments=tiny_plan.segments[["customer_id", "level"]])
    fields = {field.heading: field for field in segments.sheet(bare).tables[0].fields}
    assert pd.Series(fields["Last order"].values).isna().all()
    assert pd.Series(fields["Revenue 12 m"].values).isna().all()
    assert set(fields["Customer"].values) == {""}


# -- Settings and Lists ------------------------------------------------------------------------------------------


def test_every_setting_is_a_named_cream_cell_with_bounds_and_a_prompt(tiny_plan: Plan) -> None:
    sheet = settings.sheet(tiny_plan)
    for about in describe():
        cell = named(sheet, f"set_{about.name}")
        assert cell.look == "input"
        assert cell.help.startswith(about.why)
        if about.low is not None:
            assert cell.limits == (about.low, about.high)
        if about.choices:
            assert lists.choices(tiny_plan)[cell.choices] == about.choices


def test_the_sheet_gives_the_settings_back_that_made_it(tiny_plan: Plan) -> None:
    chosen = Settings(margin=0.25, currency="EUR", include_at_risk=True, lapse_mode="fixed", update_days=3)
    shown = table(settings.sheet(replace(tiny_plan, settings=chosen)), "tblSettings")
    again = Settings.from_mapping(dict(zip(shown["Setting"], shown["Value"], strict=True)))
    assert again == chosen


def test_the_as_of_date_is_a_date_cell(tiny_plan: Plan) -> None:
    cell = named(settings.sheet(tiny_plan), "set_as_of")
    assert cell.kind == "date"
    assert cell.value == tiny_plan.as_of.date()


def test_settings_that_formulas_read_say_that_they_take_effect_at_once(tiny_plan: Plan) -> None:
    shown = table(settings.sheet(tiny_plan), "tblSettings").set_index("Setting")
    at_once = [label for label in shown.index if shown.loc[label, "Takes effect"].startswith("At once")]
    formulas = "".join([*campaign.FORMULAS.values(), *row_formulas.ONCE.values()])
    read = {about.label for about in describe() if f"set_{about.name}" in formulas}
    assert set(at_once) == read
    assert "Gross margin" in read


@pytest.mark.parametrize(
    ("name", "text"),
    [("margin", "0% to 99%"), ("rep_limit", "0 to 10,000,000,000,000"), ("lapse_mode", "cadence / fixed")],
)
def test_bounds_are_written_as_values_are_typed(name: str, text: str) -> None:
    assert settings.allowed(next(about for about in describe() if about.name == name)) == text


def test_stages_are_the_stages_of_the_list_in_order() -> None:
    assert tuple(stage for stage, *_ in lists.STAGES) == LISTS["Stage"]


def test_won_stages_count_as_contacted_and_closed_ones_are_not_won() -> None:
    for _, contacted, won, closed, meaning in lists.STAGES:
        assert contacted or not won
        assert not (won and closed)
        assert meaning.endswith(".")


def test_lists_hold_every_word_in_order(tiny_plan: Plan) -> None:
    shown = table(lists.sheet(tiny_plan), "tblLists")
    for name, words in lists.choices(tiny_plan).items():
        assert [word for word in shown[name] if word] == list(words)
        assert shown[name].iloc[: len(words)].tolist() == list(words), "blanks come last"


# -- Checks ------------------------------------------------------------------------------------------------------


def failing(plan: Plan) -> list[str]:
    return [check.what for check in checks.checks(plan) if check.result == "CHECK"]


def untouched(plan: Plan) -> Plan:
    rows = plan.campaign.assign(
        stage="Listed", outcome="Open", agreed_amount=np.nan, customer_confirmed=pd.NaT, listened="No"
    )
    return replace(plan, campaign=rows)


def test_a_plan_as_built_passes_every_check(tiny_plan: Plan, empty_plan: Plan, moneyless_plan: Plan) -> None:
    assert failing(untouched(tiny_plan)) == []
    assert failing(empty_plan) == []
    assert failing(untouched(moneyless_plan)) == []
    assert checks.summary(empty_plan).startswith("OK: all ")
    strange = Issue("state-unknown", "warning", "12 rows are 'Foo' by Status: the word is not known.")
    assert checks.summary(replace(empty_plan, issues=(strange,))) == f"CHECK: {strange.what}"


def test_checks_find_what_the_edits_of_the_tiny_plan_did_wrong(tiny_plan: Plan) -> None:
    assert failing(tiny_plan) == [
        "Accounts called Won = accounts called Won that the customer confirmed",
        "Nothing was agreed before the customer was listened to",
        "Nothing was agreed without the approval it needs",
    ]
    assert checks.summary(tiny_plan).startswith("CHECK: 3 of ")


def test_lost_rows_fail_a_check(tiny_plan: Plan) -> None:
    broken = replace(untouched(tiny_plan), sources=(Source("Orders", "o.csv", "", 10, 7, 2),))
    assert failing(broken)[0].startswith("Orders (o.csv)")


def test_revenue_that_does_not_add_up_fails_a_check(tiny_plan: Plan) -> None:
    broken = replace(untouched(tiny_plan), revenue_used=tiny_plan.revenue_used + 0.01)
    assert failing(broken) == ["Revenue of all customers = orders less credits in the rows used"]


def test_a_customer_twice_in_the_campaign_fails_a_check(tiny_plan: Plan) -> None:
    rows = untouched(tiny_plan).campaign
    broken = replace(tiny_plan, campaign=pd.concat([rows, rows.iloc[:1]], ignore_index=True))
    assert failing(broken) == ["Every customer once in Campaign: different customers when built = rows now"]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [("low", 1e6, "Offers out of order"), ("our_cost", 1e6, "Make-goods that cost us more")],
)
def test_offers_out_of_bounds_fail_a_check(tiny_plan: Plan, name: str, value: float, what: str) -> None:
    offers = tiny_plan.make_goods.copy()
    offers.loc[0, name] = value
    assert failing(replace(untouched(tiny_plan), make_goods=offers))[0].startswith(what)


def test_a_wrong_word_fails_a_check(tiny_plan: Plan) -> None:
    rows = untouched(tiny_plan).campaign
    broken = replace(tiny_plan, campaign=rows.assign(stage="Somewhere"))
    assert failing(broken) == ["Every account has a stage from the list"]


def test_no_check_compares_every_row_with_every_row(tiny_plan: Plan) -> None:
    """COUNTIF with a whole column as criterion takes hours at 100,000 rows."""
    for check in checks.checks(tiny_plan):
        for formula in (check.expected_formula, check.found_formula):
            assert "COUNTIF(tblCampaign[Customer ID],tblCampaign" not in formula
            assert "COUNTIF(tblSegments[Customer ID],tblSegments" not in formula


def test_issues_and_rows_set_aside_are_listed_with_their_original_values(tiny_plan: Plan) -> None:
    sheet = checks.sheet(tiny_plan)
    assert table(sheet, "tblIssues")["Where"].tolist()[0] == "orders.xlsx, Orders!B17"
    aside = table(sheet, "tblSetAside")
    assert aside["Original values"].tolist() == [
        "Order date: 31.02.2026; Amount: =1+1",
        "Order date: 2026-03-01",
    ]
    assert named(sheet, "set_aside_more").value == 0


def test_more_than_the_shown_rows_set_aside_are_counted(tiny_plan: Plan) -> None:
    rows = pd.concat([tiny_plan.set_aside] * 5_500, ignore_index=True)
    plan = replace(
        untouched(tiny_plan), set_aside=rows, sources=(Source("Orders", "o.csv", "", 12_000, 1_000, 11_000),)
    )
    sheet = checks.sheet(plan)
    assert len(table(sheet, "tblSetAside")) == set_aside_table.SHOWN
    assert named(sheet, "set_aside_more").value == 1_000
    assert failing(plan) == []


def test_nothing_found_is_said(empty_plan: Plan) -> None:
    said = [cell.value for cell in checks.sheet(empty_plan).cells]
    assert "No problem was found." in said
    assert "Every row was used." in said


# -- Changes and parts -------------------------------------------------------------------------------------------


def test_the_log_says_what_was_built_for_which_day(tiny_plan: Plan) -> None:
    log = table(changes.sheet(tiny_plan), "tblLog")
    assert pd.Timestamp(log["As of"].iloc[0]) == tiny_plan.as_of
    assert "18 accounts to win back" in log["What was done"].iloc[0]


def test_one_customer_is_written_as_one(tiny_plan: Plan) -> None:
    single = replace(tiny_plan, segments=tiny_plan.segments.iloc[[3]])
    assert retention.headline(single).startswith("100% of customers are quiet: EUR ")


def test_sentences_beside_filled_cells_wrap_and_are_shown_whole(tiny_plan: Plan) -> None:
    """What stands beside filled cells does not spill over: it is cut off unless it wraps in rows high enough."""
    sheet = lists.sheet(tiny_plan)
    stages = next(item for item in sheet.tables if item.name == "tblStages")
    wrapping = [(place, field) for place, field in enumerate(stages.fields) if field.kind == "long"]
    assert len(wrapping) == 5
    for place, field in wrapping:
        assert line_heights.lines_of(list(field.values), sheet.widths[place], 99).max() <= stages.lines


def test_today_report_and_results_agree_where_they_count_the_same() -> None:
    """The control group, accounts at rest and wins of accounts that nobody decided on count the same everywhere."""
    demo_plan = desk.built()
    chosen = demo_plan.settings.with_(control_share=0.5, incentive_rate=0.1)
    frame = demo_plan.campaign.copy()
    late = demo_plan.as_of - pd.Timedelta(days=9)
    frame["my_date"] = late
    frame["flags"] = ["Control group", "Control group", *frame["flags"].iloc[2:]]
    frame["control_group"] = ["Yes", "Yes", *[""] * (len(frame) - 2)]
    frame.loc[frame.index[1], "want_back"] = "Yes"
    for place, want in ((3, "Yes"), (4, ""), (5, "Later"), (6, "No")):
        frame.loc[frame.index[place], ["want_back", "outcome"]] = [want, "Won"]
        frame.loc[frame.index[place], ["customer_confirmed", "won_date"]] = late
        frame.loc[frame.index[place], ["won_revenue", "actual_cost"]] = [1000.0 * place, 10.0]
    plan = replace(demo_plan, campaign=frame, settings=chosen)
    measured = results.measure(frame, as_of=plan.as_of, settings=chosen, book=playbook_of(plan))
    assert measured["Overdue"] == counts.overdue(plan).value > 0
    assert measured["Accounts worked on"] == counts.to_pursue(plan).value
    assert measured["Won and confirmed"] == counts.won(plan).value == 4
    assert measured["Recovered"] == pytest.approx(counts.net_recovered(plan).value)
    for name, figure in (
        ("overdue", "Overdue"),
        ("accounts", "Accounts worked on"),
        ("net_recovered", "Recovered"),
    ):
        assert measured.owners[name].sum() == pytest.approx(measured[figure])
    assert measured["Left alone"] == 1
    assert not measured.avoided["customer_id"].isin(frame["customer_id"].iloc[:1]).any()


def test_the_causes_say_what_it_costs_to_give_way(tiny_plan):
    made = numbers_of(tiny_plan)
    causes = next(table for table in made.tables if table.name == "tblCauses")
    assert [field.heading for field in causes.fields][-2:] == ["Fix, for each", "If all asked the same"]
    assert [np.nan_to_num(field.values).tolist() for field in causes.fields[-2:]] == [
        [120.5, 0.0],
        [0.0, 5200.0],
    ]
    said = [cell.value for cell in made.cells]
    assert "Fixing 'Late delivery' costs 482, or 120.50 for each of the 4 customers affected." in said
    assert any(str(text).startswith("Precedent: ") for text in said)


def test_the_ripple_of_who_sent_others_is_told(tiny_plan, empty_plan):
    assert counts.ripple(tiny_plan).value.startswith("Referrals at risk: 1 account of this campaign")
    assert counts.ripple(empty_plan).value == ""


def test_winning_back_is_compared_with_a_new_customer(tiny_plan):
    """Make-goods and effort over the wins that the odds promise; without the user's own number nothing is said."""
    assert counts.cost_of_a_win(tiny_plan).value == ""
    plan = replace(tiny_plan, settings=tiny_plan.settings.with_(new_customer_cost=900.0))
    chosen = tiny_plan.campaign[follow_through.pursued(tiny_plan.campaign)]
    cost = (chosen["our_cost"].sum() + 40 * len(chosen)) / chosen["odds"].sum()
    assert (
        counts.cost_of_a_win(plan).value
        == f"Winning one back is expected to cost {cost:,.0f}, a new customer 900 (Settings)."
    )
