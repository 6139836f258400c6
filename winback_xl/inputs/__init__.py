"""Inputs: from raw columns to clean tables, with every problem named by its cell."""
