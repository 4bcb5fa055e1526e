"""Writing: one page for a statement, its languages, and what several people need of it."""
