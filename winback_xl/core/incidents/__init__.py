"""Incidents: what went wrong, what it cost the customer, and what fixing the cause costs."""
