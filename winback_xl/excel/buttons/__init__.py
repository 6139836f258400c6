"""The buttons in every host."""
