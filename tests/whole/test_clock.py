"""Only embassy/instant.py reads the clock. Ruff (TID251) checks Python code; tests check templates and fields, too."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def linter_report(source):
    """Ruff's report on this source, as if it were a module of the project."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--stdin-filename",
        "statements/new.py",
        "--select",
        "TID251",
        "-",
    ]
    return subprocess.run(command, input=source, cwd=ROOT, capture_output=True, text=True).stdout


def test_the_linter_refuses_python_that_asks_the_clock():
    for line in (
        "from django.utils import timezone\ntimezone.now()\n",
        "from datetime import datetime\ndatetime.now()\n",
        "from datetime import date\ndate.today()\n",
        "import time\ntime.time()\n",
        "from django.db.models.functions import Now\nNow()\n",
    ):
        assert "TID251" in linter_report(line), line
    assert "TID251" not in linter_report("from datetime import datetime\ndatetime(2025, 6, 16)\n")


def test_no_template_asks_the_clock():
    # If a filter has an argument, it compares with that instant, and not with the clock.
    asking = re.compile(r"{%\s*now\b|\|\s*(timesince|timeuntil|naturaltime|naturalday)\b(?!:)")
    asked = [path for path in ROOT.glob("templates/**/*.html") if asking.search(path.read_text())]
    assert asked == []


def test_no_field_asks_the_clock():
    asking = re.compile(r"auto_now|default=(timezone\.)?now")
    asked = [
        path
        for app in ("embassy", "statements", "incidents", "consular")
        for path in ROOT.glob(f"{app}/**/*.py")
        if asking.search(path.read_text())
    ]
    assert asked == []
