"""The buttons: command, words, place, picture and key. Guide, ribbon, macros and README are written from them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

TAB, TAB_LABEL, TAB_KEY = "tabWinback", "Win-back", "K"


@dataclass(frozen=True, slots=True)
class Button:
    """One button.

    Parameters
    ----------
    group : str
        Where it is on the ribbon and on the Guide.
    name : str
        Function of `winback_xl.excel.buttons.commands`, and what ``entry.run`` takes.
    label : str
        What is on it.
    picture : str
        One of Office's own pictures (imageMso), of those that [MS-CUSTOMUI] lists.
    key : str
        Key after Alt and the tab's key; unique in the tab.
    does : str
        One sentence: what it does and what it leaves alone.
    """

    group: str
    name: str
    label: str
    picture: str
    key: str
    does: str

    @property
    def macro(self) -> str:
        """Name of its macro: the command in Pascal case.

        >>> BUTTONS[0].macro
        'LoadOrders'
        """
        return "".join(word.capitalize() for word in self.name.split("_"))


BUTTONS: tuple[Button, ...] = (
    Button("Data", "load_orders", "Load orders", "FileOpen", "L",
           "Reads an order export, checks it, and puts the rows into the Orders sheet of this workbook."),
    Button("Data", "check_data", "Check data", "DataValidation", "C",
           "Lists every problem in your orders, customers and incidents with its cell and its fix. Changes nothing."),
    Button("Plan", "segment_customers", "Segment customers", "Filter", "S",
           "Writes the Segments sheet: how loyal and how valuable each customer is, how long without an order."),
    Button("Plan", "suggest_make_goods", "Suggest make-goods", "PercentStyle", "M",
           "Writes the Make-goods sheet: a fair offer for each open incident, with every number behind it."),
    Button("Plan", "build_campaign", "Build campaign", "ChartInsert", "B",
           "Builds the whole campaign in this workbook. If there is one already, everything that people typed stays."),
    Button("Plan", "back_test", "Backtest", "ChartInsert", "K",
           "Writes the Backtest sheet: what the numbers would have said at earlier dates, and what happened."),
    Button("Plan", "account_history", "Account history", "FindDialog", "H",
           "Shows every order, credit and incident of the customer in the selected row."),
    Button("Work", "refresh_campaign", "Refresh campaign", "RefreshAll", "R",
           "Updates the campaign with new orders. Nothing that people typed is changed."),
    Button("Work", "log_a_talk", "Log a talk", "ReviewNewComment", "N",
           "Adds a row on top of Talks for the account of the selected row, dated today. Type what they said."),
    Button("Work", "call_sheets", "Call sheets", "FilePrintPreview", "A",
           "Writes one page for each account to call: who, why they left, what to ask, what may be offered."),
    Button("Work", "draft_letters", "Draft letters", "ReviewNewComment", "D",
           "Writes a draft for each account that needs one, and names the phrases to change."),
    Button("Work", "export_mail_merge", "Export mail merge", "FileSendAsAttachment", "E",
           "Writes the accounts to contact as a table, and as a CSV file next to the workbook where there is one."),
    Button("Work", "previous_version", "Previous version", "Undo", "U",
           "Opens the copy of this workbook that was kept before a button last replaced sheets in it."),
    Button("Share", "share_copy", "Share a copy", "FileSaveAs", "P",
           "Saves a copy for colleagues without the add-in, with no links to this computer."),
    Button("Share", "split_by_owner", "Split by owner", "Copy", "O",
           "Saves one workbook for each owner, with the accounts of that owner."),
    Button("Share", "collect_copies", "Collect copies", "Paste", "T",
           "Merges the owners' edits. Where two people typed different texts, both are listed."),
    Button("Help", "guide", "Guide", "Help", "G", "Goes to the Guide sheet."),
    Button("Help", "doctor", "Doctor", "TraceError", "X",
           "Checks the installation, and says what to do about each problem."),
)  # fmt: skip
"""In the order of the work."""


OF_A_ROW = ("account_history", "log_a_talk")
"""Buttons that a right-click on a customer's row offers too."""


def by_group() -> list[tuple[str, list[Button]]]:
    """Return the groups in order, each with its buttons."""
    return [(group, list(buttons)) for group, buttons in groupby(BUTTONS, key=lambda button: button.group)]
