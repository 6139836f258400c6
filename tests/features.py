"""What the five articles ask for, feature by feature: where it lives, and which test proves it.

A place is ``kind name``; the test of this table looks each of them up, so that it cannot rot. Where something is
missing the row says so, with the reason.
"""

from __future__ import annotations

from typing import NamedTuple

PARTS = (
    ("Segmenting and listing", 1), ("Deciding", 27), ("Contact and conversation", 49), ("Make-good", 77),
    ("Campaign and after", 91),
)  # fmt: skip
"""Heading of each part, and its first number."""


class Feature(NamedTuple):
    """One feature.

    Parameters
    ----------
    articles : str
        Which articles ask for it.
    asks : str
        What they ask for.
    where : tuple of str
        Its places; empty when it is not built.
    proof : tuple of str
        Node ids of tests; empty when it is not built.
    missing : str
        What is missing, and why; empty when nothing is.
    """

    articles: str
    asks: str
    where: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    missing: str = ""

    @property
    def state(self) -> str:
        """Say "built", "in part" or "not built"."""
        if not self.where:
            return "not built"
        return "in part" if self.missing else "built"


def _f(articles: str, asks: str, where: str, proof: str, missing: str = "") -> Feature:
    places = tuple(part.strip() for part in where.split("|") if part.strip())
    return Feature(articles, asks, places, tuple(f"tests/{one}" for one in proof.split()), missing)


_PLAYBOOK = "inputs/test_playbook_file.py::test_every_shipped_playbook_is_whole"
_CALL = "workbook/test_call_sheets.py::"
_GATE = "core/tracking/test_follow_through.py::test_the_gate_names_the_first_missing_thing"
_LINT = "core/outreach/test_letters.py::test_each_kind_of_wrong_word_is_found_with_its_reason"

