"""Words of law, safety and injury are found as whole words, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.incidents.legal_words import COUNSEL_WORDS, words_in

ALL = [word for _, words in COUNSEL_WORDS for word in words]


@pytest.mark.parametrize("word", ALL)
def test_every_listed_word_is_found_in_any_case_and_beside_punctuation(word):
    assert word in words_in([f'They said: "{word.upper()}!"'])[0]


@pytest.mark.parametrize(
    "text",
    ["", "Sue called about the invoice.", "issued illegally, paralegals fired", "courtesy call", "sued_by"],
)
def test_parts_of_words_and_names_are_not_found(text):
    assert words_in([text]) == [""]


def test_words_are_told_once_each_in_order_of_appearance():
    assert words_in(["Lawyer! The injured man's lawyer will sue."]) == ["lawyer, injured, will sue"]


def test_a_phrase_does_not_reach_over_two_reports():
    assert words_in(["they will", "sue is her name"]) == ["", ""]


@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "late again",
                "LAWYER",
                "no fire, no injury",
                "Straße",
                "legalese",
                "hurt",
                "\ud800 sued",
                "bürohurt",
                "“court”",
            ]
        )
    )
)
def test_many_reports_at_once_find_what_each_alone_finds(texts):
    assert words_in(texts) == [words_in([text])[0] for text in texts]


def test_every_group_says_why_it_stops_an_offer():
    assert [why.partition(":")[0] for why, _ in COUNSEL_WORDS] == ["legal", "safety", "injury"]
    assert len(ALL) == len(set(ALL))
