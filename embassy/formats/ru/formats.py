"""The Russian format of a day and month. The month is in the genitive; Django does this only in whole dates."""

MONTH_DAY_FORMAT = "j E"
