"""The calendar file follows RFC 5545 and gives the same event the same identity each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import desk
from winback_xl.core.outreach import contact_list, day_plan
from winback_xl.core.tracking import account_state
from winback_xl.errors import FileError
from winback_xl.files import calendar_file
from winback_xl.schema.columns import CUSTOMERS

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan


def due(plan: Plan) -> pd.DataFrame:
    return contact_list.appointments(plan.campaign, as_of=plan.as_of, settings=plan.settings)


def listed(plan: Plan) -> pd.DataFrame:
    return day_plan.entries(due(plan), settings=plan.settings, currency=plan.currency)


def text_of(plan: Plan) -> str:
    return calendar_file.calendar(listed(plan), campaign_id=plan.campaign_id, as_of=plan.as_of)


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


def talked_about() -> Plan:
    """Return the plan with three accounts that one owner is to call on the same day."""
    day = desk.AS_OF + pd.Timedelta(days=3)
    rows = {0: "Yes", 1: "Yes", 2: "Yes"}
    owner = str(desk.built().campaign["owner"].iloc[0])
    return desk.edited(
        want_back=rows, owner=dict.fromkeys(rows, owner), my_date=dict.fromkeys(rows, day),
        manager=dict.fromkeys(rows, "Kim"), joint_visit=dict.fromkeys(rows, desk.AS_OF),
    )  # fmt: skip


def test_an_owner_gets_one_list_a_day_that_names_everything_due_then() -> None:
    plan = talked_about()
    wanted, shown = due(plan), events(text_of(plan))
    lists = [event for event in shown if event["CATEGORIES"] == "Day"]
    days = wanted.groupby(["day", "owner"], sort=False).size()
    assert len(lists) == len(days)
    assert len(lists) < len(wanted)
    for (day, owner), count in days.items():
        mine = [
            event for event in lists
            if event["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}" and (not owner or f"Owner: {owner}" in event["DESCRIPTION"])
        ]  # fmt: skip
        assert any(event["SUMMARY"].startswith(f"Win-back: {count} thing") for event in mine)
        stated = "\n".join(event["DESCRIPTION"] for event in mine)
        for summary in wanted.loc[(wanted["day"] == day) & (wanted["owner"] == owner), "summary"]:
            assert summary in stated


def test_each_call_has_its_own_time_and_its_number_the_most_valuable_first() -> None:
    plan = talked_about()
    listed_customers = desk.tables().frame(CUSTOMERS)
    found = contact_list.appointments(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, customers=listed_customers
    )
    made = day_plan.entries(found, settings=plan.settings, currency=plan.currency)
    calls = made[made["minutes"] > 0]
    assert len(calls) == 3 == int(found["call"].sum())
    assert not calls.duplicated(["start", "owner"]).any()
    day = desk.AS_OF + pd.Timedelta(days=3)
    assert calls["start"].tolist() == [day + pd.Timedelta(hours=9, minutes=20 * place) for place in range(3)]
    worth = found[found["call"]].set_index("summary")["worth"]
    ranked = [worth[text.removeprefix("Call ")] for text in calls["summary"]]
    assert ranked == sorted(ranked, reverse=True)
    assert calls["details"].str.contains(r"Phone: \+?\d").any()
    shown = [event for event in events(text_of(plan)) if "DTSTART" in event]
    assert [event["DTSTART"] for event in shown] == [f"{start:%Y%m%dT%H%M%S}" for start in calls["start"]]


def test_calls_without_time_left_are_on_the_list_of_the_day() -> None:
    plan = talked_about()
    late = plan.settings.with_(calls_from=17, call_minutes=60)
    made = day_plan.entries(due(plan), settings=late)
    assert (made["minutes"] > 0).sum() == 1
    assert made.loc[made["kind"] == "Day", "summary"].str.contains("3 calls").any()


def test_identities_are_unique_and_a_call_keeps_its_own_when_it_moves() -> None:
    plan = talked_about()
    one = [event["UID"] for event in events(text_of(plan))]
    assert len(set(one)) == len(one)
    assert text_of(plan) == text_of(plan)
    moved = due(plan).assign(day=lambda frame: frame["day"] + pd.Timedelta(days=7))
    other = day_plan.entries(moved, settings=plan.settings)
    calls = listed(plan).query("minutes > 0")["identity"]
    assert set(calls) == set(other.query("minutes > 0")["identity"])


def test_a_later_export_replaces_the_events_of_an_earlier_one() -> None:
    plan = desk.built()
    later = calendar_file.calendar(
        listed(plan), campaign_id=plan.campaign_id, as_of=plan.as_of + pd.Timedelta(days=7)
    )
    assert int(events(later)[0]["SEQUENCE"]) == int(events(text_of(plan))[0]["SEQUENCE"]) + 7


def test_another_campaign_has_other_identities() -> None:
    plan = desk.built()
    other = calendar_file.calendar(listed(plan), campaign_id="another", as_of=plan.as_of)
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
        {"start": [desk.AS_OF], "minutes": [0], "identity": ["A"], "kind": ["Next step"], "owner": [owner],
         "summary": [f"{name}: call"], "details": [""]}
    )  # fmt: skip
    shown = events(calendar_file.calendar(row, campaign_id="c", as_of=desk.AS_OF))
    assert shown[0]["SUMMARY"] == f"{name}: call"


def test_nothing_due_is_an_empty_calendar(tmp_path: Path) -> None:
    plan = desk.built()
    none = day_plan.entries(due(plan).iloc[:0], settings=plan.settings)
    path = tmp_path / "f.ics"
    calendar_file.write(calendar_file.calendar(none, campaign_id="c", as_of=plan.as_of), path)
    assert events(path.read_bytes().decode()) == []
    with pytest.raises(FileError):
        calendar_file.write("", path)
