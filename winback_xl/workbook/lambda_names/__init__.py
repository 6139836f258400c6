"""The closed-form formulas once more, as names that Excel 365 calculates by itself: no add-in and no Python."""
