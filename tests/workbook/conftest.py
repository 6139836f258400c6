"""A made-up plan with every level, status, decision, stage and awkward text, small enough to read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.campaign.campaign_plan import Plan, Source
from winback_xl.core.tracking import follow_through, talk_counts, talk_log
from winback_xl.errors import Issue
from winback_xl.inputs import playbook_file
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.workbook.sheets.followed import followed

AS_OF = pd.Timestamp("2026-11-20")

NAMES = (
    "Alder & Sons", "Birch Foods", "Cedar Clinics", "Dogwood Ltd", "Elm Print", '=HYPERLINK("x")', "+49 Kran GmbH",
    "Fir 🚀 Labs", "Grün & Söhne", "Hawthorn", "Ivy Hotels", "Juniper", "山田商店", "Larch", "Maple Motors", "Nutmeg",
    "Oak Office", "Pine Paper", "Quince", "Rowan", "Spruce", "Teak Tools", "Umber", "Vine & Co", "Willow", "Yew",
    "@home stores", "-Zero-", "Aspen Aviation Services and Logistics Holding International (Nordics) AB", "Beech",
)  # fmt: skip


def _segments() -> pd.DataFrame:
    n = len(NAMES)
    place = np.arange(n)
    levels = np.array(columns.LISTS["Level"], dtype=object)[[0, 1, 0, 1, 2, 0][:6] * (n // 6)]
    status = np.array(columns.LISTS["Status"], dtype=object)[place % 5]
    silent = np.array([12.0, 45, 80, 160, 700])[place % 5] + place
    revenue = np.round(1000 * 1.31**place % 90_000 + 250.75, 2)
    revenue_12m = np.where(status == "Cold", 0.0, np.round(revenue * 0.4, 2))
    frame = pd.DataFrame(
        {
            "customer_id": [f"{number:05d}" for number in 10 + place],
            "customer": NAMES,
            "level": levels,
            "status": status,
            "confidence": np.array(["High", "Medium", "Low"], dtype=object)[place % 3],
            "one_mistake_away": np.where(levels == "Loyal Customer", "No", "Yes"),
            "last_order": AS_OF - pd.to_timedelta(silent, unit="D"),
            "days_since": silent,
            "cadence": 20.0 + place % 7,
            "limit": 60.0 + 3 * (place % 7),
            "lapse_ratio": silent / (60.0 + 3 * (place % 7)),
            "order_days": 1.0 + place % 11,
            "revenue_12m": revenue_12m,
            "annual_revenue": np.maximum(revenue_12m, np.round(revenue * 0.3, 2)),
            "run_rate": np.maximum(revenue_12m, np.round(revenue * 0.4, 2)),
            "revenue": revenue,
            "expected_orders": 0.25 * (place % 9),
            "expected_revenue": np.round(revenue * 0.2, 2),
            "future_margin": np.round(revenue * 0.6, 2),
            "behaviour": (place % 10) / 10,
            "attitude": place % 4 - 1.0,
            "credits": place % 3 * 1.0,
            "late_share": np.where(place % 4 == 0, np.nan, (place % 5) / 10),
            "demoted": np.where(place == 6, "Yes", "No"),
            "failures_survived": place % 2 * 1.0,
            "rfm": [f"{1 + i % 5}{1 + i % 4}{1 + i % 3}" for i in range(n)],
            "region": np.array(["North", "South", ""], dtype=object)[place % 3],
            "status_before": status,
            "level_why": "Bought on 9 of 8 possible quarters; nothing on file says that they want to buy from you.",
            "level_change": "One referral makes it a Loyal Customer.",
        }
    )
    never = 29  # only a credit note: a customer without an order
    frame.loc[never, ["status", "level_why"]] = ["", "No order on file."]
    frame.loc[never, ["days_since", "cadence", "limit", "lapse_ratio", "revenue_12m", "expected_orders"]] = (
        np.nan
    )
    frame.loc[never, "last_order"] = pd.NaT
    buying = ~frame["status"].isin(["Lapsed", "Cold", ""])
    ahead = frame["last_order"] + pd.to_timedelta(frame["cadence"].round(), unit="D")
    frame["next_order"] = ahead.where(buying).astype("datetime64[s]")
    frame.loc[never, ["order_days", "revenue"]] = [0.0, -120.5]
    return frame[columns.SEGMENTS.names]


def _make_goods(segments: pd.DataFrame) -> pd.DataFrame:
    chosen = segments.iloc[[0, 3, 4, 8, 13, 18, 23]].reset_index(drop=True)
    loss = np.array([30_000, 793.7, 12_500, 170.1, 0, 4_000, 61_000.0])
    low = np.array([18_000, 200, 7_500, 43, 0, 2_400, 0.0])
    recommended = np.array([29_000, 400, 12_500, 85, 0, 4_000, 0.0])
    high = np.array([29_000, 800, 15_000, 170, 0, 4_800, 0.0])
    token = np.array([500, 40, 500, 25, 25, 200, 500.0])
    frame = pd.DataFrame(
        {
            "customer_id": chosen["customer_id"],
            "customer": chosen["customer"],
            "incidents": [f"INC-{i:03d}" for i in range(7)],
            "what_happened": "The line stood still for twelve hours because the wrong filter came, for the second time.",
            "failure_type": "Downtime",
            "loss": loss,
            "loss_basis": "12 hours down at 2,500 an hour: 30,000.",
            "fault_split": "100% ours",
            "attributable": loss,
            "owed": 0.0,
            "handling": "rejected",
            "prior_failures": [0.0, 1, 0, 2, 0, 0, 3],
            "odds_gain": 0.194,
            "future_margin": chosen["future_margin"],
            "worth": [29_843.35, 3_384.3, 15_000, 221.52, 4_922.61, np.nan, 900],
            "fair": loss,
            "low": low,
            "recommended": recommended,
            "high": high,
            "token": token,
            "net_low": 100.0,
            "net": 343.35,
            "net_high": 50.0,
            "strategic_needed": 0.0,
            "form": "cash",
            "our_cost": recommended + token,
            "approver": ["CFO", "Rep", "Director", "Rep", "Rep", "Manager", "Counsel"],
            "flags": [
                "Limited by their worth; In proportion",
                "In proportion",
                "In proportion",
                "Small loss",
                "",
                "In proportion",
                "More than their worth",
            ],
            "exposure": [np.nan, 5_200.0, *[np.nan] * 5],
            "requested_amount": [np.nan, 350, 10_000, np.nan, np.nan, 4_000, 90_000],
            "rationale": "The incident cost them 30,000, all of it our fault. Winning them back gains 29,843: odds"
            " up by 19.4 points on a future margin of 153,832. So offer 29,000 (18,000 to 29,000) and a token of 500.",
        }
    )
    return frame[columns.MAKE_GOODS.names]


_DAYS = ("last_contact", "approved_on", "my_date", "plan_emailed", "thank_you_call", "delivered_on",
         "customer_confirmed", "won_date", "rest_until")  # fmt: skip

# What people typed into the first accounts, by column; the others are as they were sent out.
_EDITS: tuple[dict[str, object], ...] = (
    {"want_back": "Yes", "stage": "Listened", "listened": "Yes", "last_contact": "2026-11-16", "attempts": 2,
     "my_step": "Get the CFO's approval", "my_date": "2026-11-17", "reason_theirs": "12 hours down, twice"},
    {"want_back": "Yes", "stage": "Plan e-mailed", "listened": "Yes", "last_contact": "2026-11-18",
     "plan_emailed": "2026-11-19", "my_date": "2026-11-23", "approved_by": "Lea (legal)",
     "approved_on": "2026-11-18"},
    {"want_back": "Yes", "stage": "Delivered", "listened": "Yes", "approved_by": "Ann", "approved_on": "2026-11-02",
     "plan_emailed": "2026-11-03", "thank_you_call": "2026-11-05", "delivered_on": "2026-11-10",
     "agreed_amount": 12_500, "last_contact": "2026-11-10", "actual_cost": 12_500},
    {"want_back": "Yes", "stage": "Won", "listened": "Yes", "outcome": "Won", "customer_confirmed": "2026-10-01",
     "won_date": "2026-10-05", "won_revenue": 8_400.5, "actual_cost": 110, "approved_by": "Ann",
     "approved_on": "2026-09-01", "last_contact": "2026-10-13"},
    {"want_back": "Yes", "stage": "Won", "listened": "Yes", "outcome": "Won", "won_revenue": 900},
    {"want_back": "Yes", "stage": "Listed", "agreed_amount": 50, "attempts": 1},
    {"want_back": "No"},
    {"want_back": "Later", "rest_until": "2027-02-20"},
    {"want_back": "Later", "rest_until": "2026-11-01", "stage": "Resting", "last_contact": "2026-08-03"},
    {"want_back": "Later"},
    {"want_back": "Yes", "stage": "Let go", "outcome": "Open"},
    {"want_back": "Yes", "outcome": "Lost"},
    {"want_back": "Yes", "stage": "Warm-lost", "outcome": "Warm-lost", "reason_theirs": "Moved abroad",
     "actual_cost": 75.25},
    {"want_back": "Yes", "stage": "Aftercare", "outcome": "Won", "listened": "Yes", "customer_confirmed": "2026-05-02",
     "won_date": "2026-05-04", "won_revenue": 0, "last_contact": "2026-11-09"},
    {"want_back": "Yes", "stage": "Decided", "listened": "Yes", "agreed_amount": 6_000, "last_contact": "2026-11-21"},
    {"want_back": "Yes", "stage": "Decided", "listened": "Yes", "fix": "exception"},
    {"want_back": "Yes", "stage": "Customer confirmed", "listened": "Yes", "approved_by": "Bo", "approved_on": "2026-11-01",
     "plan_emailed": "2026-11-02", "thank_you_call": "2026-11-04", "delivered_on": "2026-11-09",
     "customer_confirmed": "2026-11-12"},
)  # fmt: skip


def _campaign(segments: pd.DataFrame, make_goods: pd.DataFrame) -> pd.DataFrame:
    offers = make_goods.set_index("customer_id")
    gone = segments["status"].isin(["At risk", "Lapsed", "Cold"]) | segments["customer_id"].isin(offers.index)
    rows = segments[gone].sort_values("future_margin", ascending=False).reset_index(drop=True)
    n = len(rows)
    place = np.arange(n)
    rows = rows.rename(columns={"level_why": "why"})
    for name in (
        "loss",
        "low",
        "recommended",
        "high",
        "token",
        "form",
        "our_cost",
        "approver",
        "flags",
        "rationale",
    ):
        rows[name] = rows["customer_id"].map(offers[name])
    decision = np.array(["Pursue", "Pursue", "Reassign", "Rest", "Let go"], dtype=object)[place % 5]
    rows = rows.assign(
        campaign_id="WB-2026-11-20",
        wave=np.where(np.isin(decision, ["Pursue", "Reassign"]), 1.0 + place // 10, np.nan),
        decision=decision,
        decision_why="Worth more than the effort costs.",
        contact=[f"Contact {i}" for i in place],
        contact_role="Head of purchasing",
        channel="Phone",
        cause=np.where(place % 3 == 0, "Late delivery (likely, not confirmed)", ""),
        specific_or_systemic=np.where(place % 3 == 0, "systemic open", ""),
        odds=0.2 + 0.01 * place,
        fix_share=np.where(place % 3 == 0, 120.5, 0.0),
        rests=np.where(place == 8, 1.0, 0.0),
        contact_check=np.where(place == 2, "No e-mail; Not checked since 2025-01-31", ""),
        referred_revenue=np.where(place == 1, 12_500.5, 0.0),
        expected_value=np.where(place == 5, np.nan, np.round(rows["future_margin"] * 0.2 - 40, 2)),
        want_back="", owner="Rita", manager="Max", stage="Listed", attempts=0.0, listened="No", outcome="Open",
        starts_on=pd.Timestamp("2026-11-20"),
        region=np.where(place % 2 == 0, "North", ""),
        phone=[f"+44 20 7946 {i:04d}" for i in place],
    )  # fmt: skip
    rows["worth"] = rows["expected_value"].fillna(rows["future_margin"])
    rows["legal"] = np.where(rows["approver"] == "Counsel", "Yes", "")
    for name in columns.CAMPAIGN_ROWS.names:
        if name not in rows:
            money = columns.CAMPAIGN_ROWS[name].kind == "money"
            rows[name] = pd.Series(np.nan if money else "", index=rows.index)
    for name in _DAYS:
        rows[name] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    for row, edits in enumerate(_EDITS):
        for name, value in edits.items():
            rows.loc[row, name] = pd.Timestamp(value) if name in _DAYS else value  # type: ignore[arg-type]
    rows = talk_counts.with_talks(rows, talk_log.none(), talk_log.no_cards())
    formulas = [column.name for column in columns.CAMPAIGN.of_role("formula")]
    computed = follow_through.computed(
        rows.drop(columns=formulas), as_of=AS_OF, settings=Settings(), book=playbook_file.load()
    )
    return rows.assign(**{name: computed[name] for name in formulas})[columns.CAMPAIGN_ROWS.names]


@pytest.fixture(scope="session")
def tiny_plan() -> Plan:
    """Thirty customers, seven make-goods, and a campaign in which every gate stands somewhere."""
    segments = _segments()
    make_goods = _make_goods(segments)
    return Plan(
        campaign_id="WB-2026-11-20",
        as_of=AS_OF,
        frozen=True,
        settings=Settings(margin=0.25, currency="EUR"),
        currency="EUR",
        segments=segments,
        make_goods=make_goods,
        campaign=_campaign(segments, make_goods),
        causes=pd.DataFrame(
            {
                "cause": ["Late delivery", "Price"],
                "customers": [4, 1],
                "share": [0.8, 0.2],
                "proposed": ["systemic open", "specific"],
                "why": ["4 customers within 12 months name it; from 3 on it is not accident.", "One customer names it."],
                "fix_cost": [482.0, 0.0],
                "fix_share": [120.5, 0.0],
                "fix_why": ["Fixing 'Late delivery' costs 482, or 120.50 for each of the 4 customers affected.", ""],
                "exposure": [np.nan, 5_200.0],
                "exposure_why": ["", "Precedent: if the 9 comparable customers asked for the same 4% of a year, it would cost 5,200 a year."],
            }
        ),
        set_aside=pd.DataFrame(
            {
                "place": ["orders.xlsx, Orders!B17", "orders.xlsx, Orders!C40"],
                "code": ["date-unreadable", "value-unreadable"],
                "reason": ["'31.02.2026' is not a date.", "'n/a' is not an amount."],
                "Order date": ["31.02.2026", "2026-03-01"],
                "Amount": ["=1+1", ""],
                "table": ["Orders", "Orders"],
            }
        ),
        loss_rate=0.234,
        revenue_used=float(segments["revenue"].sum()),
        models=("Order days: BG/NBD fitted on 30 customers (r 0.88, alpha 7.9, a 0.76, b 2.38).",
                "Order values: too few repeat buyers, so their own average order is used."),
        sources=(Source("Orders", "orders.xlsx", "Orders", 1_002, 1_000, 2),
                 Source("Incidents", "incidents.csv", "", 9, 9, 0)),
        issues=(
            Issue("date-unreadable", "warning", "1 date cannot be read.", "Write it as 2026-02-28.", "orders.xlsx",
                  "Orders", "B17", 1),
            Issue("value-unreadable", "warning", "1 amount cannot be read.", "Write a number, or leave the cell empty.",
                  "orders.xlsx", "Orders", "C40", 1),
            Issue("currency-sign", "note", "12 amounts had a currency sign; it was taken off."),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def empty_plan(tiny_plan: Plan) -> Plan:
    """The same customers, and nobody to win back: no campaign, no make-good, no finding, nothing set aside."""
    return replace(
        tiny_plan,
        make_goods=tiny_plan.make_goods.iloc[:0],
        campaign=tiny_plan.campaign.iloc[:0],
        causes=pd.DataFrame(),
        set_aside=pd.DataFrame(),
        issues=(),
        models=(),
        sources=(Source("Orders", "orders.csv", "", 1_000, 1_000, 0),),
        loss_rate=float("nan"),
    )


@pytest.fixture(scope="session")
def moneyless_plan(tiny_plan: Plan) -> Plan:
    """A ledger without order values: everything that needs money is blank."""
    frames = {
        name: getattr(tiny_plan, name).assign(
            **{
                column.name: np.nan
                for column in table.columns
                if column.kind == "money" and column.name in getattr(tiny_plan, name)
            }
        )
        for name, table in (
            ("segments", columns.SEGMENTS),
            ("make_goods", columns.MAKE_GOODS),
            ("campaign", columns.CAMPAIGN_ROWS),
        )
    }
    plan = replace(tiny_plan, currency="", settings=Settings(), revenue_used=float("nan"), **frames)
    return replace(plan, campaign=followed(plan))
