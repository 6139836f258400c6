"""What cells mean, by the kind of their column: dates, amounts, ids and words, decided for a whole column."""
