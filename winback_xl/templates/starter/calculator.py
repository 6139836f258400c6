"""Size one make-good: the rules of the LAMBDA names as plain cells, one step a row on a hidden sheet."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winback_xl.core.make_good.offer_flags import FLAG_WORDS
from winback_xl.settings import describe
from winback_xl.templates.starter import names, sample_rows
from winback_xl.templates.starter.as_cells import AsCells
from winback_xl.templates.starter.calculator_reads import READS
from winback_xl.templates.starter.calculator_words import CAPPED, EXCEEDS, FLAGS, RESULTS, meaning, said
from winback_xl.templates.starter.expressions import Call, calculated, written
from winback_xl.workbook.lambda_names.chances import CHANCE_RULE
from winback_xl.workbook.lambda_names.offer_names import SIZE_RULE
from winback_xl.workbook.spec import Cell, Sheet

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind
    from winback_xl.templates.starter.sample_orders import Example
    from winback_xl.workbook.spec import Look

STEPS, SHEET = "Steps", "Make-good"
_TOP, _FIRST_STEP = 4, 4
_SHARE, _MONEY = (0.0, 1.0), (0.0, 1e12)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the calculator: what people may type, and what counts where they do not.

    Parameters
    ----------
    name : str
        What `calculator_reads` calls it.
    found : str
        Formula for what the other sheets say of the customer; empty where only people know.
    sample : float or str
        What the cream cell holds as delivered.
    """

    name: str
    label: str
    help: str
    kind: Kind = "number"
    choices: str = ""
    limits: tuple[float, float] | None = None
    found: str = ""
    sample: Any = None


_AT = "mg_row"
_ASKED: tuple[Asked | str, ...] = (
    "The customer",
    Asked("status", "Status", "As on the sheet Customers, or choose.", "choice", "Status", found="cu_status"),
    Asked("level", "Level", "As on the sheet Customers, or choose.", "choice", "Level", found="cu_level"),
    Asked("ratio", "Days silent, in lapse limits", "1 is exactly at the limit.", limits=(0.0, 1_000.0), found="cu_silent/cu_limit"),
    Asked("bought", "Value a year", "What they bought in the year to their last order.", "money", limits=_MONEY, found="cu_value"),
    Asked("own_margin", "Your margin on it", "Blank: the one in Settings.", "share", limits=(-1.0, 1.0)),
    Asked("extra", "Strategic value", "What they are worth beyond their own orders. Blank: nothing.", "money", limits=_MONEY),
    "What went wrong",
    Asked("harm", "What it cost them", "Goods, lost hours, rework, penalties.", "money", limits=_MONEY, sample=8_000.0),
    Asked("ours_of", "Our share of the fault", "Blank: all of it.", "share", limits=_SHARE),
    Asked("already", "Paid already", "Blank: nothing.", "money", limits=_MONEY),
    Asked("claim", "Owed by contract or law", "Blank: nothing. It comes first, and is not a favour.", "money", limits=_MONEY),
    Asked("handling", "The delivery or work was", "Blank: rejected.", "choice", "Handling"),
    Asked("earlier", "Earlier failures", "Blank: none.", "count", limits=(0.0, 1_000.0)),
    Asked("form", "Form of the make-good", "Blank: cash. Goods and credit cost us less than they are worth; next to an apology money is made good in cash.", "choice", "Form"),
    Asked("recovery", "An earlier make-good was", "Blank: there was none.", "choice", "Earlier recovery"),
    Asked("fix", "The cause is", "Blank: specific to them.", "choice", "Specific or systemic"),
    Asked("open_for", "Complaint open for, days", "Blank: no open complaint.", "count", limits=(0.0, 3_650.0)),
)  # fmt: skip

_ORDER = (1, 0, 2, 3, 4, 5, 6)
"""Places of these results in what `SIZE_RULE` gives."""


def sheets(example: Example) -> tuple[Sheet, Sheet]:
    """Return the calculator, and the hidden sheet with its steps."""
    made = _Calculator(example)
    return made.sheet(), made.steps()


