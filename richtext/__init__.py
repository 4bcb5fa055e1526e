"""A text as it may be stored: cleaned, divided into paragraphs and compared."""
