"""The parts of a workbook file as they are stored: copied, changed in places, looked through."""
