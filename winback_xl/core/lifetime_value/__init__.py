"""Lifetime value: expected orders, spend and future margin (BG/NBD and Gamma-Gamma)."""
