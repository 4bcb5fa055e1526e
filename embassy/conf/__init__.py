"""What the settings are made from."""
