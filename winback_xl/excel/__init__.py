"""Excel as a host: formulas and buttons. The only place that imports xlwings."""
