from consular.models.closure import Closure, days_in_words
from consular.models.consular_office import Office, OfficeCheck, countries_of_holidays
from consular.models.contact import Email, Phone, contacts_without_end, emergency_phones, numbers_held
from consular.models.holiday_year import HolidayYear
from consular.models.notice import Notice
from consular.models.service import Service
from consular.models.timetable import Timetable

__all__ = [
    "Closure",
    "Email",
    "HolidayYear",
    "Notice",
    "Office",
    "OfficeCheck",
    "Phone",
    "Service",
    "Timetable",
    "contacts_without_end",
    "countries_of_holidays",
    "days_in_words",
    "emergency_phones",
    "numbers_held",
]
