"""Helpers for the database: base models and querysets, bulk inserts, permissions of roles, and our backends."""
