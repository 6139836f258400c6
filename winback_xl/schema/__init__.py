"""The schema: every table and column, described once."""
