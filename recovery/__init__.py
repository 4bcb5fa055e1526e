"""Backups of everything that the site stores, and the way back: `manage.py backup` and `manage.py restore`."""
