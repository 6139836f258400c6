"""A letter owns it, names what changed and since when, credits the customer, and does not ask them back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import desk
from tests.desk import AS_OF
from winback_xl.core.incidents import late_deliveries, open_incidents
from winback_xl.core.outreach import (
    campaign_letters,
    letter_facts,
    letter_lint,
    letter_texts,
    letters,
    mail_merge,
)
from winback_xl.core.outreach.letters import draft
from winback_xl.core.tracking import talk_counts, talk_log
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

GOOD = (
    "Dear Ms Vogt,\n\nwe sent you the wrong filters twice, and your line stood still. I did that, and I am sorry.\n\n"
    "Since 2 November 2026 two people count every box for you. It was your idea, and we have changed it for all.\n\nKim"
)


def phrases(text: str) -> list[str]:
    return [phrase for phrase, _ in letter_lint.lint(text)]


def test_a_good_letter_passes() -> None:
    assert phrases(GOOD) == []


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("Our supplier let us down.", "blame"),
        ("The shipping department lost it.", "blame"),
        ("The carrier was late.", "blame"),
        ("It was an act of God.", "blame"),
        ("Since 1 October the supplier has been late.", "blame"),
        ("This is now beyond our control.", "blame"),
        ("On 3 May your pallet was lost in the warehouse.", "blame"),
        ("That is not our fault.", "blame"),
        ("This was beyond our control.", "blame"),
        ("Mistakes were made.", "blame"),
        ("You should have told us.", "blame"),
        ("I am sorry, but it was urgent.", "excuse"),
        ("We apologize for it; however, prices rose.", "excuse"),
        ("Sorry for any inconvenience.", "insincere"),
        ("We regret if you feel let down.", "insincere"),
        ("You are a valued customer.", "insincere"),
        ("We take this very seriously.", "insincere"),
        ("We will answer as soon as possible.", "vague"),
        ("We will do our best.", "vague"),
        ("Steps have been taken.", "vague"),
        ("Going forward it will be better.", "vague"),
        ("We want you back!", "asking back"),
        ("We would love to have you back.", "asking back"),
        ("We hope to win back your business.", "asking back"),
        ("Please come back.", "asking back"),
        ("Give us another chance.", "asking back"),
        ("We will be stronger than ever.", "promise"),
    ],
)
def test_each_kind_of_wrong_word_is_found_with_its_reason(said: str, group: str) -> None:
    why = next(one.why for one in letter_lint.GROUPS if one.name == group)
    found = letter_lint.lint(f"{GOOD}\n{said}")
    assert [reason for _, reason in found] == [why]
    assert found[0][0] in said


@pytest.mark.parametrize(
    "said",
    ["Since 1 October every pallet is scanned before it leaves the warehouse.", "From 3 May on the carrier calls you an hour before.",
     "Now a second person checks what the supplier sends.", "Your supplies are ready.", "We moved to a butter-coloured box.", "I ask nothing of you.", "The back door is open.", "Sunday we count."],
)  # fmt: skip
def test_innocent_words_pass(said: str) -> None:
    assert phrases(f"{GOOD}\n{said}") == []


def test_a_letter_without_a_change_or_a_date_is_told_so() -> None:
    assert phrases("Dear Ms Vogt, I am sorry. Kim") == ["[what changed]", "[date]"]
    assert phrases("We have changed the truck.") == ["[date]"]
    assert phrases("I am sorry for what we did on 2026-11-02.") == ["[what changed]"]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_no_text_is_no_letter(text: str) -> None:
    assert letter_lint.lint(text) == [letter_lint.NOTHING]


def test_blanks_that_nobody_filled_in_are_named() -> None:
    assert phrases(f"{GOOD}\nCall [number], or <<Name>>, or XXX.") == ["[number]", "<<Name>>", "XXX"]


def test_the_customer_s_own_words_pass_in_quotes() -> None:
    assert phrases(f"{GOOD}\nYou told us: \u201cyour supplier always fails\u201d.") == []


def test_typographic_apostrophes_are_apostrophes() -> None:
    assert phrases(f"{GOOD}\nYou didn\u2019t say so.") == ["You didn't"]


def test_a_farewell_need_not_name_a_change() -> None:
    assert letter_lint.lint("Thank you. Until 2026-11-02.", names_change=False) == []


@given(st.text(max_size=300))
def test_any_text_gives_a_list_of_phrases_with_reasons(text: str) -> None:
    for phrase, why in letter_lint.lint(text):
        assert phrase.strip()
        assert why.endswith((".", ")."))


FAILURES = [*LISTS["Failure type"], "", "Rust"]
APOLOGY = re.compile(r"\b(sorry|apologi[sz]e|apology|our failure|our doing)\b", re.IGNORECASE)


@pytest.mark.parametrize("level", LISTS["Level"])
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("closing", [False, True])
def test_a_draft_for_every_level_and_reason_passes_once_its_blanks_are_filled(
    level: str, failure: str, ours: bool, closing: bool
) -> None:
    letter = draft(
        level=level, failure=failure, ours=ours, contact="Ms Vogt", signature="Kind regards,\nKim", their_words="twice late",
        requested="a call", order_days=57, call_on="24 November 2026", closing=closing, owed="EUR 1,250",
    )  # fmt: skip
    assert letter.subject
    assert (
        letters.lint(re.sub(r"\[[^\]]*\]", "20 November 2026", letter.text), names_change=not closing) == []
    )
    left_open = letters.lint(letter.text, names_change=not closing)
    assert left_open
    assert all(why == letter_lint.GAP_WHY for _, why in left_open)


@pytest.mark.parametrize("level", LISTS["Level"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_letter_apologises_for_what_was_our_doing_and_for_nothing_else(level: str, failure: str) -> None:
    not_ours = failure in ("Customer-side change", "")
    assert bool(APOLOGY.search(draft(level=level, failure=failure).text)) != not_ours
    assert not APOLOGY.search(draft(level=level, failure=failure, ours=False).text)
    assert not APOLOGY.search(draft(level=level, failure=failure, closing=True).text)


def test_a_complaint_and_a_proposal_are_quoted_as_what_they_are() -> None:
    text = draft(
        failure="Late delivery", their_words="Twice late in May.", requested="a call before noon"
    ).text
    assert "You told us what went wrong: \u201cTwice late in May\u201d." in text
    assert "You also told us what would help: \u201ca call before noon\u201d." in text


def test_what_was_agreed_is_named() -> None:
    assert (
        "As agreed, you will have a credit note for EUR 3,300 by [day]."
        in draft(offer="a credit note for EUR 3,300").text
    )


@pytest.mark.parametrize(
    ("idea", "answer", "words"),
    [
        ("Accepted", "route sheet of 12 May.", "That is done: route sheet of 12 May."),
        ("Partly", "mornings only", "We have done part of it: mornings only."),
        ("No", "no driver on Sundays", "We cannot do that. The reason: no driver on Sundays."),
    ],
)
def test_what_they_asked_is_answered_with_the_proof_or_the_reason(idea: str, answer: str, words: str) -> None:
    """Articles 001 and 003: do their idea or say why not; point out that what they asked for was done."""
    asked = {"failure": "Late delivery", "requested": "an earlier truck"}
    assert words in draft(**asked, idea=idea, answer=answer).text
    assert draft(**asked, idea=idea).text == draft(**asked).text


def test_a_loyal_customer_is_reminded_gently_of_the_good_years_and_others_are_not() -> None:
    assert "many orders" in draft(level="Loyal Customer", failure="Late delivery", order_days=57).text
    assert "many orders" not in draft(level="Occasional Buyer", failure="Late delivery", order_days=57).text


def test_levels_and_reasons_give_different_letters() -> None:
    known = [*LISTS["Failure type"], ""]
    texts = {draft(level=level, failure=kind).text for level in LISTS["Level"] for kind in known}
    assert len(texts) >= len(known)


def test_each_failure_type_of_a_campaign_gets_its_own_letter() -> None:
    """The letter follows the failure type of the make-good, whatever words are in the cause."""
    plan = desk.built()
    kinds = plan.make_goods.drop_duplicates("customer_id").set_index("customer_id")["failure_type"]
    certain = ~plan.campaign["cause"].fillna("").str.contains(open_incidents.NOT_CONFIRMED)
    rows = plan.campaign.index[plan.campaign["customer_id"].isin(kinds.index) & certain]
    plan = desk.edited(listened=dict.fromkeys(rows, "Yes"), want_back=dict.fromkeys(rows, "Yes"))
    found = campaign_letters.drafts(plan)
    written = found[
        (found["kind"] == "What changed") & found["customer_id"].isin(plan.campaign.loc[rows, "customer_id"])
    ]
    assert len(written) > 5
    for row in written.itertuples():
        kind = kinds[row.customer_id]
        assert row.subject in {
            family[kind].subject for family in (letter_texts.OURS, letter_texts.NOT_OURS) if kind in family
        } | {letter_texts.NOT_OURS["Other"].subject}


def test_who_was_not_listened_to_gets_a_call_and_no_letter() -> None:
    """Article 003: in person or on the phone; an e-mail is not the first contact."""
    plan = desk.edited(
        listened={0: "Yes"},
        want_back={0: "Yes", 1: "Yes", 2: "No"},
        approver={0: "Rep", 1: "Rep", 2: "Rep"},
        legal={0: "", 1: "", 2: ""},
    )
    found = campaign_letters.drafts(plan).set_index("customer_id")
    ids = plan.campaign["customer_id"]
    assert found.loc[ids[0], "kind"] == "What changed"
    assert found.loc[ids[0], "letter"]
    assert found.loc[ids[1], "kind"] == "Call first"
    assert found.loc[ids[1], "letter"] == ""
    assert found.loc[ids[2], "kind"] == "Closing"
    assert "3 November 2026" in found.loc[ids[0], "letter"]  # two working days after Saturday, 31 October
    assert (
        found.loc[ids[0], "letter"]
        .rstrip()
        .endswith(f"Kind regards,\n{plan.campaign.loc[0, 'owner']}\n[your phone]\n[your company]")
    )


def test_what_we_owe_is_named_apart_from_what_was_agreed() -> None:
    """A refund is no favour: the letter does not call it the offer."""
    plan = desk.edited(
        listened={0: "Yes"}, want_back={0: "Yes"}, approver={0: "Rep"}, flags={0: ""}, legal={0: ""},
        recommended={0: 1250.0}, owed={0: 1250.0}, agreed_amount={0: 1250.0}, form={0: "credit"},
    )  # fmt: skip
    one = plan.campaign.loc[0, "customer_id"]
    text = campaign_letters.drafts(plan).set_index("customer_id").loc[one, "letter"]
    assert "We owe you EUR 1,250. You will have it in full by [day]" in text
    assert "As agreed" not in text
    merged = mail_merge.merge(plan).table.set_index("CustomerID").loc[one]
    assert (merged["Owed"], merged["Offer"]) == ("EUR 1,250", "")
    more = replace(
        plan,
        campaign=plan.campaign.assign(agreed_amount=1650.0, recommended=1650.0, our_cost=425.0),
        settings=plan.settings.with_(own_limits=""),  # every rep may approve 500
    )
    text = campaign_letters.drafts(more).set_index("customer_id").loc[one, "letter"]
    assert "As agreed, you will also have a credit note for EUR 400 by [day]." in text


def written_to(**more: dict[int, object]) -> Plan:
    """Return a plan whose first account was heard, is wanted back and had its letter on 3 November 2026."""
    plan = desk.edited(
        listened={0: "Yes"}, want_back={0: "Yes"}, approver={0: "Rep"}, flags={0: ""}, legal={0: ""},
        plan_emailed={0: pd.Timestamp("2026-11-03")}, stage={0: "Plan e-mailed"}, **more,
    )  # fmt: skip
    return replace(plan, as_of=pd.Timestamp("2026-11-12"))


def test_who_had_the_letter_gets_no_other_while_nothing_happened_since() -> None:
    plan = written_to(last_contact={0: pd.Timestamp("2026-11-02")})
    found = campaign_letters.drafts(plan).set_index("customer_id").loc[plan.campaign.loc[0, "customer_id"]]
    assert (found["kind"], found["letter"]) == ("Already written", "")
    assert mail_merge.merge(plan).written == 1


def test_the_second_letter_knows_the_first_and_what_was_said_since() -> None:
    plan = written_to()
    one = plan.campaign.loc[0, "customer_id"]
    talk = {
        "customer_id": one, "customer": one, "talk_date": pd.Timestamp("2026-11-10"), "listened": "Yes", "said": "The window helps.",
        "promised": "Two-hour window on every order", "promised_by": pd.Timestamp("2026-11-20"),
    }  # fmt: skip
    log = talk_log.shaped(
        pd.DataFrame(
            [talk | {"talk_date": pd.Timestamp("2026-11-02"), "said": "Late again"}, talk], dtype=object
        )
    )
    rows = talk_counts.with_talks(plan.campaign, log, plan.cards)
    rows["last_talk"] = talk_counts.last_talk(rows)
    found = campaign_letters.drafts(replace(plan, talks=log, campaign=rows)).set_index("customer_id").loc[one]
    assert (found["kind"], found["subject"]) == ("Second letter", "Since my letter of 3 November 2026")
    assert found["letter"].split("\n\n")[1:4] == [
        "As we wrote to you on 3 November 2026, we have changed how we work for you. That still holds.",
        "When we spoke on 10 November 2026, you told us: \u201cThe window helps\u201d. Thank you. We promised you: \u201cTwo-hour window on every order\u201d. You will have it by 20 November 2026.",
        "Is anything still open for you? Please tell me, and I will see to it myself.",
    ]
    assert "sorry" not in found["letter"]
    assert found["to_change"] == "[your phone]; [your company]"


def test_a_promise_that_is_late_leaves_a_blank_for_what_only_a_person_knows() -> None:
    letter = letters.follow_up(written_on="3 November 2026", talked_on="5 November 2026", promised="A call")
    assert (
        "We promised you: \u201cA call\u201d. It is not done yet: [why, and by when you have it]."
        in letter.text
    )
    kept = letters.follow_up(written_on="3 November 2026", promised="A call", kept=True)
    assert "\u201cA call\u201d. That is done." in kept.text


def test_who_opted_out_is_in_no_draft() -> None:
    plan = desk.built()
    opted = plan.campaign.loc[plan.campaign["decision_why"] == "Asked not to be contacted.", "customer_id"]
    found = campaign_letters.drafts(plan)
    assert len(opted)
    assert not set(opted) & set(found["customer_id"])


@pytest.mark.slow
@given(
    st.sampled_from(["", "Kim", "Dr Roth"]), st.booleans(), st.sampled_from(["Yes", "No", "", "Later"]),
    st.sampled_from(["Listed", "Listened", "Offer approved", "Won", "Let go"]), st.sampled_from(["", "Dr Roth, Ms Sand"]),
)  # fmt: skip
def test_a_case_held_for_legal_gets_no_letter_and_no_offer_before_counsel_approved(
    approved_by: str, dated: bool, want: str, stage: str, names: str
) -> None:
    plan = desk.edited(
        listened={0: "Yes"}, want_back={0: want}, stage={0: stage}, approver={0: "Counsel"}, agreed_amount={0: 500.0},
        legal={0: "Yes"}, approved_by={0: approved_by}, approved_on={0: AS_OF if dated else None},
    )  # fmt: skip
    plan = replace(plan, settings=replace(plan.settings, counsel_names=names))
    released = dated and approved_by == "Dr Roth" and bool(names)
    one = plan.campaign.loc[0, "customer_id"]
    drafted = campaign_letters.drafts(plan).set_index("customer_id")
    merged = mail_merge.merge(plan).table.set_index("CustomerID")
    assert campaign_letters.agreed_offers(plan, plan.campaign)[0] == "" or released
    if not released:
        assert one not in drafted.index or (drafted.loc[one, "kind"], drafted.loc[one, "letter"]) == (
            "Held for legal",
            "",
        )
        assert (
            one not in merged.index or (merged.loc[one, ["Offer", "Token", "Letter", "Subject"]] == "").all()
        )


@pytest.mark.parametrize(
    "text",
    [
        "Your orders were late. We changed the carrier on 10 May.",
        "We have replaced the forwarder since 2026-05-10.",
        "Since 10 May our warehouse now scans every pallet before it is loaded.",
        "The carrier was replaced on 10 May.",
        "We have trained our service team, and since 10 May you reach it directly.",
        "On 10 May we moved your orders from the carrier of the region to our own trucks.",
    ],
)
def test_the_change_that_was_made_is_no_blame(text):
    assert letter_lint.lint(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The carrier lost your pallet. We changed the label on 10 May.",
        "We changed the label on 10 May after the carrier lost your pallet.",
        "We moved your orders on 10 May because our supplier failed.",
        "On 10 May we changed your slot; the warehouse had mixed it up.",
        "Our warehouse was careless. We have replaced the racks since 10 May.",
    ],
)
def test_blame_next_to_a_change_is_still_blame(text):
    assert len(letter_lint.lint(text)) == 1


def test_the_one_email_asks_and_neither_offers_nor_apologises() -> None:
    for level in LISTS["Level"]:
        letter = letters.question(level=level, contact="Ms Vogt", signature="Kim", last_order="May 2026")
        assert "May 2026" in letter.text
        assert not re.search(r"sorry|apolog|offer|discount|credit", letter.text, re.IGNORECASE)
        assert letter_lint.lint(letter.text, names_change=False) == []


def test_who_is_not_worth_a_call_gets_the_one_email_once() -> None:
    plan = desk.edited(decision={0: "E-mail"}, want_back={0: ""})
    first = plan.campaign["customer_id"].iloc[0]
    table = mail_merge.merge(plan).table.set_index("CustomerID")
    assert table.loc[first, "Kind"] == "E-mail"
    assert table.loc[first, "Offer"] == ""
    sent = desk.edited(decision={0: "E-mail"}, plan_emailed={0: AS_OF})
    assert first not in set(mail_merge.merge(sent).table["CustomerID"])


def test_a_letter_owns_no_more_than_our_part_and_does_not_claim_what_was_declined():
    letter = draft(
        level="Loyal Customer", failure="Price", requested="Hold the old price", idea="No", partly=True,
        answer="our supplier raised it too", order_days=4,
    ).text  # fmt: skip
    assert "We made a mistake in this, and I am sorry for it." in letter
    assert "We have changed your price" not in letter
    assert "What we have changed instead" in letter
    assert "many orders" not in letter
    assert "many orders" in draft(level="Loyal Customer", failure="Price", order_days=30).text


@pytest.mark.parametrize("level", LISTS["Level"])
def test_a_letter_speaks_of_years_only_where_the_orders_span_them(level: str) -> None:
    for years in (0.8, float("nan")):
        for ours in (True, False):
            text = draft(level=level, failure="Late delivery", ours=ours, order_days=74, years=years).text
            assert not re.search("years|long time|regularly", text)
        assert "years" not in letters.question(level=level, last_order="May 2026", years=years).text
    assert "for years" in draft(level="Loyal Customer", failure="Late delivery", years=2.1).text


def test_no_letter_blames_the_signer_for_the_past_or_both_sides() -> None:
    for kind in FAILURES:
        text = draft(level="Habitual Buyer", failure=kind, partly=True, new_owner=True, years=3).text
        assert not re.search(r"I did not|I should have|work well together|Part of", text)
        assert "I look after your account now" in text


def test_late_orders_on_record_are_named_with_their_days() -> None:
    late = late_deliveries.of_sentence(
        "Order 7 was promised for 2 March 2026 and left on 5 March 2026, 3 days late."
    )
    letter = draft(failure="Late delivery", late=late)
    assert "late" in letter.subject
    assert (
        "your order 7. We had promised it for 2 March 2026, and it left us on 5 March 2026, 3 days late. I am sorry."
        in letter.text
    )
    assert letter_facts.failure_of("Short delivery in May") == "Wrong or damaged goods"


def test_what_is_in_the_third_person_is_not_quoted_as_their_words() -> None:
    text = draft(
        failure="Other", their_words="They got metric screws", requested="The customer wants a visit"
    ).text
    assert "\u201c" not in text
    found = phrases(text)
    assert "[write in their words: They got metric screws]" in found
    assert "[write in their words: The customer wants a visit]" in found


def test_the_incident_is_named_by_its_day_and_order_and_the_request_by_its_amount() -> None:
    text = draft(
        failure="Wrong or damaged goods",
        happened_on="3 May 2026",
        order="order 4711",
        offer="a payment of EUR 5,300",
        asked="EUR 350",
        asked_less=True,
    ).text
    assert "the delivery of 3 May 2026 (order 4711)" in text
    assert "You had asked for EUR 350; we agreed on more." in text


def test_the_one_email_says_how_to_stop_it() -> None:
    assert letter_texts.OPT_OUT in letters.question(last_order="May 2026").text
