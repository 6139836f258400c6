"""Made-up accounts, each with a story that shapes its orders, and what the sales team knows about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.samples.vocabulary import REGIONS, REPS, TITLES, Region, Rep, companies, phone_number, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Story:
    """How a kind of customer buys.

    Parameters
    ----------
    name : str
        Name of the story.
    share : float
        Share of all accounts.
    gap : (float, float)
        Range of the mean gap between orders, in days.
    shape : (float, float)
        Range of the gamma shape of the gaps: 1 is chance, 10 nearly clockwork.
    silent : (float, float)
        Range of the silence at the as-of date, in the unit below.
    unit : {"gap", "limit", "days"}
        Of the silence: mean gaps, lapse limits of three gaps, or days.
    revenue : float
        Median revenue a year.
    tenure : (float, float) or None
        Range of days since the first order, or None for anything up to the whole ledger.
    fades : bool
        Whether orders get rarer and smaller towards the end.
    evidence : float
        Chance that the team knows signs of a good attitude.
    """

    name: str
    share: float
    gap: Pair
    shape: Pair
    silent: Pair
    unit: str
    revenue: float
    tenure: Pair | None = None
    fades: bool = False
    evidence: float = 0.0


STORIES = (
    Story("steady", 0.10, (7, 50), (3, 9), (0, 1.3), "gap", 30_000, evidence=0.06),
    Story("fan", 0.055, (7, 30), (3, 9), (0, 1.2), "gap", 45_000, evidence=1.0),
    Story("survivor", 0.05, (10, 40), (2, 6), (0, 1.2), "gap", 40_000, evidence=0.3),
    Story("wavering", 0.05, (12, 50), (3, 8), (1.6, 2.5), "gap", 25_000, evidence=0.05),
    Story("fading", 0.045, (14, 40), (2, 6), (1.2, 3.0), "gap", 22_000, fades=True),
    Story("left angry", 0.06, (10, 45), (3, 8), (1.1, 1.9), "limit", 35_000, evidence=0.12),
    Story("left late", 0.02, (40, 60), (3, 8), (222, 300), "days", 24_000, evidence=0.05),
    Story("left silently", 0.06, (12, 60), (2, 6), (1.05, 1.9), "limit", 18_000, evidence=0.05),
    Story("gave up", 0.02, (16, 23), (3, 6), (410, 480), "days", 45_000),
    Story("dead", 0.035, (16, 45), (2, 5), (400, 760), "days", 16_000),
    Story("slow", 0.25, (165, 320), (1.2, 2.5), (0, 1.4), "gap", 8_000, evidence=0.08),
    Story("shops around", 0.12, (15, 60), (0.8, 2), (0, 1.4), "gap", 14_000),
    Story("newcomer", 0.07, (10, 45), (2, 6), (0, 1.3), "gap", 16_000, tenure=(25, 170)),
    Story("once", 0.065, (30, 200), (1, 2), (40, 900), "days", 8_000, tenure=(0, 120)),
)
"""All kinds of customers and how many there are of each."""


LOST = frozenset({"left angry", "left late", "left silently", "gave up", "dead"})
"""Stories of those who are gone."""


@dataclass(frozen=True, slots=True)
class Account:
    """One made-up customer: who it is, and how it buys (days count back from the as-of date)."""

    number: str
    company: str
    contact: str
    title: str
    email: str
    phone: str
    region: str
    rep: Rep
    story: str
    gap: float
    shape: float
    silent: int
    first: int
    revenue: float
    spread: float
    growth: float
    fades: bool
    lead: int
    evidence: bool
    exact: bool = False  # whether the year to the last order comes to the revenue


def accounts(how_many: int, days: int, rng: np.random.Generator) -> list[Account]:
    """Return made-up accounts in random order; the first has the story of the downtime.

    Parameters
    ----------
    how_many : int
        Number of accounts.
    days : int
        Length of the ledger.
    rng : Generator
        Source of chance.
    """
    stories = [STORIES[i] for i in _spread_out([story.share for story in STORIES], how_many, rng)]
    regions = [REGIONS[i] for i in _spread_out([region.share for region in REGIONS], how_many, rng)]
    firms = {region.name: enumerate(companies(region, regions.count(region), rng)) for region in REGIONS}
    made = [
        _account(place, story, region, next(firms[region.name]), days, rng)
        for place, (story, region) in enumerate(zip(stories, regions, strict=True))
    ]
    hero = next((place for place, account in enumerate(made) if account.story == "left angry"), 0)
    made[hero] = _hero(made[hero], days)
    return made


def _spread_out(shares: Sequence[float], how_many: int, rng: np.random.Generator) -> list[int]:
    """Return how_many indices, each as often as its share says (largest remainder), in random order."""
    exact = np.asarray(shares) / sum(shares) * how_many
    counts = np.floor(exact).astype(int)
    most_missing = np.argsort(counts - exact, kind="stable")
    counts[most_missing[: how_many - counts.sum()]] += 1
    return [int(i) for i in rng.permutation(np.repeat(np.arange(len(counts)), counts))]


def _account(
    place: int,
    story: Story,
    region: Region,
    firm: tuple[int, tuple[str, str]],
    days: int,
    rng: np.random.Generator,
) -> Account:
    gap = exp(rng.uniform(log(story.gap[0]), log(story.gap[1])))
    unit = {"gap": gap, "limit": max(30.0, 3 * gap), "days": 1.0}[story.unit]
    silent = min(round(rng.uniform(*story.silent) * unit), days - 30)
    # Most accounts are older than the ledger; the others came in the course of it.
    longest = days - 1 if rng.random() < 0.6 else max(silent + 150, int(rng.uniform(200, days)))
    first = silent + int(rng.uniform(*story.tenure)) if story.tenure else longest
    first_name, last_name = str(rng.choice(region.first_names)), str(rng.choice(region.last_names))
    place_in_region, (company, stem) = firm
    return Account(
        number=f"C{10_012 + 7 * place}",
        company=company,
        contact=f"{first_name} {last_name}",
        title=str(rng.choice(TITLES)),
        email=f"{plain(first_name)}.{plain(last_name)}@{plain(stem)}.example" if rng.random() < 0.92 else "",
        phone=phone_number(region, place_in_region) if rng.random() < 0.95 else "",
        region=region.name,
        rep=_rep(story, region, rng),
        story=story.name,
        gap=gap,
        shape=rng.uniform(*story.shape),
        silent=silent,
        first=min(first, days - 1),
        revenue=float(np.clip(story.revenue * exp(rng.normal(0, 0.9)), 2_500, 320_000)),
        spread=rng.uniform(0.25, 0.6),
        growth=rng.normal(0.03, 0.10),
        fades=story.fades,
        lead=int(rng.integers(4, 16)),
        evidence=bool(rng.random() < story.evidence),
    )


def _rep(story: Story, region: Region, rng: np.random.Generator) -> Rep:
    """Return who looks after the account: in a territory that changed hands, the newcomer was left the lost ones."""
    reps = [rep for rep in REPS if rep.region == region.name]
    chosen = reps[int(rng.integers(len(reps)))]
    newcomers = [rep for rep in reps if rep.predecessor]
    return newcomers[0] if newcomers and story.name in LOST and rng.random() < 0.6 else chosen


def _hero(account: Account, days: int) -> Account:
    """Return the big, loyal account that a failed part stood still for twelve hours, and that has left since."""
    return replace(
        account,
        company="Morgenfurth Papier AG",
        contact="Katarzyna Hübschmann",
        title="Plant manager",
        email="katarzyna.hubschmann@morgenfurth.example",
        phone=account.phone if account.region == "DACH" else "+49 30 23125 999",
        region="DACH",
        rep=REPS[0],
        gap=14.0,
        shape=400.0,  # an order every other week
        silent=63,
        first=min(900, days - 1),
        revenue=250_000.0,
        spread=0.25,
        growth=0.0,
        evidence=True,
        exact=True,
    )
