"""Read the cells of a column by its kind: dates, amounts, ids and words, decided for a whole column."""
