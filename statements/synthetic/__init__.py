"""Synthetic statements for measuring."""
