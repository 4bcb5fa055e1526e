"""Django imports this module when it starts. The imports below register the admin classes."""

from consular.desk import closure_admin, notice_admin, office_admin

__all__ = ["closure_admin", "notice_admin", "office_admin"]
