"""``winback plan``: the whole job, from an order export to a campaign workbook."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from winback_xl.cli import input_tables, large_ledger, options, screen, walk
from winback_xl.workflows.apart import apart

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan


@click.command(name="plan")
@options.orders
@options.output(
    required=False, what="The campaign workbook to write (.xlsx). Default: a new file next to the orders."
)
@click.option(
    "--into",
    type=options.FILE,
    metavar="BOOK",
    help="Add our sheets to this workbook; everything else in it stays (a dated copy is kept). With -o, write a new file instead.",
)
@options.inputs
@options.reading
@click.option(
    "--campaign",
    "campaign_id",
    default="",
    metavar="NAME",
    help="Name of the campaign. Default: made from the date.",
)
@click.option(
    "--playbook",
    metavar="NAME",
    help="Steps, waits and scripts to follow; winback help how_to lists the playbooks.",
)
@click.option(
    "--budget",
    type=options.Amount(),
    metavar="N",
    help="Budget for make-goods (our cost): accounts are chosen to stay within it.",
)
@click.option(
    "--call-sheets",
    "pages",
    type=click.IntRange(min=0),
    metavar="N",
    help="Add a call sheet and a page of history for the first N accounts to pursue.",
)
@click.option(
    "--outcomes",
    type=options.FILE,
    multiple=True,
    metavar="FILE",
    help="An earlier campaign: its workbook, or a table of who was contacted when. Odds then follow its outcomes, and at each refresh too. Repeatable.",
)
@large_ledger.choose
@options.as_json
@options.dry_run
@options.force
@options.quiet
def command(
    output: Path | None,
    *,
    into: Path | None,
    settings_file: Path | None,
    campaign_id: str,
    playbook: str | None,
    budget: float | None,
    pages: int | None,
    outcomes: tuple[Path, ...],
    engine: str,
    segments: Path | None,
    as_json: bool,
    dry_run: bool,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Segment customers, size make-goods, and write the campaign workbook.

    ORDERS is an .xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv or .parquet file with one order, order line or credit
    note a row. A large ledger may be many .parquet or .csv files, a folder of them, or a database (.sqlite, .duckdb).
    """
    from winback_xl.core.campaign.campaign_plan import Wishes
    from winback_xl.inputs import playbook_file
    from winback_xl.workflows import past_campaigns, planning, saving

    if output is None and into is None and not dry_run:
        output = walk.beside(given["orders"][0])
    target = output or into
    if into is not None and pages is not None:
        raise click.UsageError("Call sheets go into a campaign workbook of its own: leave out '--into'.")
    files = (given[name] for name in ("customers", "incidents", "reps"))
    apart(output, *given["orders"], *files, *outcomes, settings_file)
    if output is not None and into is None and not dry_run:
        saving.writable(output, force=force)
    named = {"playbook": playbook, "make_good_budget": budget}
    chosen = input_tables.settings(settings_file).with_(
        **{name: value for name, value in named.items() if value is not None}
    )
    playbook_file.load(
        chosen.playbook
    )  # an unknown one is reported before a million orders are read, and so is
    name = planning.campaign_name(campaign_id)  # a name that cannot be
    if large_ledger.is_large(given["orders"], engine, chosen):
        large_ledger.refuse(
            {
                "--into": into,
                "--call-sheets": pages,
                "--outcomes": outcomes or None,
                "--dry-run": dry_run or None,
            }
        )
        with screen.Screen(quiet=quiet) as terminal:
            large = large_ledger.plan(
                terminal,
                chosen,
                output,
                segments=segments,
                engine=engine,
                campaign_id=name,
                force=force,
                **given,
            )
            terminal.step("")
            terminal.sources(large.plan.sources)
            terminal.issues(large.plan.issues)
        print_summary(
            terminal,
            large.plan,
            output,
            as_json=as_json,
            dry_run=False,
            as_of_given=given.get("as_of") is not None,
            levels=large.levels,
        )
        return
    with screen.Screen(quiet=quiet) as terminal:
        input_tables.import_early(
            "winback_xl.core.lifetime_value.bg_nbd",
            "winback_xl.workbook.render_file",
            "winback_xl.workbook.book",
        )
        tables = input_tables.read(terminal, chosen, **given)
        past = past_campaigns.read(outcomes, tables, chosen) if outcomes else None
        wishes = Wishes(settings=chosen, campaign_id=name)
        built = planning.plan_tables(tables, wishes, earlier=past, progress=terminal.step)
        if target is not None and not dry_run:
            terminal.step(f"Writing {target}")
            made = None if pages is None else planning.dossiers(tables, built, pages)
            del tables  # a million rows need not be in memory while the workbook is written
            saving.save(built, output, into=into, force=force, call_sheets=made)
        terminal.step("")
        terminal.sources(built.sources)
        terminal.issues(built.issues)
    print_summary(
        terminal, built, target, as_json=as_json, dry_run=dry_run, as_of_given=given.get("as_of") is not None
    )


