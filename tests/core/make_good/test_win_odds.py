"""The odds: golden cases, the words of the sheets, and what moves them which way."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.make_good import win_odds
from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings

LEVELS = {"O": "Occasional Buyer", "H": "Habitual Buyer", "L": "Loyal Customer"}
statuses = st.sampled_from([*LISTS["Status"], "current", "lapsed", "cold", ""])
levels = st.sampled_from(LISTS["Level"])
fixes = st.sampled_from(LISTS["Specific or systemic"])
ratios = st.one_of(st.floats(min_value=0, max_value=20), st.just(float("nan")))
rows = st.tuples(statuses, levels, ratios, fixes)


def test_golden_odds(golden_dir, settings):
    cases = json.loads((golden_dir / "golden_makegood_odds.json").read_text(encoding="utf-8"))["odds"]
    assert len(cases) == 8
    cases.append({"args": ["lapsed", "O", 6, "systemic_open"], "p": 0.20, "dp": 0.0})
    for case in cases:
        band, level, ratio, fix = case["args"]
        chance, gain = win_odds.win(band, LEVELS[level], ratio, fix, settings)
        assert chance == pytest.approx(case["p"], abs=1e-12), case
        assert gain == pytest.approx(case["dp"], abs=1e-12), case


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Active", (0.6, 0.7)), ("Due", (0.6, 0.7)), ("At risk", (0.6, 0.7)), ("at_risk", (0.6, 0.7)),
        ("current", (0.6, 0.7)), ("Lapsed", (0.2, 0.4)), ("Cold", (0.05, 0.2)), ("", (0.05, 0.2)),
    ],
)  # fmt: skip
def test_each_status_has_the_band_of_the_article(status, expected, settings):
    assert win_odds.band(status, settings) == expected


@pytest.mark.parametrize("name", ["Status", "Level", "Specific or systemic"])
def test_every_word_of_the_sheet_lists_is_known(name, settings):
    given_words = {"Status": "Lapsed", "Level": "Loyal Customer", "Specific or systemic": "specific"}
    for word in LISTS[name]:
        words = given_words | {name: word}
        chance, _ = win_odds.win(words["Status"], words["Level"], 1, words["Specific or systemic"], settings)
        assert 0 < chance < 1


@given(rows)
def test_odds_stay_in_their_band_and_the_gain_is_what_lies_above_its_low_end(row):
    settings = Settings()
    low, high = win_odds.band(row[0], settings)
    chance, gain = win_odds.win(*row, settings)
    assert low <= chance <= high + 1e-12
    assert gain == pytest.approx(chance - low, abs=1e-12)


@given(rows, st.floats(min_value=0, max_value=5))
def test_longer_silence_never_raises_the_odds(row, more):
    status, level, ratio, fix = row
    settings = Settings()
    assert (
        win_odds.win(status, level, ratio + more, fix, settings)[0]
        <= win_odds.win(status, level, ratio, fix, settings)[0]
    )


@given(statuses, ratios)
def test_loyalty_and_a_mended_cause_raise_the_odds(status, ratio):
    settings = Settings()
    by_level = win_odds.win(status, list(LISTS["Level"]), ratio, "systemic open", settings)[0]
    by_cause = win_odds.win(
        status, "Occasional Buyer", ratio, list(reversed(LISTS["Specific or systemic"])), settings
    )[0]
    assert (np.diff(by_level) > 0).all()
    assert (np.diff(by_cause) > 0).all()


@given(st.lists(rows, min_size=1, max_size=6))
def test_columns_give_what_single_values_give(many):
    settings = Settings()
    chance, gain = win_odds.win(*map(list, zip(*many, strict=True)), settings)
    single = [win_odds.win(*row, settings) for row in many]
    assert chance.tolist() == [float(one) for one, _ in single]
    assert gain.tolist() == [float(one) for _, one in single]


def test_weights_that_do_not_add_up_to_one_still_stay_in_the_band():
    heavy = Settings(odds_weight_level=1, odds_weight_recency=1, odds_weight_fix=1)
    assert float(win_odds.win("Lapsed", "Loyal Customer", 1, "specific", heavy)[0]) == pytest.approx(0.4)
    none = Settings(odds_weight_level=0, odds_weight_recency=0, odds_weight_fix=0)
    assert float(win_odds.win("Lapsed", "Loyal Customer", 1, "specific", none)[0]) == pytest.approx(0.2)


def test_blank_level_and_cause_are_occasional_and_specific(settings):
    blank = win_odds.win("Lapsed", "", 2, None, settings)
    assert blank == win_odds.win("Lapsed", "Occasional Buyer", 2, "specific", settings)


def test_unknown_silence_counts_as_long(settings):
    assert win_odds.win("Cold", "Loyal Customer", None, "", settings) == win_odds.win(
        "Cold", "Loyal Customer", 99, "", settings
    )


def test_points_of_the_scales_are_settings():
    milder = Settings(odds_habitual=1, odds_systemic_fixed=1, odds_fade_limits=50)
    loyal = win_odds.win("Lapsed", "Loyal Customer", 1, "specific", milder)
    assert win_odds.win("Lapsed", "Habitual Buyer", 1, "systemic fixed", milder) == loyal
    assert win_odds.win("Lapsed", "Loyal Customer", 6, "specific", milder)[0] == pytest.approx(
        0.2 + 0.2 * 0.97
    )


def test_unknown_words_and_negative_ratios_are_refused(settings):
    with pytest.raises(UsageError, match=r"status 'Lapst'.*'Lapsed'"):
        win_odds.win("Lapst", "Loyal Customer", 1, "specific", settings)
    with pytest.raises(UsageError, match=r"level 'Loyl Customer'.*'Loyal Customer'"):
        win_odds.win("Lapsed", "Loyl Customer", 1, "specific", settings)
    with pytest.raises(UsageError, match=r"cause 'specifc'.*'specific'"):
        win_odds.win("Lapsed", "Loyal Customer", 1, "specifc", settings)
    with pytest.raises(OutOfRangeError, match="lapse ratio"):
        win_odds.win("Lapsed", "Loyal Customer", -1, "specific", settings)


def test_the_explanation_names_every_number(settings):
    assert win_odds.explain(["Lapsed", ""], "Habitual Buyer", [3, None], "systemic_fixed", settings) == [
        (
            "Odds 29.8% within 180 days: the author gives 20-40% for a lapsed customer; level Habitual 0.4 x 0.4, silence "
            "of 3 lapse limits 0.6 x 0.3 and cause systemic fixed 0.5 x 0.3 put this one 49% of the way up. The effort "
            "gains 9.8 points."
        ),
        (
            "Odds 9.65% within 180 days: the author gives 5-20% for a cold customer; level Habitual 0.4 x 0.4, silence of "
            "unknown length 0 x 0.3 and cause systemic fixed 0.5 x 0.3 put this one 31% of the way up. The effort gains "
            "4.65 points."
        ),
    ]
    stated = win_odds.explain("Active", "Loyal", 0.3, "", settings, 5, [3, 30])
    assert stated[0] == (
        "Odds 77.25% within 180 days: of those who still buy and complain 19% stay by themselves (less 25% of the low end "
        "for severity 5 of 5), and a good answer within 14 days adds 63 points."
    )
    assert "a good, but late answer adds 35 points" in stated[1]


def test_severity_lowers_the_odds_and_never_what_an_answer_gains():
    """Nothing at 1, a quarter of the low end at 5, evenly between; the golden odds are where nobody graded it."""
    settings = Settings()
    chance, gain = win_odds.win("Lapsed", "Loyal", 1.5, "specific", settings, [np.nan, 1, 3, 5])
    assert gain == pytest.approx([0.194] * 4)
    assert chance == pytest.approx(0.194 + 0.2 * np.array([1, 1, 0.875, 0.75]))
    stated = win_odds.explain("Lapsed", "Loyal", 1.5, "specific", settings, 5)[0]
    assert "(less 25% of the low end for severity 5 of 5)" in stated
    with pytest.raises(OutOfRangeError, match="severity"):
        win_odds.win("Lapsed", "Loyal", 1.5, "specific", settings, 6)


def test_a_live_complaint_has_a_gain_of_its_own_and_a_greater_one_while_it_is_fresh(settings):
    chance, gain = win_odds.win(
        ["Active", "Due", "At risk", "Active"],
        "Occasional",
        0.5,
        "specific",
        settings,
        complaint_days=[0, 14, 15, None],
    )
    assert gain.tolist() == pytest.approx([0.63, 0.63, 0.35, 0.06])
    assert chance.tolist() == pytest.approx([0.82, 0.82, 0.54, 0.66])


@pytest.mark.parametrize("status", ["Active", "Due", "At risk"])
@pytest.mark.parametrize("days", [0, 100, None])
def test_who_still_buys_never_gains_less_than_after_leaving(status, days):
    """Also where somebody lowers the gain of a complaint."""
    for settings in (Settings(), Settings(complaint_gain=0.01, complaint_gain_quick=0.02)):
        for level in LISTS["Level"]:
            for fix in LISTS["Specific or systemic"]:
                stays = win_odds.win(
                    status, level, 0.9, fix, settings, complaint_days=0 if days is None else days
                )[1]
                for gone in ("Lapsed", "Cold"):
                    assert stays >= win_odds.win(gone, level, 1.01, fix, settings)[1]


def test_a_complaint_of_who_has_left_changes_nothing(settings):
    for status in ("Lapsed", "Cold"):
        assert win_odds.win(status, "Loyal", 2, "", settings, complaint_days=3) == win_odds.win(
            status, "Loyal", 2, "", settings
        )
