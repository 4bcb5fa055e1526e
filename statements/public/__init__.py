"""The public pages and files: one module for each kind."""
