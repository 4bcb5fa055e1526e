"""Stored text: sanitised, divided into paragraphs, and compared. Plain Python, no database."""
