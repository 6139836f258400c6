"""Outreach: letters, mail merge, calendar and account summaries, and what must not leave the company."""
