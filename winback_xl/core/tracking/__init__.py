"""Tracking: what is due, what is missing, and what the campaign recovered."""
