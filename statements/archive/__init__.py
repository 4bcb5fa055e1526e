"""The newsroom's lines of an archive: topics, speakers and statements."""

from statements.archive import statements, subjects  # noqa: F401  (declare the line types)
