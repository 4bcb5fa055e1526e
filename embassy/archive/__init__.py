"""Archives: content that comes as JSON Lines (docs/import.md).

The ground floor reads lines, reports defects and keeps batches and transactions. What a line may hold and how it is
stored, each app says in its own module `archive`.
"""

from embassy.archive import mission  # noqa: F401  (declares the line type)
