"""The table of time zones that every process uses: the machine's, or the pinned package tzdata, whichever is newer.

Python itself would ask the machine's table first, however old that is.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import tzdata

PINNED = Path(tzdata.__file__).with_name("zoneinfo")
VERSION = re.compile(r"\b(\d{4})([a-z]+)\b")
# After this time a table counts as old. Countries change their rules a few times a year, often at a few weeks' notice.
OLD = timedelta(days=183)


@dataclass(frozen=True)
class ZoneTable:
    """A folder of time zones. `version` is, for example, 2026f. It is empty if no file in the folder names one."""

    folder: Path
    version: str
    dated: date

    @classmethod
    def at(cls, folder: Path) -> "ZoneTable":
        source = next((file for name in ("tzdata.zi", "+VERSION") if (file := folder / name).is_file()), folder)
        written = date.fromtimestamp(source.stat().st_mtime)
        found = VERSION.search(_first_line(source))
        if not found:
            return cls(folder, "", written)
        # An old table may have been installed recently. But it was written in the year of its version at the latest.
        return cls(folder, found[0], min(written, date(int(found[1]), 12, 31)))

    @property
    def order(self) -> tuple[str, int, str]:
        """A sort key: the newest version comes last. 2026za is newer than 2026z."""
        year, letters = self.version[:4], self.version[4:]
        return year, len(letters), letters

    def age(self, at: datetime) -> timedelta:
        return max(at.date() - self.dated, timedelta())


def _first_line(source: Path) -> str:
    if not source.is_file():
        return ""
    with source.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline()


def use_newest(pinned: Path = PINNED) -> ZoneTable:
    """Let Python look for a zone in the newest table first, then in the others. Return the newest."""
    folders = dict.fromkeys([*map(Path, zoneinfo.TZPATH), pinned])
    tables = [ZoneTable.at(folder) for folder in folders if folder.is_dir()]
    tables.sort(key=lambda table: table.order, reverse=True)
    zoneinfo.reset_tzpath([str(table.folder) for table in tables])
    zoneinfo.ZoneInfo.clear_cache()
    return tables[0]
