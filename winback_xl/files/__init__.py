"""Files: safe saving, locks, dated copies, and the text formats of other programs."""
