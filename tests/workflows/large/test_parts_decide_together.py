"""Parts of a ledger that would decide otherwise alone are read as the whole ledger decides: as in memory, tolerance 0."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import winback_xl as wb
from tests.workflows.large.test_engines_are_equal import assert_same
from winback_xl.core.orders import customer_history
from winback_xl.errors import DataError
from winback_xl.inputs.answers import RowAnswers
from winback_xl.settings import Settings
from winback_xl.workflows import reading
from winback_xl.workflows.large import buckets, engines, large_plan, whole_ledger
from winback_xl.workflows.large.merged import Merged, about_of
from winback_xl.workflows.large.part import Job, summarised
from winback_xl.workflows.large.work_folder import WorkFolder

AS_OF, PARTS = pd.Timestamp("2026-04-01"), 3
Rows = list[dict[str, Any]]


def customers(part: int, count: int, name: str = "K{}") -> list[str]:
    """Return IDs that come into a part."""
    names = [name.format(number) for number in range(100, 100 + 40 * count)]
    place = buckets.of(pa.array(names), PARTS)
    return [one for one, at in zip(names, place.tolist(), strict=True) if at == part][:count]


def orders(part: int, count: int, each: int = 4, name: str = "K{}", **more: Any) -> Rows:
    """Return orders of some customers of a part; a callable gets the number of the row."""
    made, start = [], np.datetime64("2025-01-10")
    for who in customers(part, count, name):
        for at in range(each):
            row = len(made)
            day = start + np.timedelta64(37 * at + row % 11, "D")
            one = {
                "Customer ID": who,
                "Order date": str(day),
                "Order value": 100.0 + row,
                "Order ID": f"O{part}-{row}",
            }
            made.append(one | {key: value(row) if callable(value) else value for key, value in more.items()})
    return made


def lines(part: int, count: int, value: Callable[[int, int], float], **more: Any) -> Rows:
    """Return orders of two lines each."""
    held = orders(part, count, 2)
    return [
        row | {"Order value": value(at, line), "Item": f"I{line}"} | {k: v(at, line) for k, v in more.items()}
        for at, row in enumerate(held)
        for line in range(2)
    ]


@dataclass
class Case:
    """Rows of a ledger, and the decision about which a part alone would differ."""

    rows: Rows
    decides: str
    settings: Settings = field(default_factory=Settings)
    texts: Sequence[str] = ()


def _days(row: int) -> str:
    return f"{1 + row % 12:02d}/{1 + row % 9:02d}/2025"


CASES = {
    "order totals, but lines in one part": Case(
        [*lines(0, 30, lambda at, _: 90.0 + at), *lines(1, 2, lambda at, line: 70.0 + at + 9 * line)], "value_is_of"
    ),
    "line values by price, but totals in one part": Case(
        [
            *lines(0, 30, lambda *_: 50.0, **{"Quantity": lambda *_: 5, "Unit price": lambda *_: 10.0}),
            *lines(1, 2, lambda *_: 60.0, **{"Quantity": lambda *_: 3, "Unit price": lambda *_: 10.0}),
        ],
        "value_is_of",
    ),
    "line values by tax, but totals in one part": Case(
        [
            *lines(0, 30, lambda *_: 59.5, **{"Quantity": lambda *_: 5, "Unit price": lambda *_: 10.0}),
            *lines(1, 2, lambda *_: 71.4, **{"Quantity": lambda *_: 3, "Unit price": lambda *_: 10.0}),
        ],
        "value_is_of",
    ),
    "main lines, but none in one part": Case(
        [
            row | {"Order value": value, "Order ID": row["Order ID"], "Item": item}
            for part, count in ((0, 8), (1, 1))
            for row in orders(part, count, 2)
            for value, item in ((30.0, None), (10.0, "a"), (20.0, "b"))
        ]
        + [row | {"Order value": 44.0, "Item": "c", "Order ID": "X"} for row in orders(2, 1, 1) for _ in range(2)],
        "main_lines_add_up",
    ),
    "cost, above the value in one part": Case(
        [*orders(0, 20, Cost=lambda row: 40.0 + row), *orders(1, 2, Cost=900.0)], "is_cost"
    ),
    "margins in money, shares in one part": Case(
        [*orders(0, 9, Margin=lambda row: 20.0 + row), *orders(1, 3, Margin=0.4)], "margins_are"
    ),
    "margins in money as texts, shares in one part": Case(
        [*orders(0, 9, Margin=lambda row: f"{20 + row}.50"), *orders(1, 3, Margin="0.40")], "margins_are"
    ),
    "margins that no order of one part has": Case(
        [*orders(0, 9, Margin=lambda row: 20.0 + row, Cost=10.0), *orders(1, 3, Margin=None, Cost=10.0)], "margins_are"
    ),
    "percent, at most 1 in one part": Case(
        [*orders(0, 9, **{"Profit margin": 35.0}), *orders(1, 3, **{"Profit margin": 0.5})], "percent_scale"
    ),
    "margins in percent, at most 1 in one part": Case(
        [*orders(0, 9, **{"GP %": 35.0}), *orders(1, 3, **{"GP %": 0.5})], "margins_are"
    ),
    "quotes beside invoices, alone in one part": Case(
        [*orders(0, 9, Kind=lambda row: "Invoice" if row % 3 else "Quote"), *orders(1, 3, Kind="Quote")], "_every_word"
    ),
    "ways of paying, and credits in one part": Case(
        [*orders(0, 9, Kind=lambda row: "Cash" if row % 3 else "Credit"), *orders(1, 3, Kind="Credit")], "_every_word"
    ),
    "chances that were won in other parts": Case(
        [
            *orders(0, 9, Stage=lambda row: "Closed Won" if row % 3 else "Proposal"),
            *orders(1, 3, Stage=lambda row: "Shipped" if row % 2 else "Completed"),
        ],
        "_every_word",
    ),
    "a state that one part leaves blank": Case(
        [*orders(0, 9, Status=lambda row: "Paid" if row % 3 else "Cancelled"), *orders(1, 3, Status=None)], "some"
    ),
    "days that one part does not tell from months": Case(
        [*orders(0, 9, **{"Order date": lambda row: f"{13 + row % 12}/03/2025"}), *orders(1, 3, **{"Order date": _days})],
        "day_or_month_first",
    ),
    "days first by the setting, months first in one part": Case(
        [
            *orders(0, 9, **{"Order date": lambda row: f"{13 + row % 12}/03/2025"}),
            *orders(1, 3, **{"Order date": lambda row: f"03/{13 + row % 12}/2025" if row else "03/04/2025"}),
        ],
        "day_or_month_first",
        Settings(day_first="day first"),
    ),
    "months without a day, which one part does not show": Case(
        [
            *orders(0, 9, **{"Order date": lambda row: f"2025{1 + row % 12:02d}"}),
            *orders(1, 3, **{"Order date": lambda row: f"2010{1 + row % 12:02d}"}),
        ],
        "no_month_for_sure",
    ),
    "decimal commas, points or thousands in one part": Case(
        [*orders(0, 9, **{"Order value": lambda row: f"{20 + row},50"}), *orders(1, 3, **{"Order value": "1.234"})],
        "decimal_mark_is",
    ),
    "prices with commas, unclear in one part": Case(
        [
            *lines(0, 20, lambda *_: 61.72, **{"Quantity": lambda *_: 5, "Unit price": lambda *_: "12,344"}),
            *lines(0, 5, lambda *_: 61.7, **{"Quantity": lambda *_: 5, "Unit price": lambda *_: "12,34"}),
            *lines(1, 3, lambda *_: 61.72, **{"Quantity": lambda *_: 5, "Unit price": lambda *_: "12,344"}),
        ],
        "decimal_mark_is",
    ),
    "credits, most of one part": Case(
        [
            *orders(0, 9, **{"Order value": lambda row: f"{20 + row}.50"}),
            *orders(1, 3, **{"Order value": lambda row: "30.50 CR" if row % 3 else "90.50"}),
        ],
        "credit_sign",
    ),
    "ids with .0 throughout one part": Case(
        [*orders(0, 9, name="{}"), *orders(1, 3, name="{}.0")], "point_zero_says_nothing"
    ),
    "returns by quantity, most of one part": Case(
        [*orders(0, 20, Quantity=3), *orders(1, 2, Quantity=lambda row: -3 if row % 4 else 2)], "quantities_take_back"
    ),
    "refunds in money, 0 and 1 in one part": Case(
        [*orders(0, 9, Refunded=lambda row: 25.0 if row % 5 == 0 else 0.0), *orders(1, 3, Refunded=lambda row: row % 2)],
        "yes_or_no",
    ),
    "refunded in part, without amounts in one part": Case(
        [
            *orders(0, 9, Refunded=lambda row: 25.0 if row % 5 == 0 else 0.0, Status="Paid"),
            *orders(1, 3, Refunded=0.0, Status=lambda row: "Partially refunded" if row % 3 == 0 else "Paid"),
        ],
        "some",
    ),
    "who agreed to mail, never refused in one part": Case(
        [
            *orders(0, 9, **{"Accepts marketing": lambda row: "yes" if row % 3 else "no"}),
            *orders(1, 3, **{"Accepts marketing": lambda row: "yes" if row % 3 else None}),
        ],
        "only_agreed",
    ),
    "values, all zero in one part": Case([*orders(0, 9), *orders(1, 3, **{"Order value": 0.0})], "some"),
    "a currency that one part does not name": Case(
        [*orders(0, 9, Currency="EUR"), *orders(1, 3, Currency=None)], "currencies_of"
    ),
    "margins of cents, which are not shares again": Case(
        [*orders(0, 9, **{"Order value": lambda row: 90.0 + row}, Margin=30.0), *orders(1, 3, **{"Order value": 0.9}, Margin=0.2)],
        "margins_are",
    ),
}  # fmt: skip


def table_of(rows: Rows) -> pa.Table:
    """Return rows as a table, mixed so that no part stands at one end."""
    order = np.random.default_rng(5).permutation(len(rows))
    frame = pd.DataFrame([rows[at] for at in order.tolist()])
    days = pd.to_datetime(frame["Order date"], format="%Y-%m-%d", errors="coerce")
    if days.notna().all():
        frame["Order date"] = days
    return pa.Table.from_pandas(frame, preserve_index=False)


def job_of(given: Any, folder: Path, settings: Settings) -> tuple[Job, WorkFolder, engines.Engine]:
    """Split a ledger."""
    work, engine = WorkFolder(folder), engines.chosen("", "parts", 1)
    job = large_plan._split(
        engine, engine.open(given, ""), PARTS, RowAnswers().answers({}), settings, work, str
    )
    return replace(job, as_of=AS_OF), work, engine


def worked(job: Job, work: WorkFolder, engine: engines.Engine) -> tuple[Job, Merged]:
    """Summarise its parts."""
    guess, _ = whole_ledger.first_guess(work.look(), job)
    return whole_ledger.worked(engine, replace(job, verdicts=guess), work, given=True, progress=str)


@pytest.mark.parametrize("name", CASES)
def test_parts_follow_the_whole_ledger(tmp_path, name):
    case = CASES[name]
    table = table_of(case.rows)
    pq.write_table(table, tmp_path / "orders.parquet")
    tables = reading.read(table.to_pandas(), as_of=AS_OF, settings=case.settings)
    expected = customer_history.summarise(tables.ledger, settings=case.settings)
    job, work, engine = job_of(tmp_path / "orders.parquet", tmp_path / "work", case.settings)
    settled, found = worked(job, work, engine)
    work.forget(range(PARTS))
    blind = whole_ledger.worked(engine, job, work, given=True, progress=str)[
        1
    ]  # parts start from what each says alone
    for one in (found, blind):
        assert_same(expected, one)
        assert one.currency == tables.orders.currency
        assert one.opted_out == tables.orders.opted_out
        assert one.used(1).sum() == tables.orders.rows_used
    alone = about_of([summarised(work.rows(part), job, part) for part in range(PARTS)])
    made = [(key, verdict) for one in alone for key, verdict in one["made"].items()]
    differ = [key for key, verdict in made if verdict != settled.verdicts.get(key)]
    assert any(
        key.startswith(f"{case.decides}|") for key in differ
    )  # one part alone would have decided otherwise


def refused(call: Callable[[], object]) -> set[str]:
    """Return the codes of what a call refuses."""
    with pytest.raises(DataError) as stated:
        call()
    assert stated.value.exit_code == 3
    return {issue.code for issue in stated.value.issues if issue.severity == "error"}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([*orders(0, 9, Currency="EUR"), *orders(1, 3, Currency="USD")], "currency-mixed"),
        ([*orders(0, 9, **{"Order value": "EUR 5"}), *orders(1, 3, **{"Order value": "USD 7"})], "currency-mixed"),
        ([*orders(0, 3, **{"Order date": _days}), *orders(1, 3, **{"Order date": _days})], "dates-ambiguous"),
        (
            [
                *orders(0, 9, **{"Order date": lambda row: f"{13 + row % 12}/03/2025"}),
                *orders(1, 3, **{"Order date": lambda row: f"03/{13 + row % 12}/2025"}),
            ],
            "dates-mixed-order",
        ),
        (
            [*orders(0, 9, **{"Order value": "12,50"}), *orders(1, 3, **{"Order value": "12.5"})],
            "amounts-mixed-marks",
        ),
        ([*orders(0, 9, Status="Paid"), *orders(1, 3, Status="On hold")], "state-doubtful"),
    ],
)  # fmt: skip
def test_what_nobody_can_decide_is_refused_as_in_memory(tmp_path, rows, code):
    table = table_of(rows)
    pq.write_table(table, tmp_path / "orders.parquet")
    assert code in refused(lambda: reading.read(table.to_pandas(), as_of=AS_OF))
    job, work, engine = job_of(tmp_path / "orders.parquet", tmp_path / "work", Settings())
    assert code in refused(lambda: worked(job, work, engine))


def test_the_scale_of_amounts_is_that_of_the_whole_ledger(tmp_path):
    rows = [*orders(0, 24, **{"Order value": lambda row: 15e6 + row}), *orders(1, 6), *orders(2, 6)]
    table = table_of(rows)
    pq.write_table(table, tmp_path / "orders.parquet")
    settings = Settings(large_accounts=100)
    expected = wb.plan(table.to_pandas(), as_of="2026-04-01", settings=settings)
    found = wb.plan_large(
        tmp_path / "orders.parquet", None, segments=tmp_path / "all.csv", engine="parts", workers=1,
        as_of="2026-04-01", settings=settings,
    )  # fmt: skip
    assert expected.settings.money_scale > 1
    assert found.plan.settings.money_scale == expected.settings.money_scale
    assert found.plan.settings.token_max == expected.settings.token_max


def test_which_column_is_the_customer_the_whole_ledger_says(tmp_path):
    few = [row | {"Account": row.pop("Customer ID"), "Customer name": "Firm"} for row in orders(1, 2)]
    many = [
        row | {"Account": "4000", "Customer name": row.pop("Customer ID")}
        for part in (0, 2)
        for row in orders(part, 20)
    ]
    table = table_of([*few, *many])
    pq.write_table(table, tmp_path / "orders.parquet")
    tables = reading.read(table.to_pandas(), as_of=AS_OF)
    job, work, engine = job_of(tmp_path / "orders.parquet", tmp_path / "work", Settings())
    assert job.headings[job.customer] == tables.orders.matched["Customer ID"] == "Customer name"
    assert_same(customer_history.summarise(tables.ledger, settings=Settings()), worked(job, work, engine)[1])


def test_of_two_files_the_later_counts_by_the_days_of_all_parts(tmp_path):
    early = [*orders(0, 9), *orders(1, 3, **{"Order date": "2025-12-31"})]
    late = [
        row | {"Order date": "2026-01-15" if row in early[:36] else "2025-01-02", "Order value": 7.0}
        for row in early
    ]
    paths = [tmp_path / "b.parquet", tmp_path / "a.parquet"]
    for path, rows in zip(paths, (late, early), strict=True):
        pq.write_table(table_of(rows), path)
    tables = reading.read(paths, as_of=AS_OF)
    job, work, engine = job_of(paths, tmp_path / "work", Settings())
    assert_same(customer_history.summarise(tables.ledger, settings=Settings()), worked(job, work, engine)[1])


def test_numbers_that_two_files_share_at_other_customers_need_the_whole_ledger(tmp_path):
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    pq.write_table(table_of(orders(0, 9, **{"Order ID": lambda row: f"N{row}"})), paths[0])
    pq.write_table(table_of(orders(1, 9, **{"Order ID": lambda row: f"N{row}"})), paths[1])
    job, work, engine = job_of(paths, tmp_path / "work", Settings())
    assert refused(lambda: worked(job, work, engine)) == {"numbers-in-parts"}


def test_a_row_called_total_and_a_report_need_the_whole_ledger(tmp_path):
    total = {"Customer ID": "Grand total", "Order date": "2026-03-01", "Order value": 9e4, "Order ID": "T"}
    pq.write_table(table_of([*orders(0, 9), *orders(1, 9), total]), tmp_path / "total.parquet")
    job, work, engine = job_of(tmp_path / "total.parquet", tmp_path / "one", Settings())
    assert refused(lambda: worked(job, work, engine)) == {"total-in-parts"}
    (tmp_path / "report.csv").write_text(
        "Customer ID,Order ID,Order date,Item,Order value\n"
        + "".join(f"C{n},O{n},2026-01-{1 + n:02d},Bolt,50\n,,,Nut,20\n" for n in range(20))
    )
    assert refused(lambda: job_of(tmp_path / "report.csv", tmp_path / "two", Settings())) == {
        "report-in-parts"
    }
