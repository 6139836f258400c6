"""The letters of a campaign: which account gets which letter, with what is on file about it.

While a case is held for legal there is no letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.outreach import contact_list, letter_facts
from winback_xl.core.outreach.letter_lint import lint
from winback_xl.core.outreach.letters import Letter, draft, follow_up, question
from winback_xl.core.tracking import account_state, cell_values, follow_through, talk_counts
from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.settings import Settings

KINDS = CHANGE, CLOSING, CALL_FIRST, HELD, QUESTION, SECOND, WRITTEN = (
    "What changed", "Closing", "Call first", "Held for legal", "E-mail", "Second letter", "Already written",
)  # fmt: skip
"""What a row gets: the letter that says what changed, a kind farewell, none before somebody has listened, none
before Counsel has approved, one e-mail that asks, a second letter about what happened since the first, or none since
nothing did."""
NO_LETTER = (HELD, CALL_FIRST, WRITTEN)
"""Kinds without a text."""


def drafts(plan: Plan, customers: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return a draft for every account that may be written to (`winback_xl.core.outreach.contact_list.to_write_to`).

    Parameters
    ----------
    plan : Plan
        With the human cells as they stand. The call is ``settings.thank_you_days`` working days after ``as_of``.
    customers : DataFrame, optional
        Clean customer list: who opted out since the campaign was built.

    Returns
    -------
    DataFrame
        ``customer_id``, ``customer``, ``owner``, ``kind`` (of `KINDS`), ``subject``, ``letter``, ``to_change`` (what the
        lint finds, joined by "; "). Who was not listened to yet gets no letter: the first contact is a call or a
        visit. An account that you do not want back, or that is let go and has no outcome yet, gets the farewell; one
        with the decision E-mail the question (`contact_list.by_email`). Who has a day in Plan e-mailed gets a second
        letter about what happened since, with the words from the log of talks, or none where nothing did. Nobody whose
        case is held for legal gets any text.
    """
    rows = plan.campaign[contact_list.to_write_to(plan.campaign, customers)]
    facts = pd.DataFrame(
        {
            **{name: _text(rows, name) for name in _SAID},
            **letter_facts.of_rows(plan, rows, customers),
            "order_days": rows["customer_id"]
            .map(letter_facts.first(plan.segments)["order_days"])
            .astype(float)
            .tolist(),
            "offer": agreed_offers(plan, rows),
            "owed": _owed(plan, rows),
            "written_on": _days(letter_facts.written_on(rows)),
            "delivered_on": _days(cell_values.days(rows["delivered_on"])),
            "settled_on": _days(cell_values.days(rows["customer_confirmed"])),
            "last_order": _month(
                letter_facts.first(plan.segments)["last_order"].reindex(rows["customer_id"])
            ),
            "recovery_failed": (cell_values.folded(rows, "recovery_failed") == "yes").tolist(),
            "kind": _kinds(rows, plan.settings).tolist(),
        }
    )
    call_on = np.busday_offset(
        plan.as_of.to_numpy().astype("datetime64[D]"), plan.settings.thank_you_days, roll="backward"
    )
    day, settings = in_words(pd.Timestamp(call_on)), plan.settings
    talked = letter_facts.latest_talks(rows, plan.talks, plan.as_of)
    made = []
    for customer, row in zip(rows["customer_id"].tolist(), facts.to_dict("records"), strict=True):
        kind = row["kind"]
        if kind in NO_LETTER:
            made.append((kind, "", "", ""))
            continue
        letter = (
            _second(row, talked.get(customer, letter_facts.Talk()), settings)
            if kind == SECOND
            else _letter({str(name): value for name, value in row.items()}, day, settings)
        )
        found_in = lint(letter.text, names_change=kind == CHANGE)
        made.append((kind, letter.subject, letter.text, "; ".join(phrase for phrase, _ in found_in)))
    found = pd.DataFrame(made, columns=["kind", "subject", "letter", "to_change"], dtype=object)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object),
            "customer": facts["customer"],
            "owner": facts["owner"],
            **found,
        }
    )


