"""Model fields: texts in several languages, telephone numbers."""
