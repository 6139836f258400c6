"""A mail merge is RFC 4180 with ready text, and who opted out or is held out is never in it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import desk
from winback_xl.core.outreach import campaign_letters, contact_list, mail_merge
from winback_xl.core.tracking import account_state
from winback_xl.errors import FileError, UsageError
from winback_xl.files.csv_file import letters_text, safe_text, write_letters
from winback_xl.schema.columns import CUSTOMERS

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan


def customers() -> pd.DataFrame:
    frame = desk.tables().frame(CUSTOMERS)
    assert frame is not None
    return frame


def merged(plan: Plan | None = None) -> mail_merge.MailMerge:
    return mail_merge.merge(plan or desk.built(), customers())


def read_back(text: str, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def test_every_account_leaves_or_is_counted() -> None:
    found = merged()
    assert len(found.table) + sum(found.stays.values()) == len(desk.built().campaign)
    assert len(found.table)


def test_who_opted_out_never_leaves_whatever_people_type() -> None:
    plan = desk.built()
    opted = account_state.opted_out(plan.campaign)
    assert opted.any()
    row = int(opted[opted].index[0])
    stubborn = desk.edited(
        want_back={row: "Yes"}, listened={row: "Yes"}, outcome={row: "Open"}, stage={row: "Decided"}
    )
    found = mail_merge.merge(stubborn)  # even without the customer list
    assert plan.campaign.loc[row, "customer_id"] not in set(found.table["CustomerID"])
    assert found.stays["opted out"] >= 1


def test_who_opts_out_after_the_plan_was_made_stays_too() -> None:
    first = merged().table["CustomerID"].iloc[0]
    later = customers().assign(
        do_not_contact=lambda frame: frame["customer_id"].eq(first).map({True: "Yes", False: ""})
    )
    found = mail_merge.merge(desk.built(), later)
    assert first not in set(found.table["CustomerID"])


def test_the_control_group_stays() -> None:
    plan = desk.built()
    held = plan.campaign.assign(control_group=["Yes", *plan.campaign["control_group"].iloc[1:]])
    found = mail_merge.merge(replace(plan, campaign=held), customers())
    assert held["customer_id"].iloc[0] not in set(found.table["CustomerID"])
    assert found.stays["control group"] == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"want_back": {0: "Later"}}, "resting"),
        ({"want_back": {0: "Yes"}, "stage": {0: "Resting"}}, "resting"),
        ({"want_back": {0: "Yes"}, "outcome": {0: "Won"}}, "won"),
        ({"want_back": {0: "Yes"}, "outcome": {0: "Lost"}}, "closed"),
        ({"want_back": {0: "Yes"}, "stage": {0: "Warm-lost"}}, "closed"),
        ({"decision_why": {0: "No longer qualifies: bought again."}}, "no longer qualify"),
        ({"decision": {0: "Let go"}}, "not pursued"),
    ],
)
def test_each_reason_to_stay(cells: dict[str, dict[int, object]], reason: str) -> None:
    assert contact_list.sort_out(desk.edited(**cells).campaign).iloc[0] == reason


def test_an_offer_leaves_only_after_listening_and_approval() -> None:
    """Offer locked until listened; no amount that somebody still has to approve."""
    amount = {"want_back": {0: "Yes"}, "agreed_amount": {0: 120.0}, "approver": {0: "Manager"}}
    offers = [
        merged(desk.edited(**amount, **more)).table["Offer"].iloc[0]
        for more in (
            {},
            {"listened": {0: "Yes"}},
            {
                "listened": {0: "Yes"},
                "approved_by": {0: "Aled"},
                "approved_on": {0: pd.Timestamp("2026-10-30")},
            },
        )
    ]
    assert offers == ["", "", "EUR 120"]


def test_amounts_and_dates_are_ready_text() -> None:
    table = merged().table
    due = desk.built().campaign.set_index("customer_id")["due"]
    first = table.iloc[0]
    day = due[first["CustomerID"]]
    assert first["NextStepDue"] == f"{day.day} {day:%B} {day.year}"
    assert all(isinstance(value, str) for value in table.to_numpy().ravel())


def test_headings_are_unique_words_without_spaces() -> None:
    assert len(set(mail_merge.HEADINGS)) == len(mail_merge.HEADINGS)
    assert all(heading.isalnum() for heading in mail_merge.HEADINGS)


def test_counts_say_who_has_no_email_and_whom_to_call_first() -> None:
    found = merged()
    assert found.held > 0
    assert found.call_first + found.held == len(found.table)  # nobody was listened to yet
    heard = merged(desk.edited(listened={0: "Yes"}, want_back={0: "Yes"}))
    assert heard.call_first == found.call_first - 1
    assert heard.letters == 1
    assert heard.table["Letter"].ne("").tolist() == [True, *[False] * (len(heard.table) - 1)]
    assert heard.to_merge.startswith("In Word, merge records 1 to 1 only")
    assert found.to_merge == "No account gets a letter now."
    first = heard.table["CustomerID"].iloc[0]
    without = customers().assign(email=lambda frame: frame["email"].where(frame["customer_id"] != first, ""))
    plan = desk.edited(listened={0: "Yes"}, want_back={0: "Yes"})
    assert mail_merge.merge(plan, without).without_email == heard.without_email + 1
    assert mail_merge.merge(plan).without_email == heard.without_email  # the campaign knows them too
    assert heard.to_change == 1


def test_a_letter_keeps_its_lines_and_quotes() -> None:
    plan = desk.edited(
        listened={0: "Yes"},
        want_back={0: "Yes"},
        reason_theirs={0: 'They said "never", twice; then,\nnothing'},
    )
    found = merged(plan)
    back = read_back(letters_text(found.table))
    assert back[0]["Letter"].replace("\r\n", "\n") == found.table["Letter"].iloc[0]
    assert '"never"' in back[0]["Letter"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_line_ends_with_crlf_and_every_row_has_every_field(separator: str) -> None:
    found = merged()
    text = letters_text(found.table, separator)
    back = read_back(text, separator)
    assert text.endswith("\r\n")
    assert len(back) == len(found.table)
    assert all(set(row) == set(mail_merge.HEADINGS) and None not in row.values() for row in back)


@pytest.mark.slow
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), st.sampled_from([",", ";", "\t"])
)
def test_any_customer_name_comes_back_and_no_cell_can_run(name: str, separator: str) -> None:
    plan = desk.built()
    named = plan.campaign.assign(customer=[name, *plan.campaign["customer"].iloc[1:]])
    found = mail_merge.merge(replace(plan, campaign=named))
    back = read_back(letters_text(found.table, separator), separator)
    shown = back[0]["Customer"]
    line = re.sub("[\u2028\u2029\ufffe\uffff]+", " ", name).strip()
    assert shown.removeprefix("'") == line.removeprefix("'")
    assert not any(value.startswith(("=", "+", "-", "@", "\t")) for row in back for value in row.values())


def test_phone_numbers_keep_their_country_and_start_no_formula() -> None:
    phones = merged().table["Phone"]
    assert phones.str.startswith("(+").any()


def test_the_file_starts_with_a_byte_order_mark_and_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    write_letters(merged().table, path, separator=";")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfCustomerID;Customer")
    with pytest.raises(FileError):
        write_letters(merged().table, path)
    assert path.read_bytes() == content


def test_another_separator_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be used as a separator"):
        letters_text(merged().table, "|")


def test_nobody_to_write_to_is_a_table_with_headings_only() -> None:
    plan = desk.built()
    found = mail_merge.merge(replace(plan, campaign=plan.campaign.iloc[:0]))
    assert read_back(letters_text(found.table)) == []
    assert found.stays == {}


def test_the_farewell_and_every_other_letter_are_those_of_the_button_that_drafts_them() -> None:
    """Both ask one place who is written to: who is let go gets the farewell until the outcome says that it is out."""
    plan = desk.edited(
        want_back={0: "No", 1: "Yes", 2: "Yes", 3: "Later", 6: "Yes"},
        listened={1: "Yes", 4: "Yes", 6: "Yes"},
        stage={2: "Let go", 4: "Let go", 5: "Resting"},
        outcome={2: "Open", 4: "Let go"},
    )
    merged = mail_merge.merge(plan).table
    drafted = campaign_letters.drafts(plan)
    drafted = drafted.sort_values("letter", key=lambda text: text == "", kind="stable")
    assert merged["CustomerID"].tolist() == drafted["customer_id"].tolist()
    assert merged["Letter"].tolist() == drafted["letter"].tolist()
    kinds = drafted.set_index("customer_id")["kind"]
    ids = plan.campaign["customer_id"]
    assert [kinds[ids[place]] for place in (0, 1, 2, 6)] == [
        "Closing",
        "Held for legal",
        "Closing",
        "What changed",
    ]
    assert not {ids[3], ids[4], ids[5]} & set(kinds.index)


BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00", "\x1b")


@pytest.mark.parametrize("sign", BREAKS)
def test_every_field_but_the_letter_is_one_line(sign: str) -> None:
    """Programs put these fields into the headers of messages: a line break there would be a header of its own."""
    evil = f"Ann{sign}BCC: evil@x.org"
    plan = desk.edited(
        want_back={0: "Yes"}, customer={0: evil}, contact={0: evil}, owner={0: evil}, my_step={0: evil}
    )
    found = mail_merge.merge(plan, customers().assign(email=f"a@x.org{sign}BCC: evil@x.org", phone=evil))
    assert len(found.table)
    for name in mail_merge.HEADINGS:
        if name not in {"Letter", "ToChange"}:
            assert all(len(text.splitlines()) < 2 for text in found.table[name]), name
    assert set(found.table["Email"]) == {""}
    assert found.no_address == tuple(found.table["CustomerID"])
    assert f"not one address, left blank: {found.no_address[0]}" in found.email_not_used


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ann@example.org", True),
        ("ann.o'neil+sales@mail.example.co.uk", True),
        ("jörg@müller.de", True),
        ("ann@example.org; bob@example.org", False),
        ("ann@example.org,bob@example.org", False),
        ("Ann <ann@example.org>", False),
        ("ann@example", False),
        ("ann at example.org", False),
        ("@example.org", False),
        ("ann@@example.org", False),
        ("ann@exam ple.org", False),
        ("a" * 65 + "@example.org", False),
        ("ann@" + "a" * 250 + ".org", False),
        ("ann@example..org", False),
    ],
)
def test_an_email_is_one_address_or_blank_and_named(text: str, kept: bool) -> None:
    found = mail_merge.merge(desk.built(), customers().assign(email=text))
    assert set(found.table["Email"]) == ({text} if kept else {""})
    assert bool(found.no_address) is not kept


@pytest.mark.parametrize(
    "sign", [*"=+-@", *"\uff1d\uff0b\uff0d\uff20", *"\ufe66\ufe62\ufe63\ufe6b", "\t", "\r"]
)
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u200b", "\ufeff ", "\n"])
def test_no_cell_of_a_file_starts_as_a_formula_in_signs_of_any_width(sign: str, before: str) -> None:
    text = f"{before}{sign}cmd|' /C calc'!A0"
    assert safe_text(pd.Series([text])).tolist() == [f"'{text}"]
