"""The roles of the staff, which are Django's groups. The migrations of each app grant its permissions to them."""

AUTHORS = "Authors"
EDITORS = "Editors"
CONSULAR_EDITORS = "Consular editors"
ADMINISTRATORS = "Administrators"
