"""The one sentence that says how a campaign stands: who waits, what is at stake."""

from __future__ import annotations

from dataclasses import dataclass

from winback_xl.core.money import round_to


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sentence says: counts of accounts, and money.

    ``open`` accounts are worked on and not closed; ``late`` and ``today`` are those whose next step was due before today, or is due
    today; ``late_worth`` is what the late ones are worth, ``at_risk`` what the open ones bought in a year; ``contacted`` and ``won``
    count all that were worked on.
    """

    open: float
    late: float
    late_worth: float
    today: float
    contacted: float
    won: float
    at_risk: float


NOBODY = "Nobody to win back today"
LATE = (" customer waits for us", " customers wait for us")
STAKE = (", ", " at stake")
DUE = (" step is due today, nothing is late", " steps are due today, nothing is late")
START = (" account to win back", " accounts to win back")
RISK = (": ", " a year at risk")
DONE = ("All accounts are closed: ", " won back")
CALM = ("Nothing is late: ", " account in play", " accounts in play")


def sentence(now: Standing, currency: str = "") -> str:
    """Return what matters most, in words.

    Examples
    --------
    >>> sentence(Standing(40, 16, 33_665.2, 3, 20, 4, 1_443_000), "EUR")
    '16 customers wait for us, EUR 33,665 at stake'
    >>> sentence(Standing(66, 0, 0, 0, 0, 0, 1_443_000), "EUR")
    '66 accounts to win back: EUR 1,443,000 a year at risk'
    >>> sentence(Standing(0, 0, 0, 0, 0, 0, 0))
    'Nobody to win back today'
    """
    if now.late > 0:
        stake = f"{STAKE[0]}{words(now.late_worth, currency)}{STAKE[1]}" if now.late_worth > 0 else ""
        return f"{now.late:,.0f}{LATE[now.late != 1]}{stake}"
    if now.open <= 0:
        return NOBODY if now.won <= 0 else f"{DONE[0]}{now.won:,.0f}{DONE[1]}"
    if now.today > 0:
        return f"{now.today:,.0f}{DUE[now.today != 1]}"
    if now.contacted <= 0:
        risk = f"{RISK[0]}{words(now.at_risk, currency)}{RISK[1]}" if now.at_risk > 0 else ""
        return f"{now.open:,.0f}{START[now.open != 1]}{risk}"
    return f"{CALM[0]}{now.open:,.0f}{CALM[1 + (now.open != 1)]}"


def formula(
    currency: str, late: str, late_worth: str, open_: str, today: str, contacted: str, won: str, at_risk: str
) -> str:
    """Return the native formula of the sentence, of the names of cells."""

    def many(count: str, words: tuple[str, ...]) -> str:
        return f'FIXED({count},0)&IF({count}=1,"{words[0]}","{words[1]}")'

    def money(amount: str, words: tuple[str, str]) -> str:
        lead = f"{currency} " if currency else ""
        return f'IF({amount}>0,"{words[0]}{lead}"&FIXED({amount},0)&"{words[1]}","")'

    closed = f'IF({won}<=0,"{NOBODY}","{DONE[0]}"&FIXED({won},0)&"{DONE[1]}")'
    start = f"{many(open_, START)}&{money(at_risk, RISK)}"
    calm = f'"{CALM[0]}"&{many(open_, CALM[1:])}'
    rest = f"IF({today}>0,{many(today, DUE)},IF({contacted}<=0,{start},{calm}))"
    return f"=IF({late}>0,{many(late, LATE)}&{money(late_worth, STAKE)},IF({open_}<=0,{closed},{rest}))"


def words(amount: float, currency: str = "") -> str:
    """Write an amount without decimals, halves up as FIXED does."""
    return f"{currency} {float(round_to(amount, 1)):,.0f}".strip()
