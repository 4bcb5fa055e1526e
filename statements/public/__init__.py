"""What a visitor can open: a module for each kind of page or file."""
