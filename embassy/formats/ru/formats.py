"""The Russian format of a day and month: the month in the genitive, which Django uses only in whole dates."""

MONTH_DAY_FORMAT = "j E"
