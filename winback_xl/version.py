"""The version of winback_xl. It is stated here and nowhere else."""

__version__ = "0.1.0"
