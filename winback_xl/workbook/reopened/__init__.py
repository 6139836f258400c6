"""A workbook that people worked in: what they changed, and how it goes into the next one."""
