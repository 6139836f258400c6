"""The theme keeps its promises: legible, told apart without colour, numbers that say what they are."""

from __future__ import annotations

import itertools
from typing import get_args

import numpy as np
import pytest

from winback_xl.schema.columns import Kind, Role
from winback_xl.workbook import contrast, line_heights, theme
from winback_xl.workbook.spec import Look

KINDS, ROLES, LOOKS = get_args(Kind), get_args(Role), get_args(Look)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", ["text", "money", "long", "date"])
def test_every_look_is_legible(look, kind):
    style = theme.cell(look, kind)
    assert contrast.contrast(style.colour, style.fill or theme.WHITE) >= 4.5


@pytest.mark.parametrize("role", ROLES)
def test_headers_and_cells_of_every_role_are_legible(role):
    for style in (theme.header(role, "text"), theme.body(role, "text")):
        assert contrast.contrast(style.colour, style.fill or theme.WHITE) >= 4.5


@pytest.mark.parametrize("look", ["ok", "bad", "warn", "note"])
def test_conditional_formats_are_legible(look):
    style = theme.rule(look)
    assert contrast.contrast(style.colour, style.fill) >= 4.5


def test_chart_colours_stand_out_from_white_and_labels_from_them():
    for colour in theme.SERIES:
        assert contrast.contrast(colour, theme.WHITE) >= 3
        assert contrast.contrast(contrast.text_on(colour), colour) >= 4.5


# Machado, Oliveira and Fernandes (2009): what full protanopia, deuteranopia and tritanopia leave of linear RGB.
SIGHTS = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour, sight):
    """Return a colour in CIE Lab (D65) as that sight sees it."""
    red_green_blue = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(
        red_green_blue <= 0.04045, red_green_blue / 12.92, ((red_green_blue + 0.055) / 1.055) ** 2.4
    )
    x, y, z = np.cbrt(XYZ @ np.clip(SIGHTS[sight] @ linear, 0, 1) / [0.95047, 1, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHTS)
def test_chart_colours_are_told_apart_with_any_colour_sight(sight):
    for one, other in itertools.combinations(theme.SERIES, 2):
        assert np.linalg.norm(lab(one, sight) - lab(other, sight)) >= 16, (one, other)


def test_roles_look_different_and_say_it_in_words_too():
    assert len(
        {(theme.header(role, "text").colour, theme.header(role, "text").fill) for role in ROLES}
    ) == len(ROLES)
    assert len({(theme.body(role, "text").colour, theme.body(role, "text").fill) for role in ROLES}) == len(
        ROLES
    )
    assert len(set(theme.ROLES.values())) == len(ROLES)


def test_people_may_type_only_where_the_cells_are_theirs():
    assert {role for role in ROLES if not theme.body(role, "text").locked} == {"input", "human"}
    assert not theme.cell("input").locked
    assert theme.cell("output").locked


@pytest.mark.parametrize(
    ("currency", "shown"), [("EUR", "#,##0.00"), ("", "#,##0.00"), ("JPY", "#,##0"), ("KWD", "#,##0.000")]
)
def test_amounts_have_the_decimals_of_their_currency_and_no_symbol(currency, shown):
    assert theme.number_format("money", currency) == shown
    assert theme.body("calculated", "money", currency).number_format == shown


def test_dates_are_iso_shares_are_percentages_and_ids_stay_text():
    assert [theme.number_format(kind) for kind in ("date", "share", "id")] == ["yyyy-mm-dd", "0.0%", "@"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_format_hides_the_minus_or_leaves_it_to_a_colour(kind):
    assert ";" not in theme.number_format(kind)
    assert "[" not in theme.number_format(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_columns_are_wide_enough_for_their_kind_and_each_word_of_the_heading(kind):
    assert theme.width(kind) >= 9
    assert theme.width(kind, "Days since Internationalisation") >= len("Internationalisation") + 3


def test_a_header_is_as_high_as_its_longest_heading_needs():
    one, two = (
        line_heights.header_height({"Name": 20}),
        line_heights.header_height({"Name": 20, "Days since last order": 10}),
    )
    assert two >= one + theme.ROW_HEIGHT


def test_colour_key_cells_look_like_the_headers_they_explain():
    for role in ROLES:
        assert theme.cell(f"head {role}") == theme.header(role, "text")


@pytest.mark.parametrize("kind", KINDS)
def test_a_heading_stands_on_the_side_where_its_cells_stand(kind):
    """The filter arrow covers the right end of a heading, so one above numbers keeps off it."""
    heading, body = theme.header("calculated", kind), theme.body("calculated", kind)
    assert (heading.align == "right") == (body.align == "right")
    assert heading.indent > body.indent or heading.align == "left"
