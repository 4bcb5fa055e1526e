"""Full-text search: one analyser for all databases, and one file, `backends`, that contains SQL.

This package imports no models. The models give it the text to index. The index also contains editions that are not
live: the querysets' `.live(at=…)` decides which editions a search may find.
"""
