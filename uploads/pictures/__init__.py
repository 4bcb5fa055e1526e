"""Re-encodes uploaded pictures, resizes them, and draws cards for other sites."""