FEATURES: tuple[Feature, ...] = (
    _f("000", "What share would allow one big mistake and stay?", "formula WINBACK_RESILIENT_SHARE | code workbook.sheets.counts:resilient",
       "core/segments/test_loyalty.py::test_the_resilient_share_counts_customers_or_their_revenue workbook/test_sheets.py::test_resilience_is_the_share_that_the_loyalty_module_gives_of_those_who_still_buy"),
    _f("000", "Think of your top ten", "code workbook.sheets.numbers_tables:top_accounts | setting top_accounts",
       "workbook/test_sheets.py::test_the_stress_view_holds_the_largest_customers_and_what_one_mistake_would_cost"),
    _f("000, 004", "Occasional: every purchase is compared with competitors again", "formula WINBACK_LEVEL | code core.segments.loyalty:rate", "core/segments/test_loyalty.py::test_golden_levels"),
    _f("000", "Occasional after a mistake: eliminated or demoted", "code core.outreach.account_summary:CONSEQUENCE | column tblSegments.demoted | setting demoted_drop",
       "core/outreach/test_account_summary.py::test_every_level_says_what_a_mistake_does core/test_wider.py::test_who_buys_on_but_much_less_was_demoted"),
    _f("004", "A longer rest for Occasional buyers", "setting rest_days_occasional", "core/test_playbook.py::test_an_occasional_buyer_rests_longer"),
    _f("000", "Habitual is deceptive: never Loyal on orders alone", "formula WINBACK_LEVEL", "core/segments/test_loyalty.py::test_orders_alone_never_make_a_customer_loyal"),
    _f("000", "One mistake breaks the habit", "column tblSegments.one_mistake_away | code core.campaign.schedule:build",
       "core/segments/test_loyalty.py::test_golden_levels core/campaign/test_campaign_plan.py::test_who_still_buys_and_was_hurt_comes_first"),
    _f("004", "Can they say why they buy?", "column tblCustomers.why_they_buy | column tblCustomers.why_said_on | column tblCustomers.knows_why",
       "core/segments/test_loyalty.py::test_who_was_quoted_on_why_they_buy_can_say_it_unless_the_answer_says_otherwise core/campaign/test_campaign_plan.py::test_why_they_buy_comes_with_the_day_they_said_it"),
    _f("000, 004", "Loyal: can articulate why", "setting points_knows_why", "core/segments/test_loyalty.py::test_attitude_points"),
    _f("000, 004", "Loyal: evangelize", "column tblCustomers.referrals | setting points_referral", "core/segments/test_loyalty.py::test_attitude_points"),
    _f("000, 004", "Loyal: one mistake does not end it", "code core.orders.customer_history:summarise | setting points_survived", "core/orders/test_customer_history.py::test_a_failure_is_survived_by_two_later_order_days"),
    _f("000", "The strongest withstand several", "column tblSegments.failures_survived", "core/orders/test_customer_history.py::test_a_failure_is_survived_by_two_later_order_days"),
    _f("000", "Buying alone is not a bankable relationship", "column tblSegments.confidence", "core/segments/test_loyalty.py::test_confidence_is_how_far_the_level_rests_on_more_than_orders"),
    _f("001", "60-70% sell again to a customer", "setting odds_current_low | setting odds_current_high", "core/make_good/test_win_odds.py::test_each_status_has_the_band_of_the_article"),
    _f("001", "20-40% win back an ex-customer", "setting odds_lapsed_low | setting odds_lapsed_high", "core/make_good/test_win_odds.py::test_each_status_has_the_band_of_the_article"),
    _f("001", "5-20% win a prospect", "setting odds_cold_low | setting odds_cold_high", "core/make_good/test_win_odds.py::test_each_status_has_the_band_of_the_article"),
    _f("001", "Companies lose 10-40%", "formula WINBACK_LOSS_RATE | code core.segments.loyalty:loss_rate", "core/segments/test_loyalty.py::test_the_loss_rate_is_who_bought_in_the_year_before_and_no_more"),
    _f("001", "Many do not find out why", "code core.outcomes.results:measure", "core/outcomes/test_results.py::test_figures_by_hand"),
    _f("001", "List who was silent for six months", "button build_campaign | setting lapse_mode",
       "core/segments/test_lapse.py::test_the_fixed_mode_has_one_limit_for_all core/campaign/test_campaign_plan.py::test_lapsed_and_cold_customers_and_open_incidents_are_in"),
    _f("001", "Most likely to come back first", "formula WINBACK_ODDS | column tblCampaign.odds | code core.campaign.selection:choose",
       "core/make_good/test_win_odds.py::test_golden_odds core/campaign/test_selection.py::test_weeks_hold_what_a_rep_can_take_and_the_best_go_first"),
    _f("001", "Winning back costs less than acquiring", "setting new_customer_cost | code workbook.sheets.counts:cost_of_a_win | command report",
       "workbook/test_sheets.py::test_winning_back_is_compared_with_a_new_customer core/outcomes/test_results.py::test_a_win_is_compared_with_the_cost_of_a_new_customer"),
    _f("001", "Referred customers: best return", "column tblCustomers.referred_by | setting referral_share | code core.segments.referrals:ripple",
       "core/test_wider.py::test_losing_who_sent_others_takes_a_share_of_them_along core/test_wider.py::test_referrals_are_counted_from_the_list_and_count_as_evidence"),
    _f("001", "An old address?", "column tblAccounts.contact_check | column tblCustomers.contact_checked | setting contact_days | code core.outreach.mail_merge:merge",
       "core/test_wider.py::test_wrong_doubled_missing_and_old_contacts_are_told core/outreach/test_mail_merge.py::test_counts_say_who_has_no_email_and_whom_to_call_first"),
    _f("002", "List the broken relationships", "code core.incidents.open_incidents:find | table Incidents", "core/campaign/test_campaign_plan.py::test_lapsed_and_cold_customers_and_open_incidents_are_in"),
    _f("003", "A lost customer has a ripple effect", "column tblCustomers.referred_by | column tblCampaign.referred_revenue | code workbook.sheets.counts:ripple",
       "core/test_wider.py::test_losing_who_sent_others_takes_a_share_of_them_along workbook/test_sheets.py::test_the_ripple_of_who_sent_others_is_told"),
    _f("001", "No lost causes to the newcomer", "code core.campaign.selection:choose | setting newcomer_lost_share", "core/campaign/test_selection.py::test_no_lost_causes_to_the_newcomer"),
    _f("001, 003", "Decide first whether you want them back", "formula WINBACK_DECIDE | column tblCampaign.want_back | column tblCampaign.gate", f"{_GATE} core/campaign/test_decision.py::test_the_first_rule_that_holds_decides_and_says_why"),
    _f("001", "Difficult: maybe not a good customer", "column tblCustomers.difficulty | column tblCustomers.pays_late | setting difficult_from | setting late_payer_days",
       "core/test_wider.py::test_who_is_difficult_or_pays_late_is_told_before_want_back"),
    _f("001", "If not: let them leave happy", "playbook Let go: Pay what we owe | code core.outreach.letters:draft", "core/outreach/test_letters.py::test_who_was_not_listened_to_gets_a_call_and_no_letter"),
    _f("003", "Get the backstory", "button call_sheets | column tblCustomers.reason_ours | column tblCustomers.told_by | column tblCustomers.told_on",
       f"{_CALL}test_every_page_has_backstory_history_questions_and_plan {_CALL}test_the_backstory_says_who_told_it_and_when"),
    _f("003", "Our version need not be theirs", "column tblCampaign.reason_theirs | column tblCustomers.reason_ours", f"{_CALL}test_our_version_and_theirs_stand_apart"),
    _f("003", "Know the landmines", "column tblCustomers.landmines | button call_sheets", f"{_CALL}test_there_is_one_page_for_each_account_and_landmines_stand_on_top"),
    _f("003", "Late deliveries: likely, not certain", "code core.incidents.late_deliveries:late_orders", "core/make_good/test_customer_offers.py::test_late_deliveries_of_the_ledger_are_hints_where_no_incident_is_on_file"),
    _f("002", "Check the history of a territory", "button account_history | code core.outreach.account_summary:build", "core/outreach/test_account_summary.py::test_what_went_wrong_comes_latest_first excel/test_commands.py::test_the_history_of_the_selected_account_counts_its_orders_by_year"),
    _f("003", "Specific or systemic?", "code core.incidents.root_cause:systemic | column tblAccounts.specific_or_systemic", "core/campaign/test_decision.py::test_three_customers_with_one_cause_make_it_systemic_and_two_of_many_do_not"),
    _f("003", "Specific: a clash, an accident, a change", "list Failure type: Personality conflict | list Failure type: Customer-side change", "core/campaign/test_decision.py::test_what_lies_between_people_or_at_their_end_stays_specific"),
    _f("003", "Systemic: price, sales practice, support", "list Failure type: Price | list Failure type: Sales practice | list Failure type: Support", "core/make_good/test_sizing.py::test_every_failure_type_has_a_form_and_a_reason"),
    _f("003", "Specific is cheap to fix, systemic is not", "column tblIncidents.fix_cost | column tblIncidents.fix_cost_yearly | column tblAccounts.fix_share | code core.incidents.root_cause:share",
       "core/test_wider.py::test_the_cost_of_a_systemic_fix_is_shared_by_the_customers_it_hit core/test_wider.py::test_a_specific_fix_is_borne_by_one_and_what_is_fixed_costs_nothing_more"),
    _f("003", "Change the model or make an exception?", "column tblCampaign.fix | column tblCampaign.fix_approved_by | list Fix: exception | column tblCampaign.gate", _GATE),
    _f("003", "Will others ask for the same?", "column tblMakeGoods.exposure | setting comparable_factor | code core.make_good.precedent:exposure",
       "core/test_wider.py::test_a_price_concession_is_multiplied_by_everybody_comparable core/test_wider.py::test_a_precedent_dearer_than_the_customer_is_flagged_in_the_decision"),
    _f("003", "An informed decision, no scramble", "column tblCampaign.expected_value | column tblAccounts.decision_why", "core/campaign/test_campaign_plan.py::test_expected_value_is_worth_less_cost_and_effort"),
    _f("002", "Determine the value, then drop or begin", "formula WINBACK_DECIDE | column tblCampaign.decision", "core/campaign/test_decision.py::test_the_first_rule_that_holds_decides_and_says_why"),
    _f("002", "Know when to close the account", "formula WINBACK_DECIDE | setting max_rests | column tblAccounts.rests | code core.outcomes.watch_list:rested",
       "core/campaign/test_decision.py::test_the_first_rule_that_holds_decides_and_says_why core/outcomes/test_watch_list.py::test_rests_that_are_over_are_counted_once core/test_wider.py::test_a_rest_that_was_counted_twice_ends_the_opera"),
    _f("002, 003", "A clash goes to another rep", "code core.campaign.selection:choose | list Decision: Reassign", "core/campaign/test_selection.py::test_a_clash_is_handed_to_somebody_else_or_left_out"),
    _f("002", "Only if the value is worth it", "code core.campaign.decision:decide", "core/campaign/test_decision.py::test_nobody_is_pursued_or_reassigned_at_a_loss"),
    _f("001", "Who or what is to blame?", "column tblIncidents.fault | formula WINBACK_MAKEGOOD", "core/make_good/test_sizing.py::test_golden_make_goods"),
    _f("002", "More than their side alone", "column tblIncidents.fault | column tblIncidents.customer_fault | column tblMakeGoods.fault_split",
       "core/incidents/test_loss.py::test_numbers_outside_their_bounds_are_refused_with_the_row core/test_wider.py::test_the_fault_is_split_as_far_as_somebody_said_so"),
    _f("000", "From easy to impossible by severity", "column tblIncidents.severity | setting odds_severity_drop | setting rest_days_severe",
       "core/make_good/test_win_odds.py::test_severity_lowers_the_odds_and_never_what_an_answer_gains core/test_wider.py::test_a_severe_incident_leaves_less_of_the_odds_and_says_so core/test_playbook.py::test_a_severe_incident_makes_the_rest_longer"),
    _f("001", "Management drives and visits", "column tblCampaign.manager | column tblCampaign.joint_visit | column tblCampaign.gate | setting top_accounts",
       "core/campaign/test_campaign_plan.py::test_the_managers_visits_go_to_the_most_valuable_accounts_at_work core/tracking/test_follow_through.py::test_a_top_account_waits_for_the_manager_and_the_day_of_the_visit"),
    _f("001", "Listen, take notes, read back", "button call_sheets", f"{_CALL}test_room_for_notes_is_left_free_so_that_nothing_typed_there_is_lost"),
    _f("003", "Meet the decision-maker", "code core.outreach.account_summary:decides | column tblAccounts.contact_role", "core/outreach/test_account_summary.py::test_who_may_decide"),
    _f("003", "In person or on the phone", "column tblAccounts.channel | code core.outreach.campaign_letters:drafts", f"{_CALL}test_what_to_look_out_for_is_said core/outreach/test_letters.py::test_who_was_not_listened_to_gets_a_call_and_no_letter"),
    _f("001", "What happened?", "playbook Backstory: What happened?", f"{_CALL}test_the_questions_are_those_of_the_playbook_and_follow_the_stage"),
    _f("003", "Why are you leaving us?", "playbook Backstory: Why are you leaving us? | column tblCampaign.reason_theirs", f"{_CALL}test_the_questions_are_those_of_the_playbook_and_follow_the_stage"),
    _f("003", "What would keep you?", "playbook Backstory: What would we need to do to keep you? | column tblCampaign.requested_remedy", f"{_CALL}test_the_questions_are_those_of_the_playbook_and_follow_the_stage"),
    _f("001", "Ask for their recommended action", "column tblIncidents.requested_amount | button call_sheets", f"{_CALL}test_what_they_ask_is_compared_with_the_offer"),
    _f("001", "It may cost less than your idea", "column tblAccounts.flags | button call_sheets", f"{_CALL}test_what_they_ask_is_compared_with_the_offer core/campaign/test_campaign_plan.py::test_an_offer_that_is_not_what_they_ask_is_flagged"),
    _f("003", "No offer before you have listened", "column tblCampaign.listened | column tblCampaign.gate", "core/tracking/test_follow_through.py::test_nothing_typed_elsewhere_hides_that_nobody_listened inputs/test_playbook_file.py::test_no_playbook_offers_before_it_has_listened"),
    _f("003", "Apologise at the end; thank; food for thought", "playbook Listened: this helps me a lot", "inputs/test_playbook_file.py::test_the_default_playbook_settles_the_conflicts"),
    _f("000, 004", "Let them finish, and empathise", "playbook Listened: Let them finish", _PLAYBOOK),
    _f("004", "Separate the substance from the anger", "column tblAccounts.cause | column tblCampaign.reason_theirs | playbook Diagnosed: Behind the anger", f"{_CALL}test_our_version_and_theirs_stand_apart"),
    _f("004", "Understand who was hurt", "column tblCampaign.hurt | playbook Listened: Who was affected personally? | button call_sheets",
       f"{_CALL}test_idea_outside_party_visit_concession_and_token_are_told {_CALL}test_room_for_notes_is_left_free_so_that_nothing_typed_there_is_lost"),
    _f("000, 001, 004", "Own it; blame nobody else", "formula WINBACK_LETTER_LINT | code core.outreach.letter_lint:GROUPS", _LINT),
    _f("001", "Insincerity is spotted", "formula WINBACK_LETTER_LINT", _LINT),
    _f("001", "A specific plan, not vague assurances", "formula WINBACK_LETTER_LINT | column tblCampaign.my_date", f"{_LINT} inputs/test_playbook_file.py::test_a_plan_has_who_what_and_by_when"),
    _f("001", "Persist, negotiate to a middle", "column tblCampaign.attempts | code core.outreach.account_summary:middle", "core/outreach/test_account_summary.py::test_the_middle_point_stays_under_the_cap"),
    _f("000", "Do not be pushy; let it rest", "setting max_attempts | column tblCampaign.gate | column tblCampaign.rest_until",
       "core/tracking/test_follow_through.py::test_after_three_tries_it_is_enough core/tracking/test_follow_through.py::test_who_rests_is_left_in_peace"),
    _f("002", "Watch for change", "code workbook.sheets.watch_list:sheet | column tblCampaign.watch_for | command export", f"core/outcomes/test_watch_list.py::test_a_rest_is_looked_at_when_it_is_over {_CALL}test_resting_accounts_stand_in_the_watch_list_with_a_formula_that_says_when"),
    _f("002", "Keep in touch with past customers", "setting light_touch_days | code core.outcomes.watch_list:rows", "core/outcomes/test_watch_list.py::test_a_lost_account_gets_a_light_touch_after_the_last_contact"),
    _f("002", "Time heals", "setting rest_days | setting rest_days_severe", "core/test_playbook.py::test_a_severe_incident_makes_the_rest_longer"),
    _f("000", "Fear on both sides", "playbook Delivered: still worries you | button call_sheets", f"{_CALL}test_room_for_notes_is_left_free_so_that_nothing_typed_there_is_lost"),
    _f("002", "Clear the air", "playbook Customer confirmed: this is what we changed", _PLAYBOOK),
    _f("002", "Will they put the past behind?", "column tblCampaign.past_behind | column tblCampaign.gate | playbook repair/Listened: put the past behind",
       "core/tracking/test_follow_through.py::test_without_the_past_behind_them_nobody_is_pursued core/outcomes/test_watch_list.py::test_who_holds_on_to_the_past_is_watched"),
    _f("002", "If we could solve X?", "playbook Plan e-mailed: could we do business together?", _PLAYBOOK),
    _f("002", "Begin the sale again", "playbook Customer confirmed: Ask for the next order", "core/test_playbook.py::test_the_next_step_is_due_after_the_stage_s_own_wait"),
    _f("002", "What did you do, what came of it?", "playbook Won: what worked and what did not | column tblCampaign.notes", _PLAYBOOK),
    _f("000", "Make-good in proportion", "formula WINBACK_MAKEGOOD | column tblMakeGoods.recommended", "core/make_good/test_sizing.py::test_golden_make_goods"),
    _f("000", "30,000 of downtime and a basket of candy", "formula WINBACK_PROPORTION", "core/make_good/test_sizing.py::test_golden_make_goods core/make_good/test_sizing.py::test_an_offer_is_judged_against_the_loss"),
    _f("000", "It must cost you something", "column tblMakeGoods.attributable", "core/make_good/test_sizing.py::test_offers_are_in_order_and_never_beyond_what_helps_or_what_pays_off"),
    _f("000", "Redo the promise in kind", "formula WINBACK_FORM", "core/make_good/test_sizing.py::test_every_failure_type_has_a_form_and_a_reason"),
    _f("001", "Make it right, plus something else", "column tblMakeGoods.token | formula WINBACK_MAKEGOOD", "core/make_good/test_sizing.py::test_golden_make_goods"),
    _f("004", "Small tokens go far", "setting token_items | code core.make_good.gifts:fitting | setting token_min | setting token_max | column tblCampaign.token",
       "core/make_good/test_gifts.py::test_the_dearest_thing_that_the_token_pays_for_is_proposed core/campaign/test_campaign_plan.py::test_the_rationale_names_a_thing_for_the_token"),
    _f("001", "Price breaks, guarantees, tailored offers", "formula WINBACK_FORM | list Form: discount | list Form: credit", "core/make_good/test_sizing.py::test_every_failure_type_has_a_form_and_a_reason"),
    _f("001", "Empower the reps", "setting rep_limit | setting approval_share | code core.campaign.rep_authority_check:findings | code workbook.sheets.numbers_tables:by_approver",
       "core/campaign/test_rep_authority_check.py::test_more_than_80_percent_that_need_approval_are_told core/campaign/test_rep_authority_check.py::test_a_limit_of_nothing_is_told_with_the_names"),
    _f("001", "On the spot", "formula WINBACK_APPROVER | column tblCampaign.approver", "core/make_good/test_sizing.py::test_who_approves_depends_on_what_it_costs_us core/tracking/test_follow_through.py::test_more_agreed_than_proposed_needs_approval_above_the_reps_limit"),
    _f("003", "Drop the price for this customer?", "column tblCampaign.concession | column tblCampaign.concession_cost | column tblCampaign.concession_review | column tblCampaign.gate",
       "core/tracking/test_follow_through.py::test_a_concession_costs_its_years_is_approved_and_looked_at_again core/tracking/test_follow_through.py::test_what_a_win_nets_is_less_the_incentive_and_the_concession_so_far"),
    _f("004", "Find solutions fast", "column tblCampaign.open_since | setting solution_days | code core.outcomes.results:measure | column tblCampaign.days_overdue",
       "core/outcomes/test_results.py::test_days_to_a_solution_run_from_open_since_until_the_customer_confirmed core/campaign/test_campaign_plan.py::test_an_account_is_open_since_its_oldest_complaint_else_since_it_was_listed"),
    _f("004", "Be the squeaky wheel with outside parties", "column tblCampaign.outside_party | column tblCampaign.chase_on | column tblCampaign.gate | command export",
       "core/tracking/test_follow_through.py::test_an_outside_party_is_chased_on_its_day files/test_calendar_file.py::test_visits_chases_new_closes_and_reviews_of_concessions_have_their_day"),
    _f("004", "Do not leave them hanging", "setting update_days | column tblCampaign.next_update_due | command export", "core/tracking/test_follow_through.py::test_the_next_update_is_due_two_working_days_after_the_last_talk files/test_calendar_file.py::test_won_accounts_get_aftercare_and_open_ones_their_update"),
    _f("001", "Implement their idea, or say why not", "column tblCampaign.idea | column tblCampaign.idea_answer | column tblCampaign.gate | list Their idea: Partly",
       "core/tracking/test_follow_through.py::test_their_idea_gets_an_answer_and_the_answer_a_proof core/outreach/test_letters.py::test_what_they_asked_is_answered_with_the_proof_or_the_reason"),
    _f("001", "A campaign just for former customers", "button build_campaign | command plan", "core/campaign/test_campaign_plan.py::test_lapsed_and_cold_customers_and_open_incidents_are_in"),
    _f("001", "Reach everyone", "code workbook.sheets.counts:reached | code core.outcomes.results:measure", "workbook/test_sheets.py::test_reached_counts_accounts_to_pursue_whose_stage_is_listened_or_later core/outcomes/test_results.py::test_who_was_avoided_and_who_slips_again"),
    _f("001", "Tell them, by level and reason", "code core.outreach.campaign_letters:drafts | button draft_letters", "core/outreach/test_letters.py::test_levels_and_reasons_give_different_letters"),
    _f("001", "Incentives for the team", "setting incentive_rate | column tblCampaign.incentive | column tblCampaign.incentive_paid | code core.outcomes.results:measure",
       "core/tracking/test_follow_through.py::test_what_a_win_nets_is_less_the_incentive_and_the_concession_so_far core/outcomes/test_results.py::test_incentives_are_in_the_cost_as_paid_else_as_earned"),
    _f("003", "E-mail exactly what changed; do not ask them back", "code core.outreach.letters:draft | formula WINBACK_LETTER_LINT", "core/outreach/test_letters.py::test_a_draft_for_every_level_and_reason_passes_once_its_blanks_are_filled core/outreach/test_letters.py::test_a_letter_without_a_change_or_a_date_is_told_so"),
    _f("003", "Wait a day or two, then call to thank", "setting thank_you_days | formula WINBACK_NEXT_STEP | column tblCampaign.gate", "core/test_playbook.py::test_the_thank_you_call_comes_one_to_two_working_days_after_the_plan_email"),
    _f("003", "You did what they said would keep them", "column tblCampaign.requested_remedy | column tblCampaign.idea_answer | code core.outreach.letters:draft",
       "core/outreach/test_letters.py::test_what_they_asked_is_answered_with_the_proof_or_the_reason core/tracking/test_follow_through.py::test_their_idea_gets_an_answer_and_the_answer_a_proof"),
    _f("000", "Resell: why did they buy?", "column tblCampaign.why_they_buy | column tblCampaign.new_close | column tblCampaign.gate | playbook Customer confirmed: Why did they buy from us in the first place?",
       f"{_GATE} files/test_calendar_file.py::test_visits_chases_new_closes_and_reviews_of_concessions_have_their_day"),
    _f("000", "Remind gently of the good past", "code core.outreach.account_summary:build | code core.outreach.letters:draft", "core/outreach/test_account_summary.py::test_the_good_years_are_told_with_the_on_time_record core/outreach/test_letters.py::test_a_loyal_customer_is_reminded_gently_of_the_good_years_and_others_are_not"),
    _f("004", "Solved only when the customer says so", "column tblCampaign.customer_confirmed | column tblCampaign.gate", "core/tracking/test_follow_through.py::test_calling_it_won_opens_no_gate inputs/test_playbook_file.py::test_solved_is_what_the_customer_calls_solved"),
    _f("001", "Thank at once and never stop", "setting aftercare_1 | setting aftercare_4 | column tblCampaign.aftercare_due", "core/tracking/test_follow_through.py::test_aftercare_names_the_first_call_since_the_last_talk"),
    _f("001, 000", "Never twice", "column tblMakeGoods.prior_failures | code core.outcomes.results:measure", "core/make_good/test_sizing.py::test_repeated_failures_never_lower_a_fair_offer core/outcomes/test_results.py::test_who_was_avoided_and_who_slips_again"),
    _f("003", "Not won, but on good terms", "list Outcome: Warm-lost | code core.outcomes.watch_list:rows", "core/outcomes/test_watch_list.py::test_a_lost_account_gets_a_light_touch_after_the_last_contact"),
    _f("002, 004", "Take the risk; do not avoid problems", "code core.outcomes.results:measure | command report", "core/outcomes/test_results.py::test_who_was_avoided_and_who_slips_again"),
)  # fmt: skip


