"""Import of content that stands elsewhere: JSON Lines (docs/import.md), feeds and WordPress exports."""
