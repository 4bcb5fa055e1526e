"""Pictures: re-encoded on upload, resized, and drawn as cards for other sites."""