def table() -> str:
    """Return the README's table: number, what is asked, state, where it lives, what proves it, what is missing."""
    counts = {
        state: sum(one.state == state for one in FEATURES) for state in ("built", "in part", "not built")
    }
    said = ", ".join(f"{count} {state}" for state, count in counts.items())
    lines = [
        "<details>",
        f"<summary>The {len(FEATURES)} things that the five articles ask for: {said}</summary>",
        "",
    ]
    starts = {first: title for title, first in PARTS}
    for number, one in enumerate(FEATURES, start=1):
        if number in starts:
            lines += [
                "",
                f"**{starts[number]}**",
                "",
                "| # | article | asks for | state | lives in | proved by |",
                "|---|---|---|---|---|---|",
            ]
        where = ", ".join(_shown(place) for place in one.where)
        proof = ", ".join(f"`{node.rpartition('/')[2].replace('test_', '', 1)}`" for node in one.proof)
        state = f"{one.state}: {one.missing}" if one.missing else one.state
        lines.append(f"| {number} | {one.articles} | {one.asks} | {state} | {where} | {proof} |")
    return "\n".join([*lines, "", "</details>"])


def _shown(place: str) -> str:
    kind, _, name = place.partition(" ")
    return {
        "formula": f"formula `{name}`", "button": f"button {name.replace('_', ' ').capitalize()}",
        "column": f"column `{name}`", "setting": f"setting `{name}`", "code": f"`{name}`", "command": f"`winback {name}`",
        "playbook": f"playbook, {name}", "list": f"list {name}", "table": f"table {name}",
    }[kind]  # fmt: skip
