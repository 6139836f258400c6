"""The field itself: pure functions from tables to tables. No clock, no file, no Excel, no environment."""
