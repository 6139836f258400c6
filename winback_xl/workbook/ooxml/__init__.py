"""The parts of a workbook package: copied, changed in places, and moved between packages."""
