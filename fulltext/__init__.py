"""Full-text search: one analyser for all databases, and one file, `backends`, that contains SQL.

This package knows no models; they call it and pass the text to index. `.live(at=…)` decides what may be found.
"""
