"""Backs up and restores everything that the site stores: `manage.py backup` and `manage.py restore`."""