def _kinds(rows: pd.DataFrame, settings: Settings) -> NDArray[np.object_]:
    """Return which letter each account gets, of `KINDS`."""
    farewell = (cell_values.folded(rows, "want_back") == "no") | (
        cell_values.folded(rows, "stage") == "let go"
    )
    sent = letter_facts.written_on(rows).notna()
    cases = [
        account_state.held_for_legal(rows, settings),
        farewell,
        sent & letter_facts.news(rows),
        sent & ~contact_list.by_email(rows),
        cell_values.folded(talk_counts.followed(rows), "listened") == "yes",
        contact_list.by_email(rows),
    ]
    return np.select(
        [case.to_numpy(bool) for case in cases],
        [HELD, CLOSING, SECOND, WRITTEN, CHANGE, QUESTION],
        CALL_FIRST,
    ).astype(object)


def _signature(row: dict[str, Any], settings: Settings) -> str:
    closing = f"{settings.letter_closing}," if settings.letter_closing else ""
    return "\n".join(
        filter(
            None,
            (closing, row["owner"] or "[your name]", "[your phone]", settings.company or "[your company]"),
        )
    )


def _second(row: dict[Any, Any], talk: letter_facts.Talk, settings: Settings) -> Letter:
    """Return the second letter of one account."""
    return follow_up(
        written_on=row["written_on"], contact=row["contact"], signature=_signature(row, settings), talked_on=talk.day,
        their_words=talk.said, promised=talk.promised, promised_by=talk.promised_by, kept=talk.kept, offer=row["offer"],
        owed=row["owed"], delivered_on=row["delivered_on"], settled_on=row["settled_on"],
    )  # fmt: skip


def _letter(row: dict[str, Any], call_on: str, settings: Settings) -> Letter:
    """Return the letter of one account."""
    signature = _signature(row, settings)
    if row["kind"] == QUESTION:
        return question(
            level=row["level"], contact=row["contact"], signature=signature, last_order=row["last_order"], years=row["years"],
        )  # fmt: skip
    return draft(
        level=row["level"], failure=row["failure"], ours=row["ours"], contact=row["contact"], signature=signature,
        their_words=row["reason_theirs"], requested=row["requested_remedy"], idea=row["idea"], answer=row["idea_answer"],
        offer=row["offer"], order_days=row["order_days"], call_on=call_on, closing=row["kind"] == CLOSING,
        recovery_failed=row["recovery_failed"], partly=row["partly"], owed=row["owed"],
        years=row["years"], happened_on=row["happened_on"], order=row["order"], late=row["late"], new_owner=row["new_owner"],
        asked=row["asked"], asked_less=row["asked_less"],
    )  # fmt: skip


def _days(days: pd.Series) -> list[str]:
    return ["" if pd.isna(day) else in_words(pd.Timestamp(day)) for day in days]


def _month(days: pd.Series) -> list[str]:
    return ["" if pd.isna(day) else in_words(pd.Timestamp(day)).split(" ", 1)[1] for day in days]


_SAID = ("customer", "level", "contact", "owner", "reason_theirs", "requested_remedy", "idea", "idea_answer")


def agreed_offers(plan: Plan, rows: pd.DataFrame) -> list[str]:
    """Return what may be named to each account: the agreed amount beyond what we owe, in words.

    Parameters
    ----------
    plan : Plan
        For the currency and the settings.
    rows : DataFrame
        Rows of the campaign.

    Returns
    -------
    list of str
        "" for who was not listened to, whose approval is missing, who is held for legal, or where nothing is agreed.
    """
    free = follow_through.may_offer(rows, settings=plan.settings)
    agreed = beyond_owed(rows)
    said = []
    for ok, amount, form in zip(free, agreed, _text(rows, "form"), strict=True):
        amount_text = show(float(amount), plan.currency)
        said.append(_FORM_WORDS.get(form, "{}").format(amount_text) if ok and amount > 0 else "")
    return said


def beyond_owed(rows: pd.DataFrame) -> pd.Series:
    """Return the agreed amounts less what we owe in any case, at least 0."""
    agreed, owed = (
        pd.to_numeric(rows[name], errors="coerce").fillna(0.0) for name in ("agreed_amount", "owed")
    )
    return (agreed - owed).clip(lower=0.0)


def _owed(plan: Plan, rows: pd.DataFrame) -> list[str]:
    """Return what we owe each account in any case, in words, "" for nothing."""
    owed = pd.to_numeric(rows["owed"], errors="coerce").fillna(0.0)
    return [show(float(amount), plan.currency) if amount > 0 else "" for amount in owed]


_FORM_WORDS = {
    "credit": "a credit note for {}",
    "discount": "a discount of {}",
    "cash": "a payment of {}",
}


def _text(frame: pd.DataFrame, name: str) -> list[str]:
    return [str(value).strip() for value in frame[name].fillna("")]
