"""The desk's admin of pages that stay."""
