"""Outcomes: who came back, what the campaign brought beyond that, and what the team's own results say of its odds."""
