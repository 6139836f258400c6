"""Drafts of letters, and the lint that says what to change in one."""

from __future__ import annotations

from winback_xl.core.lint import Finding, lint

__all__ = ["Finding", "lint"]
