"""Inspects uploaded files, refuses hostile ones, and re-encodes pictures."""
