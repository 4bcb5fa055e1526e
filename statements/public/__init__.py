"""The public pages, feeds and files."""
