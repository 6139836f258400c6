"""Orders: an order ledger as arrays, and one row a customer out of it."""
