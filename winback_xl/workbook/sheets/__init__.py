"""One module a sheet; each has ``sheet(plan)``, which turns a plan into the description of that sheet."""
