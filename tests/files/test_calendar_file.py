"""The calendar file follows RFC 5545 and gives the same event the same identity each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import desk
from winback_xl.core.outreach import contact_list
from winback_xl.core.tracking import account_state
from winback_xl.errors import FileError
from winback_xl.files import calendar_file

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan


def due(plan: Plan) -> pd.DataFrame:
    return contact_list.appointments(plan.campaign, as_of=plan.as_of, settings=plan.settings)


def text_of(plan: Plan) -> str:
    return calendar_file.calendar(due(plan), campaign_id=plan.campaign_id, as_of=plan.as_of)


def events(text: str) -> list[dict[str, str]]:
    """Read a calendar back by the rules of RFC 5545 alone."""
    assert text.endswith("\r\n")
    physical = text.split("\r\n")[:-1]
    assert all("\n" not in line and "\r" not in line for line in physical)
    assert all(len(line.encode()) <= 75 for line in physical)
    lines = "\r\n".join(physical).replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    found: list[dict[str, str]] = []
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif line != "END:VEVENT" and found:
            plain = re.sub(r"\\(.)", lambda sign: {"n": "\n", "N": "\n"}.get(sign[1], sign[1]), value)
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)  # TEXT never holds a bare separator
            assert name not in found[-1]
            found[-1][name] = plain
    return found


def test_every_appointment_is_an_event_of_a_whole_day() -> None:
    plan = desk.built()
    shown, wanted = events(text_of(plan)), due(plan)
    assert len(shown) == len(wanted) > 10
    for event, day, summary in zip(shown, wanted["day"], wanted["summary"], strict=True):
        assert event["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
        assert event["DTEND;VALUE=DATE"] == f"{day + pd.Timedelta(days=1):%Y%m%d}"
        assert event["SUMMARY"] == summary


def test_identities_are_unique_and_the_same_at_the_next_export() -> None:
    plan = desk.built()
    one = [event["UID"] for event in events(text_of(plan))]
    moved = desk.edited(next_step_due={0: pd.Timestamp("2026-12-24")}, next_step={0: "Visit them"})
    other = [event["UID"] for event in events(text_of(moved))]
    assert len(set(one)) == len(one)
    assert set(one) == set(other)
    assert text_of(plan) == text_of(plan)


def test_a_later_export_replaces_the_events_of_an_earlier_one() -> None:
    plan = desk.built()
    later = calendar_file.calendar(
        due(plan), campaign_id=plan.campaign_id, as_of=plan.as_of + pd.Timedelta(days=7)
    )
    assert int(events(later)[0]["SEQUENCE"]) == int(events(text_of(plan))[0]["SEQUENCE"]) + 7


def test_another_campaign_has_other_identities() -> None:
    plan = desk.built()
    other = calendar_file.calendar(due(plan), campaign_id="another", as_of=plan.as_of)
    assert not {event["UID"] for event in events(other)} & {event["UID"] for event in events(text_of(plan))}


def test_won_accounts_get_aftercare_and_open_ones_their_update() -> None:
    plan = desk.edited(
        want_back={0: "Yes", 1: "Yes"}, outcome={0: "Won"}, won_date={0: pd.Timestamp("2026-10-30")},
        last_contact={1: pd.Timestamp("2026-10-29")},
    )  # fmt: skip
    found = due(plan)
    ids = plan.campaign["customer_id"]
    after = found[(found["customer_id"] == ids[0])]
    assert after["kind"].tolist() == ["Aftercare"]
    assert after["day"].tolist() == [pd.Timestamp("2026-11-06")]  # seven days after the win
    update = found[(found["customer_id"] == ids[1]) & (found["kind"] == "Update")]
    assert update["day"].tolist() == [pd.Timestamp("2026-11-02")]  # two working days after Thursday


def test_visits_chases_new_closes_and_reviews_of_concessions_have_their_day() -> None:
    day = pd.Timestamp("2026-11-12")
    days = {name: {0: day} for name in ("joint_visit", "chase_on", "new_close", "concession_review")}
    plan = desk.edited(want_back={0: "Yes"}, outside_party={0: "Freight Co"}, **days)
    found = due(plan)
    mine = found[(found["customer_id"] == plan.campaign["customer_id"][0]) & (found["day"] == day)]
    assert set(mine["kind"]) >= {"Joint visit", "Chase", "New close", "Concession review"}
    assert mine["summary"].str.contains("Chase Freight Co").any()


def test_who_opted_out_or_is_held_out_has_no_event() -> None:
    plan = desk.built()
    opted = set(plan.campaign.loc[account_state.opted_out(plan.campaign), "customer_id"])
    assert opted
    assert not opted & set(due(plan)["customer_id"])


def test_resting_accounts_are_looked_at_again_when_the_rest_is_over() -> None:
    plan = desk.edited(
        want_back={0: "Later"}, rest_until={0: pd.Timestamp("2027-01-15")}, watch_for={0: "rival fails"}
    )
    mine = due(plan)[due(plan)["customer_id"] == plan.campaign["customer_id"][0]]
    assert mine["kind"].tolist() == ["Look again"]
    assert mine["day"].tolist() == [pd.Timestamp("2027-01-15")]
    assert "rival fails" in mine["details"].iloc[0]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.text(max_size=20))
def test_any_name_is_escaped_and_folded_inside_75_octets(name: str, owner: str) -> None:
    row = pd.DataFrame(
        {"customer_id": ["A"], "customer": [name], "owner": [owner], "kind": ["Next step"], "day": [desk.AS_OF],
         "summary": [f"{name}: call"], "details": [""]}
    )  # fmt: skip
    shown = events(calendar_file.calendar(row, campaign_id="c", as_of=desk.AS_OF))
    assert shown[0]["SUMMARY"] == f"{name}: call"


def test_nothing_due_is_an_empty_calendar(tmp_path: Path) -> None:
    plan = desk.built()
    none = due(plan).iloc[:0]
    path = tmp_path / "f.ics"
    calendar_file.write(calendar_file.calendar(none, campaign_id="c", as_of=plan.as_of), path)
    assert events(path.read_bytes().decode()) == []
    with pytest.raises(FileError):
        calendar_file.write("", path)
