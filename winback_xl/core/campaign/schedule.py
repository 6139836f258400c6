"""The rows of the campaign: what is decided, who works on it in which wave, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core import playbook
from winback_xl.core.campaign import (
    account_flags,
    campaign_accounts,
    campaign_limits,
    control_group,
    decision,
    first_steps,
)
from winback_xl.core.make_good import approvers
from winback_xl.core.tracking import follow_through, talk_counts, talk_log
from winback_xl.core.tracking.account_state import (
    CONTROL_GROUP,
    JOINT_VISIT,
    LEFT_ALONE_ARM,
    NOT_OFFERED,
    OPTED_OUT,
    held_out,
)
from winback_xl.schema import columns
from winback_xl.yes_words import meant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Flags = NDArray[np.bool_]

_FROM_INPUTS = ("owner", "reason_theirs", "requested_remedy", "why_they_buy", "open_since")
"""Human columns that start with what the input files say."""


def build(
    sized: pd.DataFrame,
    reps: pd.DataFrame | None,
    *,
    campaign_id: str,
    as_of: pd.Timestamp,
    settings: Settings,
    book: playbook.Playbook | None = None,
    before: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Decide, schedule, and lay out the rows with the human cells filled as far as they are known.

    Parameters
    ----------
    sized : DataFrame
        Accounts with odds and make-good, as `offers.size` gives them, with ``return_rate`` and ``return_why`` where they are known.
    reps : DataFrame or None
        With ``weekly_contacts``, accounts are chosen and scheduled by `planner.choose`; without, by value in waves
        of ``settings.wave_size``.
    campaign_id : str
        Name of the campaign, in every row; the control group is drawn by it.
    as_of : Timestamp
        The day that "today" means.
    settings : Settings
        What an effort costs, how many accounts a wave holds, who rests how long; and those of `planner.choose`.
    book : Playbook, optional
        Its first stage is where every account starts.
    before : DataFrame, optional
        The campaign as it was, for `control_group.assign`: who was drawn then keeps the arm.

    Returns
    -------
    tuple of DataFrame and tuple of str
        The columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, in the order in which they are to be worked on; and what to
        tell about the choice.
    """
    rows = _decided(sized.assign(campaign_id=campaign_id), settings)
    for name in ("recovery_failed", "legal"):
        rows[name] = np.where(rows[name].to_numpy(bool), "Yes", "")
    rows["channel"] = np.where(rows["decision_why"] == OPTED_OUT, "", "Phone")
    rows["why"] = campaign_accounts.why(rows, as_of)
    rows["owner"] = rows["owner"].where(rows["owner"] != "", rows["rep"].fillna("") if "rep" in rows else "")
    rows["wave"], rows["left_out"] = np.nan, False
    quiet = (rows["incidents"] == "") & rows["decision"].isin(campaign_limits.WORKED)
    control, eligible = _drawn(
        rows, quiet, reps, campaign_id=campaign_id, as_of=as_of, settings=settings, before=before
    )
    chosen = campaign_limits.keep_to(rows, control, reps, settings)
    stated = (*chosen, *filter(None, (_proof(rows, quiet, eligible, settings),)))
    rows["offer_tested"] = control_group.offers(
        rows, rows["arm"], campaign_id=campaign_id, settings=settings, before=before
    )
    rows["ordered_again"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    rows["revenue_since"] = rows["anyway"] = np.nan  # nobody has had the time to return yet
    for name, blank in (("return_rate", np.nan), ("return_why", "")):
        if name not in rows:
            rows[name] = blank
    idle = ~rows["decision"].isin([*campaign_limits.WORKED, "E-mail"]) & (rows["our_cost"] > 0)
    rows.loc[idle, "rationale"] = (
        NOT_OFFERED + rows.loc[idle, "decision"] + ". " + rows.loc[idle, "rationale"]
    )
    rows = _sorted(rows)
    if not campaign_limits.capable(reps):
        rows["wave"] = _waves(rows, settings)
    first = book.stages[0] if book else playbook.first_stage(settings)
    rows = _human_cells(rows, reps, first, as_of=as_of, settings=settings)
    rows["starts_on"] = first_steps.started(rows, before)
    rows["wave_listed"] = first_steps.wave_listed(rows, before)
    _flag_visits(rows, settings)
    rows["no_contact"] = np.where(rows["decision_why"] == OPTED_OUT, "Yes", "")
    rows["worth"] = rows["expected_value"].where(rows["expected_value"].notna(), rows["future_margin"])
    rows = approvers.by_owner(rows, settings)
    rows = talk_counts.with_talks(rows, talk_log.none(), talk_log.no_cards())
    computed = follow_through.computed(rows, as_of=as_of, settings=settings, book=book)
    rows = rows.assign(**{name: computed[name].to_numpy() for name in computed.columns})
    return rows[columns.CAMPAIGN_ROWS.names], stated


def _decided(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add the expected value and the proposed decision with its reason."""
    rows["expected_value"] = rows["net"] - rows["fix_share"] - settings.effort_cost
    email = decision.email_value(rows, settings)
    choice, why = decision.decide(
        rows["expected_value"].to_numpy(float),
        rows["odds"].to_numpy(float),
        rests=rows["rests"].to_numpy(float),
        personal_conflict=(rows["failure_type"] == "Personality conflict").to_numpy(),
        fair=rows["fair"].to_numpy(float),
        ceiling=rows["room"].to_numpy(float),
        strategic_needed=rows["strategic_needed"].to_numpy(float),
        net=rows["net"].to_numpy(float),
        fix_share=rows["fix_share"].to_numpy(float),
        email_value=email,
        settings=settings,
    )
    code, words = pd.factorize(rows["do_not_contact"])
    asked = np.array([*(meant(word) is True for word in words), False], dtype=bool)[code]
    rows["decision"] = np.where(asked, "Let go", choice)
    decision.propose_email(rows, email, settings)
    holding = account_flags.found(rows, settings)
    _add_reasons(why, rows, holding)
    why[asked] = OPTED_OUT
    rows["decision_why"] = why
    for flag, where in holding.items():
        rows["flags"] = account_flags.add(rows["flags"], flag, where)
    return rows


def _add_reasons(why: NDArray[np.object_], rows: pd.DataFrame, holding: dict[str, NDArray[np.bool_]]) -> None:
    """Add what to weigh with the expected value: the fix, the precedent, and what they are like to work with.

    Most accounts have nothing of it, so only the others are looked at one by one.
    """
    asked = account_flags.questions(rows, holding)
    precedent = holding[account_flags.PRECEDENT]
    to_tell = np.flatnonzero((rows["fix_why"] != "").to_numpy(bool) | precedent | (asked != ""))
    stated = rows[["fix_why", "exposure_why"]].iloc[to_tell]
    for row, fix, exposure in zip(to_tell.tolist(), *(stated[name].tolist() for name in stated), strict=True):
        why[row] = " ".join(filter(None, (why[row], fix, exposure if precedent[row] else "", asked[row])))


def _drawn(
    rows: pd.DataFrame,
    quiet: pd.Series,
    reps: pd.DataFrame | None,
    *,
    campaign_id: str,
    as_of: pd.Timestamp,
    settings: Settings,
    before: pd.DataFrame | None,
) -> tuple[pd.Series, pd.Series | None]:
    """Draw who is left alone, and mark it in flags and decision; return them, and who could have been drawn.

    ``quiet`` is who has no complaint open: somebody who has is owed an answer, whatever an experiment would like.
    """
    eligible = None
    if settings.control_share > 0:
        eligible = quiet & campaign_limits.within_reach(rows, reps, settings)
    made = control_group.assign(
        rows,
        quiet if eligible is None else eligible,
        campaign_id=campaign_id,
        as_of=as_of,
        settings=settings,
        before=before,
    )
    for name in made:
        rows[name] = made[name]
    alone = (rows["arm"] == LEFT_ALONE_ARM) & quiet
    rows["control_group"] = np.where(alone, "Yes", "")
    rows.loc[alone, "flags"] = (f"{CONTROL_GROUP}; " + rows.loc[alone, "flags"]).str.removesuffix("; ")
    rows.loc[alone, "decision"] = "Rest"
    rows.loc[alone, "decision_why"] = "Control group: no contact, to show how many return without it."
    return alone, eligible


def _proof(rows: pd.DataFrame, quiet: pd.Series, eligible: pd.Series | None, settings: Settings) -> str:
    """Say what the campaign can prove, by the accounts that budget and capacity reach."""
    called = rows["decision"].isin(campaign_limits.WORKED) & ~rows["left_out"]
    drawn = quiet & called if eligible is None else eligible
    base = rows.loc[drawn, "return_rate"].mean() if "return_rate" in rows else np.nan
    base = settings.odds_lapsed_low if np.isnan(base) else float(base)
    outside = int((called & (rows["arm"] == "")).sum())
    return control_group.power(rows["arm"], int(drawn.sum()), base, settings, outside)


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort the rows as they are to be worked on.

    Pursued accounts come first, the ones with a wave by wave, among them those with an open incident who still buy
    (a quick answer helps most), then by expected value.
    """
    order = {name: rank for rank, name in enumerate(("Pursue", "Reassign", "Rest", "E-mail", "Let go"))}
    urgent = (rows["incidents"] != "") & rows["status"].isin(["Active", "Due", "At risk"])
    keys = pd.DataFrame(
        {
            "wave": rows["wave"].fillna(np.inf),
            "decision": rows["decision"].map(order),
            "left_out": rows["left_out"],
            "urgent": ~urgent,
            "value": -rows["expected_value"].fillna(0),
            "odds": -rows["odds"],
            "id": rows["customer_id"],
        }
    )
    return rows.loc[keys.sort_values(list(keys.columns), kind="stable").index].reset_index(drop=True)


def _waves(rows: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return the wave of each row; the rows are sorted already."""
    worked = rows["decision"].isin(campaign_limits.WORKED) & ~rows["left_out"]
    return (worked.cumsum().sub(1) // settings.wave_size + 1).where(worked).astype(np.float64)


def _human_cells(
    rows: pd.DataFrame,
    reps: pd.DataFrame | None,
    first: playbook.Stage,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Fill the cells that people go on with: owner, manager, stage and the first step."""
    fresh = [c for c in columns.CAMPAIGN.of_role("human") if c.name not in _FROM_INPUTS]
    starts = pd.DataFrame({column.name: _start(column, rows.index) for column in fresh}, index=rows.index)
    rows = pd.concat([rows.drop(columns=starts.columns, errors="ignore"), starts], axis=1).copy()
    rows["manager"] = _managers(rows["owner"], reps)
    rows["stage"] = first.name
    waits = rows["left_out"] & (rows["incidents"] == "")
    opted = rows["decision_why"] == OPTED_OUT
    alone = held_out(rows)
    rows["proposed"] = first_steps.proposed(rows, waits, opted, alone)
    start = as_of.to_numpy().astype("datetime64[D]") + 7 * (rows["wave"].fillna(1).to_numpy(np.int64) - 1)
    rows["starts_on"] = pd.Series(start.astype("datetime64[s]"), index=rows.index).mask(waits | opted | alone)
    asked = rows["decision"].isin(campaign_limits.WORKED) | (rows["incidents"] != "")
    rows["open_since"] = _since(rows, as_of).where(asked & ~opted)
    days = np.where(rows["level"] == "Occasional Buyer", settings.rest_days_occasional, settings.rest_days)
    severe = (rows["severity"] >= settings.severe_from).to_numpy(bool)
    days = np.where(severe, np.maximum(days, settings.rest_days_severe), days)
    until = pd.Series(as_of + pd.to_timedelta(days, unit="D"), index=rows.index).astype("datetime64[s]")
    rows["rest_until"] = until.where((rows["decision"] == "Rest") & ~alone)
    return rows


def _start(column: columns.Column, index: pd.Index) -> pd.Series:
    """Return what the cells of a human column hold in a new campaign."""
    if column.start is not None:
        return pd.Series(column.start, index=index)
    if column.kind == "date":
        return pd.Series(pd.NaT, index=index, dtype="datetime64[s]")
    return pd.Series(np.nan if column.kind in columns.NUMERIC else "", index=index)


def _flag_visits(rows: pd.DataFrame, settings: Settings) -> None:
    """Flag the accounts that the manager visits with the rep: the most valuable ones in a wave (article 001)."""
    value = rows["expected_value"].where(rows["wave"].notna() & rows["expected_value"].notna())
    top = value.dropna().sort_values(ascending=False, kind="stable").index[: settings.top_accounts]
    rows["flags"] = account_flags.add(rows["flags"], JOINT_VISIT, rows.index.isin(top))
    rows["visit"] = np.where(rows.index.isin(top), "Yes", "")


def _since(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Return since when each account waits: its oldest open incident, else the day on which it is listed."""
    since = pd.to_datetime(rows["open_since"]) if "open_since" in rows else pd.Series(pd.NaT, rows.index)
    return since.where(since <= as_of, as_of).astype("datetime64[s]")


def _managers(owners: pd.Series, reps: pd.DataFrame | None) -> pd.Series:
    if reps is None or "manager" not in reps:
        return pd.Series("", index=owners.index)
    return owners.map(reps.drop_duplicates("rep").set_index("rep")["manager"]).fillna("")
