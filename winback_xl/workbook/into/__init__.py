"""Our sheets in somebody else's workbook, with everything else in it as it was."""
