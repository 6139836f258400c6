"""The parts that write an .xlsx file: rows, formats, tables, charts, pages and the package around them."""
