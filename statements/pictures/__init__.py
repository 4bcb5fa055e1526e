"""Pictures: looked at on their way in, made in every width that a screen may want, and drawn where there is none."""

from statements.pictures.intake import MOST_PIXELS, normalise

__all__ = ["MOST_PIXELS", "normalise"]
