"""Helpers for the settings."""
