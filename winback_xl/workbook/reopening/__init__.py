"""A workbook that comes back: what people did to it, and how that goes into the next one."""
