"""Segments: lapse status, loyalty level, RFM and referrals of each customer."""
