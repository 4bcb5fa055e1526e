"""Sanitises texts, divides them into paragraphs, and compares them. Nothing here queries the database."""
