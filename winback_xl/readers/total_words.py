"""How a row below a table is called that adds up the rows above it."""

TOTAL = (
    r"(?i)^\W*(?:grand |sub|net |overall )?-?(?:totals?|sum|summe|gesamt(?:summe)?|zwischensumme|somme|totaal|"
    r"totale|suma|endsumme|insgesamt|summa)\b"
)
"""How the row below a table says that it adds up the column."""