def print_summary(
    terminal: screen.Screen,
    built: Plan,
    output: Path | None,
    *,
    as_json: bool,
    dry_run: bool,
    as_of_given: bool,
    levels: Mapping[tuple[str, str], int] | None = None,
) -> None:
    """Print the summary, and say what to do next; ``levels`` count the customers of a ledger that is not all in the plan."""
    from winback_xl.core.campaign import plan_summary
    from winback_xl.workbook.sheets import week_table

    if levels is None:
        levels = Counter(zip(built.segments["level"], built.segments["status"], strict=True))
    summary = summarise(built, levels)
    if as_json:
        screen.print_json(
            {
                **summary,
                "workbook": None if dry_run else str(output),
                "issues": screen.issue_records(built.issues),
            }
        )
    else:
        terminal.table("Customers by level", ("Level", *_STATUSES, "All"), _cross(levels))
        terminal.table(
            "Campaign",
            ("Decision", "Accounts", "Expected value", "Cost of offers", "Calls and e-mails"),
            _decisions(built),
        )
    for sentence in (
        *built.stated,
        plan_summary.not_now_stated(built),
        week_table.verdict(built),
        built.checked,
    ):
        if sentence:
            terminal.say(sentence)
    day = f"{built.as_of:%Y-%m-%d}" + (
        "" if as_of_given else " (the day after the last order; --as-of sets another)"
    )
    stays = " The workbook stays on that day; Settings, Show another day, changes it."
    terminal.say(f"As of {day}.{stays if built.frozen else ''}")
    needing = int(built.campaign["approver"].isin(["Manager", "Director", "CFO", "Counsel"]).sum())
    approval = f" {needing:,} make-goods need more than a rep's approval." if needing else ""
    done = screen.ending(f"Open {output}.", dry_run=dry_run)
    terminal.say(f"{done}{approval}")


_STATUSES = ("Active", "Due", "At risk", "Lapsed", "Cold")


def _cross(counts: Mapping[tuple[str, str], int]) -> list[tuple[object, ...]]:
    from winback_xl.schema.columns import LISTS

    rows: list[tuple[object, ...]] = []
    for level in LISTS["Level"]:
        cells = [counts.get((level, status), 0) for status in _STATUSES]
        every = sum(count for (one, _), count in counts.items() if one == level)
        rows.append((level, *(f"{n:,}" for n in (*cells, every))))
    return rows


def _decisions(built: Plan) -> list[tuple[object, ...]]:
    from winback_xl.core.campaign import plan_summary
    from winback_xl.core.money import show

    return [
        (
            name,
            f"{many:,}",
            *("-" if amount != amount else show(amount, built.currency) for amount in amounts),  # noqa: PLR0124 - NaN
        )
        for name, many, *amounts in plan_summary.by_decision(built)
    ]


def summarise(built: Plan, counts: Mapping[tuple[str, str], int]) -> dict[str, object]:
    """Return the figures of the summary as one mapping; ``counts`` are of all customers by level and status."""
    levels, statuses = Counter[str](), Counter[str]()
    for (level, status), count in counts.items():
        levels[level] += count
        statuses[status] += count
    return {
        "campaign": built.campaign_id,
        "as_of": f"{built.as_of:%Y-%m-%d}",
        "currency": built.currency,
        "customers": sum(counts.values()),
        "levels": dict(levels.most_common()),
        "statuses": dict(statuses.most_common()),
        "decisions": built.campaign["decision"].value_counts().to_dict(),
        "sources": [
            {
                "table": s.table,
                "file": s.file,
                "rows": s.rows_in,
                "used": s.rows_used,
                "set_aside": s.rows_set_aside,
            }
            for s in built.sources
        ],
        "models": list(built.models),
        "settings_changed": built.settings.changed(),
    }
