"""Who orders again by themselves: learned from the past of the ledger, and checked against it."""
