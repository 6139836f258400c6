"""Workflows: one module for each thing that a user can ask for, whatever the host."""
