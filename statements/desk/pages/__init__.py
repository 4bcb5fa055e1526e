"""Pages that stay at the desk."""
