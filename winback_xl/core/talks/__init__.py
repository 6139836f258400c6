"""Talks: the log of what was said and promised, and how copies of it come together."""
