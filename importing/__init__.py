"""Imports content from elsewhere: JSON Lines (docs/import.md), feeds and WordPress exports."""
