"""The newsroom’s side of the admin: a module for each kind of page or form."""
