"""What people know of a customer beyond the orders: the evidence without which nobody is Loyal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.schema import columns
from winback_xl.templates.starter import names
from winback_xl.templates.starter.as_cells import AsCells
from winback_xl.templates.starter.expressions import calculated, written
from winback_xl.templates.starter.names import helper
from winback_xl.workbook.lambda_names.rhythm import TOLD_RULE
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.templates.starter.sample_orders import Example

_ASKED = ("referrals", "nps", "knows_why", "quotes_every_time", "promotion_share", "share_of_wallet")
_WORDS = {
    "referrals": "sent",
    "nps": "answer",
    "knows_why": "why",
    "quotes_every_time": "quotes",
    "promotion_share": "bargains",
}


def sheet(example: Example) -> Sheet:
    """Return the sheet Known."""
    known, n = example.known, example.room.known
    table = columns.CUSTOMERS
    rows = [{name: _cell(row[name]) for name in _ASKED} for _, row in known.iterrows()]
    points = [calculated(_POINTS_TREE, _points_names(row)) for row in rows]
    fields = (
        Field("Customer", names.filled(names.padded(list(known["customer"]), n)), "text", "input", name="kn_customer",
              help="Spelled as in Orders.", width=34),
        *(
            Field(table[name].heading, names.filled(names.padded([row[name] for row in rows], n)), table[name].kind, "input",
                  choices=table[name].choices, help=table[name].help, limits=table[name].limits)
            for name in _ASKED
        ),
        helper("key", names.padded(list(known["customer"]), n), '=TRIM([@Customer]&"")', name="kn_key"),
        helper("points", [*map(float, points), *[0.0] * (n - len(points))], f"={_POINTS}", name="kn_points"),
        helper("wallet", names.padded([row["share_of_wallet"] for row in rows], n),
               f'=IF({_heading("share_of_wallet")}="","",{_heading("share_of_wallet")})', name="kn_wallet"),
    )  # fmt: skip
    return Sheet(
        "Known",
        "What you know of them, beyond orders",
        "Orders alone never make a customer Loyal. Fill in what you know; the rest may stay blank.",
        tables=(
            Table("tblKnown", HEADER_ROW, 0, fields, alt="What is known of customers, one a row", lean=True),
        ),
        freeze=(HEADER_ROW + 1, 1),
        on_paper=False,
    )


def _heading(name: str) -> str:
    return f"[@[{columns.CUSTOMERS[name].heading}]]"


def _reads(name: str) -> str:
    cell = _heading(name)
    return f'IF({cell}="Yes",1,IF({cell}="No",0,""))' if name in {"knows_why", "quotes_every_time"} else cell


_POINTS_TREE = AsCells(str).of(TOLD_RULE, {})
_POINTS = written(AsCells(str).of(TOLD_RULE, {word: _reads(name) for name, word in _WORDS.items()}))


def _points_names(row: dict[str, Any]) -> dict[str, Any]:
    settings = {f"set_{name}": float(getattr(names.delivered(), name)) for name in _SETTINGS}
    yes = {"Yes": 1.0, "No": 0.0}
    return settings | {word: yes.get(row[name], row[name]) for name, word in _WORDS.items()}


_SETTINGS = (
    "points_referral", "points_detractor", "points_promoter", "points_knows_why", "points_quotes", "points_promotion",
    "nps_detractor", "nps_promoter", "promotion_threshold",
)  # fmt: skip


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value
    try:
        return "" if value is None or value != value else float(value)  # noqa: PLR0124 - NaN is not itself
    except TypeError:  # pandas' NA is neither
        return ""