class _Calculator:
    """The two sheets while they are put together."""

    def __init__(self, example: Example) -> None:
        self._customers = sample_rows.columns(example)
        self._cells: list[Cell] = []
        self._steps: list[Cell] = []
        self._values: dict[str, Any] = _settings()
        self._reads: dict[str, str] = {}
        self._lay()

    def sheet(self) -> Sheet:
        return Sheet(
            SHEET,
            "Make-good: size one fair offer",
            "Fill in the cream cells, from the top. Whoever is named under Approved by decides; this is a proposal.",
            cells=tuple(self._cells),
            widths=MappingProxyType({0: 30.0, 1: 24.0, 2: 20.0, 3: 20.0, 4: 64.0}),
            landscape=False,
        )

    def steps(self) -> Sheet:
        return Sheet(
            STEPS,
            "Steps of the make-good calculator",
            "Formulas only, in the order in which they follow from each other.",
            cells=tuple(self._steps),
            widths=MappingProxyType({0: 22.0, 1: 18.0}),
            hidden="hidden",
        )

    def _lay(self) -> None:
        chosen = self._biggest_lapsed()
        at = float(chosen + 1)
        self._cells += [
            Cell(_TOP - 2, 0, "Customer", look="label"),
            Cell(_TOP - 2, 1, self._customers["customer"][chosen], look="picker", span=1, name="mg_customer",
                 help="As on the sheet Customers. Leave it blank to type everything yourself."),
            Cell(_TOP - 2, 4, "is on the sheet Customers", look="hint", name="mg_told",
                 formula='=IF(mg_customer="","Nobody chosen: fill in the cells below.",'
                 'IF(mg_row="","is not on the sheet Customers: check the spelling","is on the sheet Customers"))'),
        ]  # fmt: skip
        self._step(_AT, 'IF(mg_customer="","",IFERROR(MATCH(mg_customer&"",cu_customer,0),""))', at, name=_AT)
        row = _TOP
        for line in _ASKED:
            row = self._heading(row, line) if isinstance(line, str) else self._ask(row, line, chosen)
        self._read()
        self._result(row + 1)

    def _biggest_lapsed(self) -> int:
        ranks = self._customers["rank"]
        lost = (place for place, rank in enumerate(ranks) if rank != "")
        return max(lost, key=lambda place: ranks[place], default=0)

    def _heading(self, row: int, title: str) -> int:
        labels = ((1, "From your orders"), (2, "Or type"), (3, "Counts"))
        self._cells += [Cell(row, 0, title, look="list head"), Cell(row, 4, None, look="list head")]
        self._cells += [
            Cell(row, column, text if title == "The customer" or column > 1 else None, look="list head")
            for column, text in labels
        ]
        return row + 1

    def _ask(self, row: int, asked: Asked, chosen: int) -> int:
        found: Any = ""
        if asked.found:
            taken = {"status": "status", "level": "level", "bought": "run_rate"}
            made = self._customers
            found = (
                made[taken[asked.name]][chosen]
                if asked.name in taken
                else made["days_since"][chosen] / made["limit"][chosen]
            )
            source = "/".join(f"INDEX({name},{_AT})" for name in asked.found.split("/"))
            self._cells.append(
                Cell(
                    row,
                    1,
                    found,
                    look="output",
                    kind=asked.kind,
                    formula=f'=IF({_AT}="","",IFERROR({source},""))',
                )
            )
        counts = found if asked.sample is None else asked.sample
        other = f"B{row + 1}" if asked.found else '""'
        self._cells += [
            Cell(row, 0, asked.label, look="label"),
            Cell(row, 2, asked.sample, look="input", kind=asked.kind, choices=asked.choices, limits=asked.limits, help=asked.help,
                 name=f"mg_{asked.name}_typed"),
            Cell(row, 3, counts, look="output", kind=asked.kind, formula=f'=IF(C{row + 1}<>"",C{row + 1},{other})', name=f"mg_{asked.name}"),
            Cell(row, 4, asked.help, look="hint"),
        ]  # fmt: skip
        self._values[f"mg_{asked.name}"] = counts
        return row + 1

    def _step(self, title: str, formula: str, value: Any, *, name: str = "") -> str:
        row = _FIRST_STEP + len(self._steps) // 2
        self._steps += [
            Cell(row, 0, title),
            Cell(row, 1, names.held(value), look="number", kind="number", formula=f"={formula}", name=name),
        ]
        return f"$B${row + 1}"

    def _calculate(self, rule: str, reads: dict[str, str]) -> list[str]:
        """Add the steps of a rule, and return the references to its results."""
        waiting = _FIRST_STEP + len(self._steps) // 2
        places: list[str] = []

        def place(_step: str) -> str:
            places.append(f"$B${waiting + len(places) + 1}")
            return places[-1]

        cells = AsCells(place)
        tree = cells.of(rule, reads)
        results = tree.given if isinstance(tree, Call) and tree.name == "HSTACK" else (tree,)
        for reference, (title, step) in cells.steps.items():
            self._values[reference] = calculated(step, self._values)
            self._step(title, written(step), self._values[reference])
        out = []
        for number, result in enumerate(results, start=1):
            value = calculated(result, self._values)
            reference = self._step(f"result {number}", written(result), value)
            self._values[reference] = value
            out.append(reference)
        return out

    def _read(self) -> None:
        """Turn what people see into what the rules read; a blank cell becomes what it stands for."""
        for name, formula in READS.items():
            (reference,) = self._calculate(formula, {})
            self._reads[name] = reference

    def _result(self, row: int) -> None:
        (gain,) = self._calculate(CHANCE_RULE, self._reads | {"gained": "TRUE"})
        sized = self._calculate(SIZE_RULE, self._reads | {"added": gain})
        codes = f"{STEPS}!{sized[6]}"
        exceeds = f'ISNUMBER(FIND("{EXCEEDS}",{codes}))'
        known = "AND(ISNUMBER(mg_harm),ISNUMBER(mg_bought))"
        self._cells += [
            Cell(row, 0, "The offer", look="list head"),
            *(Cell(row, column, None, look="list head") for column in range(1, 5)),
            Cell(row + 1, 0, "Odds gained by a good effort", look="label"),
            Cell(
                row + 1,
                3,
                self._values[gain],
                look="output",
                kind="share",
                formula=f"={STEPS}!{gain}",
                name="mg_gain",
            ),
            Cell(row + 1, 4, "How much an effort adds to the chance that they order again.", look="hint"),
        ]
        for line, (place, (label, about, kind)) in enumerate(
            zip(_ORDER, RESULTS, strict=True), start=row + 2
        ):
            look: Look = "card" if line == row + 2 else "output"
            reference = sized[place]
            number = f"{STEPS}!{reference}"
            bounded = f'IF({exceeds},"",{number})' if line in (row + 3, row + 4) else number
            self._cells += [
                *said(line, label, about, exceeds, f'ISNUMBER(FIND("{CAPPED}",{codes}))', line - row - 2),
                Cell(line, 3, self._values[reference], look=look, kind=kind, formula=f'=IF({known},{bounded},"")',
                     name=f"mg_result_{place + 1}"),
            ]  # fmt: skip
        last = row + 2 + len(RESULTS)
        flags = f"D{last}"
        shown = self._values[sized[6]].split("; ")
        stated = " ".join(FLAG_WORDS[code] for code in FLAGS if code in shown)
        self._cells += [
            Cell(last, 0, "What that means", look="label"),
            Cell(last, 1, stated, look="text", name="mg_meaning",
                 formula=f'=IF({flags}="","Fill in what it cost them, and what they buy a year.",' + meaning(flags) + ")"),
        ]  # fmt: skip


def _settings() -> dict[str, Any]:
    values: dict[str, Any] = {}
    for about in describe():
        value = getattr(names.delivered(), about.name)
        values[f"set_{about.name}"] = float(value) if isinstance(value, (int, float)) else value
    return values
