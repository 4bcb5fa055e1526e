"""Files from strangers: inspected, refused when hostile, re-encoded."""
