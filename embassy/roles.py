"""The roles of the staff, each a Django group. The migrations of each app give the groups the app's permissions."""

AUTHORS = "Authors"
EDITORS = "Editors"
CONSULAR_EDITORS = "Consular editors"
ADMINISTRATORS = "Administrators"
