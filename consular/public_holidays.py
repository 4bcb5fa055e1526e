"""Proposes public holidays from the library `holidays`. An editor confirms them for each year.

The library does not contain substitute days that a government has yet to announce, and lacks some countries.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from embassy.fields.translated import Labels

DAY = timedelta(days=1)
KEPT_YEARS = 256
# Names that many countries share; our catalogues translate them. Editors translate all other names by hand.
NAMES = [
    _("New Year’s Day"),
    _("New Year Holidays"),
    _("Epiphany"),
    _("Christmas Day"),
    _("Orthodox Christmas"),
    _("Second Day of Christmas"),
    _("Boxing Day"),
    _("Saint Stephen’s Day"),
    _("Good Friday"),
    _("Holy Saturday"),
    _("Easter Sunday"),
    _("Easter Monday"),
    _("Ascension Day"),
    _("Whit Monday"),
    _("Assumption Day"),
    _("All Saints’ Day"),
    _("International Women’s Day"),
    _("Labour Day"),
    _("May Day"),
    _("Victory Day"),
    _("Independence Day"),
    _("National Day"),
    _("Republic Day"),
    _("Constitution Day"),
    _("Defender of the Fatherland Day"),
    _("Russia Day"),
    _("Unity Day"),
    _("Spring Bank Holiday"),
    _("Day of Arafah"),
    _("Eid al-Fitr"),
    _("Eid al-Adha"),
    _("Islamic New Year"),
    _("Ashura"),
    _("Prophet’s Birthday"),
    _("Bank Holiday"),
]
OTHER_NAMES = {
    "Labor Day": "Labour Day",
    "International Labor Day": "Labour Day",
    "Holiday of Spring and Labor": "Labour Day",
    "Eid al-Fitr Holiday": "Eid al-Fitr",
    "Eid al-Adha Holiday": "Eid al-Adha",
    "Assumption of Mary": "Assumption Day",
    "Early May Bank Holiday": "Bank Holiday",
    "May Bank Holiday": "Bank Holiday",
    "June Bank Holiday": "Bank Holiday",
    "August Bank Holiday": "Bank Holiday",
    "Summer Bank Holiday": "Bank Holiday",
    "October Bank Holiday": "Bank Holiday",
}
REMARK = re.compile(r"\s*\((.*)\)$")


@lru_cache(KEPT_YEARS)
def proposed(country: str, year: int) -> dict[date, str]:
    """The holidays of the year with their English names. Empty if the library lacks the country."""
    # Imported here, because the import takes a second and 46 MB. Commands and most pages do not need it.
    from holidays import country_holidays

    try:
        found = country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return {}
    return {day: name.replace("'", "’") for day, name in sorted(found.items()) if day.year == year}


@lru_cache(KEPT_YEARS)
def doubtful_days(country: str, year: int) -> frozenset[date]:
    """The proposed days and, for each on a weekend, the first day after the weekend: it may be a substitute day."""
    return frozenset(proposed(country, year)) | {
        _next_working_day(country, day) for day in proposed(country, year) if _is_weekend(country, day)
    }


def labels(name: str, languages: list[str]) -> Labels:
    """The name in each language for which a translation is known."""
    plain = REMARK.sub("", name)
    plain = OTHER_NAMES.get(plain, plain)
    found = {}
    for code in languages:
        with override(code):
            found[code] = gettext(plain) if plain in NAMES else plain
    # Without a translation, the editor types the name.
    return Labels({code: text for code, text in found.items() if text != plain or code == "en"})


def remark(name: str) -> str:
    """The remark in brackets that the library adds to a name, such as “estimated” or “observed”."""
    found = REMARK.search(name)
    return found[1] if found else ""


def _next_working_day(country: str, day: date) -> date:
    while _is_weekend(country, day):
        day += DAY
    return day


def _is_weekend(country: str, day: date) -> bool:
    return day.weekday() in _weekend(country)


@lru_cache(KEPT_YEARS)
def _weekend(country: str) -> Any:
    from holidays import country_holidays

    return country_holidays(country).weekend
