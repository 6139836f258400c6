"""The words of a loyalty level, for one customer: what it rests on, and what would change it."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winback_xl.settings import Settings

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PERIODS = {7: "week", 30: "month", 31: "month", 90: "quarter", 91: "quarter", 92: "quarter", 365: "year"}
_PACES = {
    7: "a week", 14: "every two weeks", 30: "a month", 61: "every two months", 91: "a quarter",
}  # fmt: skip

_BOTH = 2


class Case(IntEnum):
    """Reason for the level of a customer, in the order of the tests."""

    NO_ORDER = 0
    NONE_LATELY = 1
    FEW = 2
    ELSEWHERE = 3
    LOOSE = 4
    LATENT = 5
    HABITUAL = 6
    LOYAL = 7


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _joined(parts: list[str], last: str) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" {last} {parts[-1]}"


class Writer:
    """Writes the sentences for one set of facts at a time, in the words of the settings."""

    def __init__(self, settings: Settings, ledger_days: float = math.inf) -> None:
        self.settings = settings
        years, odd = divmod(settings.loyalty_window_days, 365)
        in_years = f"{_NUMBERS[years]} year" + "s" * (years > 1)  # the setting ends at ten
        self.window = whole = f"{settings.loyalty_window_days} days" if odd else in_years
        covered = min(ledger_days, settings.loyalty_window_days)
        if covered < settings.loyalty_window_days:  # the ledger is younger than the window
            self.window = f"the {_days(int(covered))} on file"
        self.last = "year" if whole == "one year" else whole
        self.period = _PERIODS.get(settings.period_days, f"{settings.period_days}-day period")

    def buying(
        self, case: int, days: int, ever: int, wallet: int, bought: int, open_: int, score: int, pace: int
    ) -> str:
        """Explain how they buy, up to where the evidence comes in."""
        window = self.window
        if case == Case.NO_ORDER:
            return "No order on file, so the first purchase is still a new decision."
        if case == Case.NONE_LATELY:
            return f"Bought on {_days(ever)} in all, but not in the last {self.last}: the next purchase is a new decision."
        older = f" ({ever} in all)" if ever else ""
        lead = f"Bought on {_days(days)} in {window}{older}"
        if case == Case.FEW:
            return f"{lead}: each purchase is still a new decision."
        if case == Case.ELSEWHERE:
            return f"{lead}, but you get only {wallet}% of what they need: they compare every order with competitors."
        steadily = self._steadily(bought, open_)
        regularly = ("irregularly", "fairly regularly", "like clockwork")[pace]
        share = f", for {wallet}% of what they need" if wallet >= 0 else ""
        habit = f"{lead}, {steadily} and {regularly}{share} (score {score / 100:.2f}"
        if case in {Case.LOOSE, Case.LATENT}:
            return f"{habit}; a habit starts at {self.settings.behaviour_threshold:.2f})"
        return f"{habit})"

    def _steadily(self, bought: int, open_: int) -> str:
        """State in how many periods they bought, and of how many: a newcomer has had only one."""
        if open_ == 1:
            return f"all in one {self.period}"
        if bought == open_:
            return f"in {'both' if open_ == _BOTH else f'all {open_}'} {self.period}s"
        return f"in {bought} of {open_} {self.period}s"

    def on_file(
        self,
        case: int,
        attitude: int,
        wallet_known: bool,
        left: int,
        credited: int,
        *known_and_points: int,
    ) -> str:
        """Describe what is on file beyond the orders, and what it shows."""
        half = len(known_and_points) // 2
        listed = _listed(known_and_points[:half], known_and_points[half:])
        end = f": {listed}."
        if case == Case.LOYAL:
            alone = " This is based on credit notes alone." if credited > 0 else ""
            if left > 0:
                return f". There was evidence that they would stay after a mistake{end}{alone} But they have stopped ordering."
            return f", and there is evidence that they would stay after a mistake{end}{alone}"
        if case == Case.LATENT:
            return f", yet they think well of you{end}"
        if case == Case.HABITUAL:
            return _habit_only(attitude, listed, end, "" if wallet_known else " beyond their orders")
        stop = "." if case == Case.LOOSE else ""
        if listed:
            return f"{stop} Evidence: {listed}."
        rests_on_orders = not wallet_known and case != Case.NO_ORDER
        return f"{stop} Judged on orders only." if rests_on_orders else stop

    def change(
        self,
        case: int,
        reached: int,
        elsewhere: int,
        left: int,
        credited: int,
        wallet: int,
        more: int,
        every: int,
        score: int,
        *feels: int,
    ) -> str:
        """Describe what would lift the level."""
        if case == Case.LOYAL:
            return _keep(left, credited)
        if case == Case.HABITUAL:
            return self._attitude_needed(*feels)
        level = ("Habitual", "at least Habitual", "Loyal")[reached]
        orders = f"{more} more orders, {_pace(every)}" if more > 1 else f"One more order within {every} days"
        if elsewhere > 0:
            first = f"At least {self.settings.wallet_threshold:.0%} of what they need (now {wallet}%)"
            listed = _first_lower(orders) + ("," if more > 1 else "")
            then = f"and {listed} together make" if more > 0 else "and a steadier rhythm could make"
            return f"{first} {'makes' if elsewhere == _BOTH else then} it {level}."
        if more > 0:
            return f"{orders}, make it {level}." if more > 1 else f"{orders} makes it {level}."
        goal = self.settings.behaviour_threshold
        return f"More and steadier orders, to a score of {goal:.2f} (now {max(score, 0) / 100:.2f}), could make it {level}."

    def _attitude_needed(self, attitude: int, nps: int, *earned: int) -> str:
        """Name the evidence that would make a habit loyalty: one piece if one will do, else the fewest."""
        settings = self.settings
        missing = settings.loyal_points - attitude
        referral, _survived, recommends, knows, quotes, promotion = earned
        instead = f" instead of {nps}" if nps >= 0 else ""
        options = [
            (settings.points_referral - referral, "one referral"),
            (settings.points_knows_why - knows, "hearing from them why they buy"),
            (settings.points_promoter - recommends, f"an NPS of 9 or 10{instead}"),
            (-quotes, "ordering without quotes every time"),
            (-promotion, f"at most {settings.promotion_threshold:.0%} bought on promotion"),
        ]
        alone = [text for gain, text in options if gain >= missing]
        if alone:
            return _first_upper(f"{_joined(alone, 'or')} would raise them to Loyal.")
        together: list[str] = []
        for gain, text in sorted(options, key=lambda option: -option[0]):
            if missing > 0:
                together.append(text)
                missing -= gain
        if missing > 0:
            return f"Loyal needs {settings.loyal_points} attitude points (now {attitude})."
        return _first_upper(f"{_joined(together, 'and')} together would raise them to Loyal.")


def _keep(left: int, credited: int) -> str:
    """State what keeps the highest level, or what would make it certain."""
    if left > 0:
        return "Already the highest level, but they have left: a new order comes first."
    if credited > 0:
        return "Already the highest level, but not certain: ask why they buy, for an NPS or for a referral."
    return "Already the highest level; fast fixes keep it."


def _pace(days: int) -> str:
    return f"one {_PACES[days]}" if days in _PACES else f"one every {days} days"


def _habit_only(attitude: int, listed: str, end: str, beyond: str) -> str:
    """Explain why a habit is not yet loyalty."""
    if not listed:
        return f", but we have no sign yet{beyond} that they would stay after a mistake."
    if attitude < 0:
        return f", but there are signs that they might not stay after a mistake{end}"
    return f", but the evidence is not enough to say that they would stay after a mistake{end}"


def _listed(known: tuple[int, ...], points: tuple[int, ...]) -> str:
    """List the evidence on file with its points."""
    referrals, survived, nps, knows, quotes, promotion = known  # -1 where there is none
    texts = (
        ("1 referral" if referrals == 1 else f"{referrals} referrals") if referrals > 0 else "",
        ("came back after a failure" if survived == 1 else f"came back after {survived} failures")
        if survived > 0
        else "",
        f"NPS {nps}" if nps >= 0 else "",
        ("cannot say why they buy", "can say why they buy")[knows] if knows >= 0 else "",
        "ask for quotes every time" if quotes > 0 else "",
        f"{promotion}% bought on promotion" if promotion >= 0 else "",
    )
    signed = (
        f"{text} ({point:+d})" if point else f"{text} (0)"
        for text, point in zip(texts, points, strict=True)
        if text
    )
    return ", ".join(signed)
