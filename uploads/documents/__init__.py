"""Files on their way in, to be attached: known by what is in them, refused when hostile, read for what was left in."""
