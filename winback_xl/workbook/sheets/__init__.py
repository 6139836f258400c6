"""One module a sheet: from a plan to the specification of that sheet."""
