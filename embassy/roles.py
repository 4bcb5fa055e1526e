"""Roles of the staff: groups. The migrations of each app grant them its permissions."""

AUTHORS = "Authors"
EDITORS = "Editors"
CONSULAR_EDITORS = "Consular editors"
ADMINISTRATORS = "Administrators"
