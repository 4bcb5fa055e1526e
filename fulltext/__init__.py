"""Full-text search: one analyser for all databases, and one file, `backends`, that contains SQL.

This package imports no models. The models call it with the text to index, and `.live(at=…)` decides which editions
may be found.
"""
