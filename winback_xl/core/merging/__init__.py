"""Merging: keep what people typed when a campaign is refreshed or its copies are collected."""
