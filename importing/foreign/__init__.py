"""Converts feeds (RSS, Atom, JSON Feed) and WordPress exports into lines of the type `statement`."""
