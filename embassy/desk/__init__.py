"""Base classes and helpers for all admins."""
