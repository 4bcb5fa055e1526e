"""Helpers for the database: intervals in which a row is public, bulk inserts, and permissions of roles."""
