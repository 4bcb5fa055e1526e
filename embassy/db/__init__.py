"""Intervals in which a row is public, and inserts in bulk."""
