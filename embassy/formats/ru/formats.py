"""A day of a month as Russian writes it: the month in the genitive, which Django keeps for whole dates."""

MONTH_DAY_FORMAT = "j E"
