"""Arabic dates as embassies write them: no comma before the year."""

DATE_FORMAT = "j F Y"
YEAR_MONTH_FORMAT = "F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
