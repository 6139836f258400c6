"""Numbers with their nouns."""

import pytest

from winback_xl.core.wording import plural


@pytest.mark.parametrize(("count", "text"), [(0, "0 accounts"), (1, "1 account"), (1_234, "1,234 accounts")])
def test_numbers_take_the_right_form_of_the_word(count, text):
    assert plural(count, "account") == text
