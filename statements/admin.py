"""Django imports this module when it starts. The imports below register the admin classes."""

from statements.desk import bin_admin, edition_admin, release_admin, statement_admin, taxonomy_admin
from statements.desk.pages import page_admin

__all__ = ["bin_admin", "edition_admin", "page_admin", "release_admin", "statement_admin", "taxonomy_admin"]
