"""Where Django looks for admins; importing them registers them."""

from statements.desk import edition_admin, release_admin, statement_admin, taxonomy_admin

__all__ = ["edition_admin", "release_admin", "statement_admin", "taxonomy_admin"]
