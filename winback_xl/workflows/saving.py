"""From a plan to a workbook: a new one, or sheets in somebody else's; and from results to a report."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.errors import UsageError
from winback_xl.files.save import atomic_write, find_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.outreach.account_summary import Dossier
    from winback_xl.workflows.measuring import Measured


def save(
    plan: Plan,
    output: str | Path | None = None,
    *,
    into: str | Path | None = None,
    force: bool = False,
    call_sheets: Sequence[Dossier] | None = None,
) -> Path:
    """Write the campaign workbook, or add its sheets to a workbook of yours.

    Parameters
    ----------
    plan : Plan
        What `plan` gave.
    output : path, optional
        The .xlsx to write; its folder must exist. Only with ``into`` it may be left out.
    into : path, optional
        An .xlsx or .xlsm to add our sheets to; everything else in it stays as it is, byte for byte. Without ``output`` the
        result takes its place, and a dated copy of it is kept.
    force : bool
        Replace an existing file; a dated copy of it is kept. With ``into`` also our sheets on which people have written.
    call_sheets : sequence of Dossier, optional
        Accounts that get a call sheet and a page of history; not with ``into``.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileError
        The file exists, is open in Excel, or cannot be written.
    UsageError
        Neither ``output`` nor ``into`` is given, or ``into`` together with call sheets.
    DataError
        Sheets cannot be added to the workbook ``into``; ``issues`` holds all reasons.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import winback_xl as wb
    >>> from winback_xl import samples
    >>> wb.save(wb.plan(samples.make(seed=3, customers=60).orders), Path(tempfile.mkdtemp()) / "may.xlsx").name
    'may.xlsx'
    """
    if into is not None:
        if call_sheets is not None:
            what = "Call sheets need a campaign workbook of their own."
            raise UsageError(what, "Leave out call_sheets or into.", code="call-sheets")
        return save_into(plan, into, output, force=force)
    if output is None:
        raise UsageError(
            "There is no file to write to.", "Give output, such as campaign.xlsx.", code="no-output"
        )
    # The writer is imported when it writes.
    from winback_xl.workbook import book, render_file  # noqa: PLC0415
    from winback_xl.workbook.values import normalised_once  # noqa: PLC0415

    target = named_xlsx(output)
    with normalised_once():
        render_file.render(book.build(plan, dossiers=call_sheets), target, force=force)
    return target


def save_into(
    built: Plan, book: str | Path, output: str | Path | None = None, *, force: bool = False
) -> Path:
    """Add our sheets to a workbook that holds other things; everything else in it stays as it is, byte for byte.

    Sheets that an earlier run added are replaced, unless people have written on them.

    Parameters
    ----------
    built : Plan
        What `plan` gave.
    book : path
        An .xlsx or .xlsm.
    output : path, optional
        Where the result goes; by default it takes the place of ``book``, and a dated copy of that is kept next to it.
    force : bool
        Replace an existing ``output``, and our sheets even where people have written on them.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    DataError
        Sheets cannot be added to this workbook; ``issues`` holds all reasons.
    FileError
        It is not such a workbook, is open in Excel, or cannot be written.
    """
    from winback_xl.workbook import book as campaign_book  # noqa: PLC0415
    from winback_xl.workbook import render_file  # noqa: PLC0415
    from winback_xl.workbook.ooxml import inject  # noqa: PLC0415

    source = Path(book)
    target = Path(output) if output is not None else source
    inject.check_names(source, target)
    made = BytesIO()
    render_file.render(campaign_book.build(built), made)
    in_place = output is None
    with atomic_write(target, force=force or in_place) as file:
        inject.add_sheets(source, made.getvalue(), file, settings=None if force else built.settings)
    return target


def save_report(measured: Measured, path: str | Path, *, force: bool = False) -> Path:
    """Write the report workbook: one page, and the numbers behind it. Parameters and errors as in `save`."""
    from winback_xl.workbook import render_file, report_book  # noqa: PLC0415 - the writer is imported when it writes

    target = named_xlsx(path)
    book = report_book.build(
        measured.results, campaign_id=measured.campaign_id, as_of=measured.as_of, currency=measured.currency,
        refit=measured.refit, odds_stated=measured.odds_stated, settings=measured.settings,
    )  # fmt: skip
    render_file.render(book, target, force=force)
    return target


def writable(path: str | Path, *, force: bool = False) -> None:
    """Find out before any work whether `save` could write there.

    Raises
    ------
    UsageError
        The name does not end in .xlsx.
    FileError
        The file exists and ``force`` is not set, it is a folder, or its folder is missing.
    """
    find_out(named_xlsx(path), force=force)


def named_xlsx(path: str | Path) -> Path:
    """Refuse a name under which Excel would not open a workbook."""
    target = Path(path)
    if target.suffix.lower() != ".xlsx" and not target.is_dir():  # a folder is reported as a folder
        raise UsageError(
            f"{target} is not a name of a workbook.",
            f"Name it {target.stem or 'campaign'}.xlsx.",
            code="name",
        )
    return target
