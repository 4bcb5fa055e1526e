"""The desk's admin of pages that stay, and of the addresses that lead to texts."""
