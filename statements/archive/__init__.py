"""The newsroom's lines of an archive: topics, speakers and statements; and the formats of others that hold them."""

from statements.archive import feeds, statements, subjects, wordpress  # noqa: F401  (declare line types and formats)
