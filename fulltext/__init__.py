"""Finding statements by their words: one analyser for all databases, and one file, `backends`, that knows their SQL.

Nothing here knows the models: they call it, and pass what is to be indexed. What may be found is for `.live(at=…)`.
"""
