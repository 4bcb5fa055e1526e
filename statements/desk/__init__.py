"""The newsroom at the desk: one module for each kind of page or form."""
