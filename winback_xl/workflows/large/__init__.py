"""Ledgers beyond one workbook: split by customer, summarised part by part, put together again.

No customer spans two parts, so every number of a customer is the one that the whole ledger would give. What the whole
ledger decides is decided before (`deciding_rows`), what is about all customers is counted from the parts (`merged`).
"""
