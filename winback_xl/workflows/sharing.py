"""A copy of a campaign that may leave the house: values only, and on request without names and free text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.core.cast import ADDED
from winback_xl.core.outreach import anonymise as masking
from winback_xl.workbook import book as books
from winback_xl.workbook import render_file
from winback_xl.workbook.fits import ACCOUNTS
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import ignored, reopen
from winback_xl.workbook.sheets import account
from winback_xl.workflows.apart import apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from winback_xl.errors import Issue
    from winback_xl.workbook.spec import Book, Field, Sheet

_UNKNOWN = "#NAME?"


def share(
    campaign: str | Path,
    output: str | Path,
    *,
    mask: bool = False,
    mask_ids: bool = False,
    mask_key: str = "",
    blur: bool = False,
    force: bool = False,
    dry_run: bool = False,
    found: Callable[[Sequence[Issue]], None] = ignored,
) -> Path:
    """Write a copy with values only: no formulas, no macros, no snapshot, no author, no path, no sheets of others.

    Nobody who opens it needs an add-in: a formula of people's own is there as the value that it last gave.

    Parameters
    ----------
    campaign : path
        The workbook as it is now.
    output : path
        The copy to write (.xlsx).
    mask : bool
        Call customers "Customer 001" and so on, own people "Rep 001", and leave out contacts and free text.
    mask_ids : bool
        Replace the Customer IDs too; implies ``mask``.
    mask_key : str
        A secret: copies made with the same one number the customers alike. Blank: drawn by chance. Implies ``mask``.
    blur : bool
        Round amounts to two digits and move all days back alike; implies ``mask``.
    force : bool
        Replace an existing file; a dated copy of it is kept.
    dry_run : bool
        Do everything but write.
    found : callable
        Called with what was found in the workbook, before anything is written.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileError, DataError, SettingsError
        As for `winback_xl.workbook.reopened.reopen.reopen` and `winback_xl.files.save.atomic_write`.
    """
    apart(output, campaign)
    old = reopen(campaign)
    found(old.findings)
    plan = replace(old.plan, campaign=_without_unknown(old.plan.campaign))
    hidden = mask or mask_ids or bool(mask_key) or blur
    if hidden:
        settings = plan.settings
        plan = masking.plan(plan, ids=mask_ids, key=mask_key, blur=blur)
        headings = {name: f"Added {place}" for place, name in enumerate(_added(plan.campaign), start=1)}
        plan = replace(
            plan,
            campaign=plan.campaign.rename(columns={k: ADDED + v for k, v in headings.items()}),
            settings=settings.with_(own_limits=plan.settings.own_limits),
        )
    kept = Kept(
        old.added(plan.campaign),
        () if hidden else old.log,
        "Shared copy: values only" + (", names and texts masked." if hidden else "."),
        opened=old.opened,
    )
    book = values_only(books.build(plan, kept=kept))
    path = Path(output)
    if not dry_run:
        render_file.render(book, path, force=force)
    return path


def _without_unknown(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave blank what people's own formulas could not say where the workbook was last saved.

    A program without the add-in that a formula needs shows, and saves, #NAME? in its place; in a copy for people
    who have no add-in either, that tells nobody anything. Other errors are answers, and stay.
    """
    texts = frame.select_dtypes(["object", "str"])
    return frame.assign(**{str(name): texts[name].mask(texts[name] == _UNKNOWN, "") for name in texts})


def _added(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame if str(name).startswith(ADDED)]


def values_only(book: Book) -> Book:
    """Return a book in which every formula is the value it gave, without hidden sheets and the one that needs formulas."""
    own = (sheet for sheet in book.sheets if not sheet.hidden and sheet.name != account.NAME)
    return replace(book, sheets=tuple(_frozen(sheet) for sheet in own))


def _frozen(sheet: Sheet) -> Sheet:
    tables = tuple(
        replace(table, fields=tuple(_still(field) for field in table.fields)) for table in sheet.tables
    )
    gone = f"#'{account.NAME}'!"
    cells = tuple(
        replace(cell, formula="", link="" if cell.link.startswith(gone) else cell.link)
        for cell in sheet.cells
    )
    return replace(sheet, tables=tables, cells=cells, title_formula="", instruction_formula="")


def _still(field: Field) -> Field:
    """Return a column without its formula, and without the list of accounts that is on a sheet left out."""
    return replace(field, formula="", choices="" if field.choices == ACCOUNTS else field.choices)
