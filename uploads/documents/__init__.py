"""Recognises uploaded attachments by their content, refuses hostile ones, and searches them for metadata."""
