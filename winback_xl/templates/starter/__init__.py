"""The starter: a workbook of plain formulas that segments up to 5,000 orders with nothing installed."""
