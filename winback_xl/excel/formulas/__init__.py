"""The worksheet formulas in every host."""
