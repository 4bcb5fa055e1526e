"""Intervals in which a row is public, and bulk inserts."""
