"""Django imports this module; importing the admins registers them."""

from statements.desk import edition_admin, release_admin, statement_admin, taxonomy_admin

__all__ = ["edition_admin", "release_admin", "statement_admin", "taxonomy_admin"]
