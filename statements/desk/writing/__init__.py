"""Writing a statement on one page: the fields of its filing, the tabs of its languages, and remarks."""
