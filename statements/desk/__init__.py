"""The newsroom in the admin: one module for each kind of page or form."""
