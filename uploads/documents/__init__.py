"""Uploaded attachments: recognised by their content, refused when hostile, searched for metadata."""
