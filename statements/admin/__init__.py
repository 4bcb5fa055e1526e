"""The newsroom's admin, one file a subject."""

from statements.admin import edition, release, statement, subject

__all__ = ["edition", "release", "statement", "subject"]
